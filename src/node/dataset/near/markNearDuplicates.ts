import { basename } from 'node:path';
import type { Progress } from '../../../core/training/launchRequest';
import { ok, type Result } from '../../../core/base/result';
import type { RowId } from '../../../core/dataset/overlay';
import type { DatasetModel } from '../datasetModel';
import type { RowMark } from '../rowFindingMarks';
import { expected } from '../expected';
import { localRows } from '../work/localRows';
import { workInBackground } from '../work/dataWorkThread';
import { similarityText, type NearDuplicatesReport } from './findNearDuplicates';

export interface NearDuplicateSearch {
	readonly against: readonly string[];
	readonly threshold: number;
	readonly workFile: string | undefined;
	readonly progress: Progress;
	readonly signal: AbortSignal;
}

/** Looks for near-duplicates in an open dataset as it is edited, and marks its rows. */
export async function markNearDuplicates(
	model: DatasetModel,
	{ against, threshold, ...context }: NearDuplicateSearch,
): Promise<Result<NearDuplicatesReport>> {
	const local = await expected(() => localRows(model, context));
	if (!local.ok) {
		return local;
	}
	const { rows, refs, close } = local.value;
	const task = { dataset: rows, against, threshold };
	const found = await workInBackground('nearDuplicates', task, context).finally(close);
	if (!found.ok) {
		return found;
	}
	const marks = new Map<RowId, RowMark & { readonly bytes: Uint8Array | undefined }>();
	for (const { row, of, similarity } of found.value.pairs) {
		const own = refs(row - 1);
		// The most similar one comes first.
		if (own && !marks.has(own.id)) {
			const other = of.path === undefined ? refs(of.row - 1)?.id : undefined;
			const file = of.path === undefined ? undefined : basename(of.path);
			marks.set(own.id, {
				bytes: own.bytes,
				detail: numberOf => {
					const number = other === undefined ? of.row : numberOf(other);
					const where = file === undefined ? '' : ` of ${file}`;
					const named =
						number === undefined ? 'a row that is deleted now' : `row ${number}${where}`;
					return `${named} (similarity ${similarityText(similarity)})`;
				},
			});
		}
	}
	model.marks.set('nearDuplicate', marks, model.file.scan, model.overlay);
	model.touch();
	return ok(found.value);
}
