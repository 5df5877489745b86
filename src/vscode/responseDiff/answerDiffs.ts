import type { LaneView, PromptView } from '../../protocol/responseDiff';

/** One answer as a document of its own. */
export interface AnswerDocument {
	/** Name of the tab: the model only where the page names it too. */
	readonly name: string;
	readonly text: string;
}

/** Two answers to one prompt, for VS Code's own diff editor. */
export interface AnswerDiff {
	/** Number of the prompt, from 1. */
	readonly prompt: number;
	readonly reference: AnswerDocument;
	readonly other: AnswerDocument;
}

/** Undefined where one of them is not there, or both are the same lane. Places from 0. */
export function answerDiff(
	view: PromptView,
	reference: number,
	other: number,
): AnswerDiff | undefined {
	const [left, right] = [view.lanes[reference], view.lanes[other]];
	if (reference === other || left?.text === undefined || right?.text === undefined) {
		return undefined;
	}
	return {
		prompt: view.index + 1,
		reference: { name: nameOf(left, reference), text: left.text },
		other: { name: nameOf(right, other), text: right.text },
	};
}

export function diffTitle({ prompt, reference, other }: AnswerDiff): string {
	return `Prompt ${prompt}: ${reference.name} ↔ ${other.name}`;
}

function nameOf(lane: LaneView, place: number): string {
	const sample = lane.samples ? `, sample ${lane.samples.shown + 1}` : '';
	return `${lane.model?.label ?? `Answer ${place + 1}`}${sample}`;
}
