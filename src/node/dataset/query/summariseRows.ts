import { everyRow } from '../../../core/dataset/query/query';
import type { ColumnSummary } from '../../../core/dataset/statistics/columnSummary';
import type { PackedStatistics } from '../../../core/dataset/statistics/rowStatistics';
import { overPortions } from './overPortions';
import type { SearchedDataset } from './portions';
import type { QueryThreads } from './queryThreads';

let passes = 0;

/**
 * Reads every row of a dataset once and says what its columns are like. Each thread counts for
 * itself, and one of them puts that together.
 *
 * @throws WindsockError `queryTooSlow`, `fileChanged`, `cancelled`
 */
export async function summariseRows(
	dataset: SearchedDataset,
	threads: QueryThreads,
	signal: AbortSignal,
	onProgress: (rows: number) => void,
): Promise<readonly ColumnSummary[]> {
	const pass = ++passes;
	let rows = 0;
	let summary: readonly ColumnSummary[] = [];
	await overPortions(
		dataset,
		{ query: everyRow, threads, signal },
		async (portion, thread, stop) => {
			const { number, runs, count } = portion;
			const { mapping } = dataset.file;
			const work = { kind: 'tally', pass, portion: { number, runs, count }, mapping } as const;
			rows += await thread().ask(work, stop);
			onProgress(rows);
		},
		async used => {
			const tallies: PackedStatistics[] = [];
			for (const thread of used) {
				tallies.push(await thread.ask({ kind: 'tallied', pass }, signal));
			}
			summary = (await used[0]?.ask({ kind: 'summary', tallies }, signal)) ?? [];
		},
	);
	return summary;
}
