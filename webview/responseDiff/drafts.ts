import { signal } from '@preact/signals';
import type { EditUse } from '../../src/core/responses/answerEdit';
import type { LaneView, PromptView } from '../../src/protocol/responseDiff';

/** An answer that is being edited. */
export interface Draft {
	readonly text: string;
	/** Absent until somebody chooses. */
	readonly use?: EditUse;
}

/** By prompt and lane; a draft waits while another prompt is in view. */
const drafts = signal<ReadonlyMap<string, Draft>>(new Map());

function keyOf(view: PromptView, lane: LaneView): string {
	return `${view.id}\n${lane.key}`;
}

/** Undefined where the answer is not being edited, or must not be any more. */
export function draftOf(view: PromptView, lane: LaneView): Draft | undefined {
	return lane.editable ? drafts.value.get(keyOf(view, lane)) : undefined;
}

export function setDraft(view: PromptView, lane: LaneView, draft: Draft | undefined): void {
	const next = new Map(drafts.value);
	if (draft) {
		next.set(keyOf(view, lane), draft);
	} else {
		next.delete(keyOf(view, lane));
	}
	drafts.value = next;
}

/** Begins with what was made of the answer before, or with the answer. */
export function beginDraft(view: PromptView, lane: LaneView): void {
	if (lane.editable && lane.text !== undefined && !draftOf(view, lane)) {
		setDraft(view, lane, lane.edit ?? { text: lane.text });
	}
}
