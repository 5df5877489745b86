import { basename } from 'node:path';
import { textsOf } from '../../../core/dataset/example';
import { NearDuplicates } from '../../../core/dataset/near/nearDuplicates';
import type { Progress } from '../../../core/training/launchRequest';
import { OpenRows, type DatasetRows } from '../work/datasetRows';

export interface NearDuplicatesTask {
	readonly dataset: DatasetRows;
	/** Other datasets that its rows are compared with, such as its test split. */
	readonly against: readonly string[];
	/** Smallest Jaccard similarity of the word triples, above 0 and up to 1. */
	readonly threshold: number;
}

/** A row that is nearly the same as an earlier one, or as one of another dataset. Rows count from 1. */
export interface NearDuplicate {
	readonly row: number;
	readonly of: { readonly path?: string; readonly row: number };
	readonly similarity: number;
}

export interface NearDuplicatesReport {
	readonly threshold: number;
	readonly rows: number;
	readonly against: readonly { readonly path: string; readonly rows: number }[];
	/** Rows that are near to at least one other. */
	readonly nearRows: number;
	/** Every verified pair, by the row; the most similar one first. */
	readonly pairs: readonly NearDuplicate[];
}

const what = 'looking for near-duplicates';

/** Throws a WindsockError. */
export async function findNearDuplicates(
	task: NearDuplicatesTask,
	{ progress, signal }: { readonly progress?: Progress; readonly signal?: AbortSignal } = {},
): Promise<NearDuplicatesReport> {
	const opened: OpenRows[] = [];
	try {
		for (const path of task.against) {
			opened.push(await OpenRows.open({ path }));
		}
		const own = await OpenRows.open(task.dataset);
		opened.push(own);
		const near = new NearDuplicates(task.threshold);
		const total = opened.reduce((sum, { count }) => sum + count, 0);
		/** Goes through all rows of all datasets; their numbers go on from one to the next. */
		const pass = async (
			message: string,
			visit: (number: number, bytes: Uint8Array, dataset: OpenRows) => void,
		): Promise<void> => {
			let before = 0;
			for (const dataset of opened) {
				for await (const { from, rows } of dataset.portions(what, signal)) {
					rows.forEach((bytes, i) => visit(before + from + i, bytes, dataset));
					progress?.report(message, (before + from + rows.length) / Math.max(1, total));
				}
				before += dataset.count;
			}
		};
		await pass('Comparing', (_number, bytes, dataset) => {
			const texts = textsOf(dataset.recognise(bytes).example);
			if (dataset === own) {
				near.add(texts);
			} else {
				near.addReference(texts);
			}
		});
		while (near.isPending) {
			await pass('Verifying', (number, bytes, dataset) => {
				if (near.isWanted(number)) {
					near.verify(number, textsOf(dataset.recognise(bytes).example));
				}
			});
			near.endPass();
		}
		return reportOf(task, near, opened);
	} finally {
		for (const dataset of opened) {
			await dataset.close();
		}
	}
}

function reportOf(
	{ threshold, against }: NearDuplicatesTask,
	near: NearDuplicates,
	opened: readonly OpenRows[],
): NearDuplicatesReport {
	const counts = opened.map(({ count }) => count);
	const own = counts.at(-1) ?? 0;
	const firstOwn = near.count - own;
	const place = (number: number): NearDuplicate['of'] => {
		if (number >= firstOwn) {
			return { row: number - firstOwn + 1 };
		}
		let [dataset, row] = [0, number];
		while (row >= (counts[dataset] ?? 0)) {
			row -= counts[dataset++] ?? 0;
		}
		return { path: against[dataset] ?? '', row: row + 1 };
	};
	const pairs = near
		.pairs()
		.sort((a, b) => a.later - b.later || b.similarity - a.similarity || a.earlier - b.earlier);
	return {
		threshold,
		rows: own,
		against: against.map((path, i) => ({ path, rows: counts[i] ?? 0 })),
		nearRows: new Set(pairs.map(({ later }) => later)).size,
		pairs: pairs.map(({ earlier, later, similarity }) => ({
			row: later - firstOwn + 1,
			of: place(earlier),
			similarity,
		})),
	};
}

/** Words of the finding for a row of a file: `row 12 (similarity 0.93)`. */
export function nearDetail({ of, similarity }: NearDuplicate): string {
	const file = of.path === undefined ? '' : ` of ${basename(of.path)}`;
	return `row ${of.row}${file} (similarity ${similarityText(similarity)})`;
}

/** Rounded down: 0.79999 is not 0.8, and only the same is 1. */
export function similarityText(similarity: number): string {
	return (Math.floor(similarity * 100) / 100).toFixed(2);
}
