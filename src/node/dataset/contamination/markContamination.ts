import { ok, type Result } from '../../../core/base/result';
import type { OverlapRule } from '../../../core/dataset/near/promptOverlap';
import type { DatasetModel } from '../datasetModel';
import { expected } from '../expected';
import { localRows } from '../work/localRows';
import type { WorkContext } from '../work/dataWork';
import { workInBackground } from '../work/dataWorkThread';
import type { ContaminationReport } from './findContamination';
import { placeText } from './promptSets';

/** Looks for prompts of other sets in an open dataset as it is edited, and marks its rows. */
export async function markContamination(
	model: DatasetModel,
	sets: readonly string[],
	rule: OverlapRule,
	context: WorkContext & { readonly workFile: string | undefined },
): Promise<Result<ContaminationReport>> {
	const local = await expected(() => localRows(model, context));
	if (!local.ok) {
		return local;
	}
	const { rows, refs, close } = local.value;
	const task = { dataset: rows, sets, rule };
	const found = await workInBackground('contamination', task, context).finally(close);
	if (!found.ok) {
		return found;
	}
	const marks = found.value.matches.flatMap(({ row, of }) => {
		const own = refs(row - 1);
		return own ? [[own.id, { bytes: own.bytes, detail: () => placeText(of) }] as const] : [];
	});
	model.marks.set('promptInOtherSet', new Map(marks), model.file.scan, model.overlay);
	model.touch();
	return ok(found.value);
}
