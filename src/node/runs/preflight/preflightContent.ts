import { createHash } from 'node:crypto';
import type { RunSpec } from '../../../core/contract/runFiles.generated';

/**
 * A hash of all that the answer of a preflight depends on: the data by content, what is trained and
 * how, the environment and the code that looks, and the host. Names and paths are no part of it.
 */
export function preflightContent(hostName: string, spec: RunSpec): string {
	const { train, model, environment, gpus } = spec;
	const facts = {
		hostName,
		package: spec.package?.hash,
		environment,
		gpus,
		model: { ...model, ref: undefined },
		train: {
			...train,
			datasets: train?.datasets.map(({ split, sha256 }) => ({ split, sha256 })),
			trusted: undefined,
			promptSets: undefined,
			recipePath: undefined,
			recipeText: undefined,
			overrides: undefined,
		},
	};
	return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}
