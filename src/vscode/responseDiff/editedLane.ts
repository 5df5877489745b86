import type { AnswerEdit } from '../../core/responses/answerEdit';
import type { Comparison } from '../../core/responses/comparison';
import type { Prompt } from '../../core/responses/promptSet';
import type { LaneView } from '../../protocol/responseDiff';

/** What this voter made of an answer. */
export function editOf(
	{ edits = [] }: Comparison,
	prompt: Prompt,
	label: string,
	voter: string,
): AnswerEdit | undefined {
	return edits.find(
		edit => edit.voter === voter && edit.promptId === prompt.id && edit.label === label,
	);
}

/**
 * An edit and the box for it are there only with the names: before, a lane shows a masked text, and an
 * edit would tell of an earlier look.
 */
export function editView(
	edit: AnswerEdit | undefined,
	state: { readonly named: boolean; readonly isFirst: boolean; readonly failed: boolean },
): Pick<LaneView, 'edit' | 'editable'> {
	return state.named && state.isFirst && !state.failed
		? { editable: true, ...(edit ? { edit: { text: edit.text, use: edit.use } } : {}) }
		: {};
}
