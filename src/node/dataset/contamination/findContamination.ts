import type { OverlapRule } from '../../../core/dataset/near/promptOverlap';
import type { Progress } from '../../../core/training/launchRequest';
import { OpenRows, type DatasetRows } from '../work/datasetRows';
import { PromptSets, type PromptPlace } from './promptSets';

export interface ContaminationTask {
	readonly dataset: DatasetRows;
	/** Evaluations and prompt sets. */
	readonly sets: readonly string[];
	readonly rule: OverlapRule;
}

export interface ContaminationReport extends OverlapRule {
	readonly rows: number;
	readonly sets: readonly { readonly path: string; readonly prompts: number }[];
	/** Rows, from 1, whose prompt stands in one of the sets. */
	readonly matches: readonly { readonly row: number; readonly of: PromptPlace }[];
}

/** Throws a WindsockError. */
export async function findContamination(
	{ dataset, sets, rule }: ContaminationTask,
	{ progress, signal }: { readonly progress?: Progress; readonly signal?: AbortSignal } = {},
): Promise<ContaminationReport> {
	const known = await PromptSets.read(sets, rule, signal);
	const opened = await OpenRows.open(dataset);
	try {
		const matches: { row: number; of: PromptPlace }[] = [];
		for await (const { from, rows } of opened.portions('looking for contamination', signal)) {
			for (const [i, bytes] of rows.entries()) {
				const of = known.find(opened.recognise(bytes));
				if (of) {
					matches.push({ row: from + i + 1, of });
				}
			}
			progress?.report('Comparing prompts', (from + rows.length) / Math.max(1, opened.count));
		}
		return { ...rule, rows: opened.count, sets: known.sets, matches };
	} finally {
		await opened.close();
	}
}
