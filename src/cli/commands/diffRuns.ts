import { existsSync } from 'node:fs';
import { ok, type Result } from '../../core/base/result';
import { runDiffText } from '../../core/training/runDiffText';
import { locationIn } from '../../node/dataset/datasetLocation';
import { parseVersion } from '../../node/dataset/diff/gitVersion';
import type { Answer, Output } from '../output';
import { findRun } from '../runArgument';
import type { Services } from '../services';

/**
 * The two runs that a person means, or undefined where they name datasets: a file that is there is
 * meant before a run of that name, which “run:NAME” names all the same.
 */
export function runsToCompare(
	services: Services,
	names: readonly [string, string],
): readonly [string, string] | undefined {
	const found = names.map(name => {
		const isFile = !name.startsWith('run:') && isDataset(name);
		const run = isFile ? undefined : findRun(services, name);
		return run?.ok === true ? run.value : undefined;
	});
	const [before, after] = found;
	return before === undefined || after === undefined ? undefined : [before, after];
}

function isDataset(text: string): boolean {
	const { path } = parseVersion(text);
	return path.includes('://') || existsSync(locationIn(process.cwd(), path));
}

/** In what two runs differ. */
export async function diffRuns(
	services: Services,
	[before, after]: readonly [string, string],
	output: Output,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const compared = await services.comparing.compare(before, after, output.progress, signal);
	return compared.ok
		? ok({ json: { runDiff: compared.value }, text: runDiffText(compared.value) })
		: compared;
}
