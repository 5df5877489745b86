import { createHash } from 'node:crypto';
import {
	runConditions,
	type RunConditions,
} from '../../../../src/core/comparability/runConditions';
import type {
	RunSpec,
	TrainDataset,
	TrainSpec,
} from '../../../../src/core/contract/runFiles.generated';
import type { RunInputs } from '../../../../src/core/training/runDiff';
import { trlVersion } from '../../../../src/core/training/trlOptions';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export function dataset(split: 'train' | 'eval', source: string, content = source): TrainDataset {
	return { split, path: `/store/${source}`, source: `/w/${source}`, sha256: sha256(content) };
}

const data = [dataset('train', 'pairs.jsonl'), dataset('eval', 'held-out.jsonl')];

/** A DPO run with a template of its own, made with the pinned TRL. */
export function dpoRun(
	train: Partial<TrainSpec> = {},
	spec: Partial<RunSpec> = {},
	rest: Partial<RunInputs> = {},
): RunInputs {
	return {
		hostName: 'gpu1',
		madeWith: { packages: { trl: trlVersion } },
		...rest,
		spec: {
			contractVersion: '1.0',
			id: 'RUN',
			kind: 'train',
			name: 'dpo',
			createdAt: '2026-11-27T08:00:00.000Z',
			environment: { lockHash: 'a'.repeat(16) },
			model: { ref: 'hub:mistral', kind: 'hub', hubId: 'mistral' },
			...spec,
			train: {
				method: 'dpo',
				arguments: { chat_template_path: 'zephyr.jinja' },
				datasets: data,
				chatTemplate: '{{ messages }}',
				...train,
			},
		},
	};
}

export function conditionsOf(run: RunInputs, ...others: readonly RunInputs[]): RunConditions {
	const lookup = (id: string): RunInputs | undefined => others.find(({ spec }) => spec.id === id);
	return runConditions(run, lookup, sha256);
}
