import type { TextMark } from '../../core/responses/answerMarks';
import { checkpointLines } from '../../core/responses/checkpointLines';
import type { Comparison } from '../../core/responses/comparison';
import type { MarkCache } from '../../node/responses/markCache';
import type { CheckpointRequests, CheckpointView } from '../../protocol/checkpointAnswers';
import type { ViewContext } from './comparisonViews';

/**
 * The answer of one checkpoint to a prompt, with what training changed since the one before.
 * Rejects where the two cannot be compared.
 */
export async function checkpointAnswer(
	comparison: Comparison,
	context: ViewContext,
	request: CheckpointRequests['loadCheckpoint']['params'],
	marks: Pick<MarkCache, 'marksOf'>,
): Promise<CheckpointView | undefined> {
	const item = context.items.find(({ id }) => id === request.promptId);
	if (!item || context.blind) {
		return item && { kind: 'hidden' };
	}
	const lines = checkpointLines(comparison.header.models);
	const line = lines.find(({ run }) => run === request.run) ?? lines[0];
	if (!line) {
		return { kind: 'none' };
	}
	const { checkpoints, run } = line;
	const at = Math.min(Math.max(request.at ?? Infinity, 0), checkpoints.length - 1);
	const textOf = (place: number): string | undefined =>
		comparison.responses.get(checkpoints[place]?.label ?? '')?.get(item.promptId)?.response;
	const [before, text] = [textOf(at - 1), textOf(at)];
	return {
		kind: 'shown',
		runs: lines.map(({ run: id, name }) => ({ run: id, name })),
		run,
		steps: checkpoints.map(({ step }) => step),
		at,
		label: checkpoints[at]?.label ?? '',
		...(text === undefined ? {} : { text }),
		marks: await changesOf(before, text, marks),
		isSame: text !== undefined && text === before,
	};
}

async function changesOf(
	before: string | undefined,
	text: string | undefined,
	marks: Pick<MarkCache, 'marksOf'>,
): Promise<readonly TextMark[]> {
	if (before === undefined || text === undefined) {
		return [];
	}
	const [, own] = await marks.marksOf({ texts: [before, text], reference: 0, lens: 'difference' });
	return own?.marks ?? [];
}
