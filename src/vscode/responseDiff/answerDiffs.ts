import type { Comparison } from '../../core/responses/comparison';
import type { LaneView, PromptView } from '../../protocol/responseDiff';
import { neutralTitle, promptView, type ViewContext } from './comparisonViews';

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

/** One answer beside another, by the keys of their lanes. */
export interface DiffRequest {
	readonly promptId: string;
	readonly reference: string;
	readonly other: string;
}

/** Every lane of some prompts beside the one at `reference`, from 0. */
export interface ManyDiffsRequest {
	readonly promptIds: readonly string[];
	readonly reference: number;
}

/** Opens what was asked for, as far as it is (still) there, in an editor of VS Code. */
export function openRequested(
	comparison: Comparison,
	context: ViewContext,
	request: DiffRequest | ManyDiffsRequest,
	actions: { openDiffs(title: string, diffs: readonly AnswerDiff[]): void },
): void {
	if ('promptIds' in request) {
		const diffs = requestedDiffs(comparison, context, request);
		if (diffs.length > 0) {
			actions.openDiffs(neutralTitle(comparison), diffs);
		}
		return;
	}
	const diff = requestedDiff(comparison, context, request);
	if (diff) {
		actions.openDiffs(diffTitle(diff), [diff]);
	}
}

/** Undefined when the prompt or a lane is not (any more) shown. */
export function requestedDiff(
	comparison: Comparison,
	context: ViewContext,
	request: DiffRequest,
): AnswerDiff | undefined {
	const index = context.items.findIndex(({ id }) => id === request.promptId);
	const view = promptView(comparison, index, context);
	const [left, right] = [request.reference, request.other].map(
		key => view?.lanes.findIndex(lane => lane.key === key) ?? -1,
	);
	return view && answerDiff(view, left ?? -1, right ?? -1);
}

/** In the order of the lanes, which while names are hidden is another for each prompt. */
export function requestedDiffs(
	comparison: Comparison,
	context: ViewContext,
	request: ManyDiffsRequest,
): AnswerDiff[] {
	const wanted = new Set(request.promptIds);
	return context.items.flatMap(({ id }, index) => {
		const view = wanted.has(id) ? promptView(comparison, index, context) : undefined;
		return (view?.lanes ?? []).flatMap(
			(_, lane) => (view && answerDiff(view, Math.max(0, request.reference), lane)) ?? [],
		);
	});
}
