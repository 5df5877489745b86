import type {
	ComparisonOverview,
	PromptView,
	ResponseDiffHost,
	ResponseDiffPage,
	VoteRequest,
} from '../../src/protocol/responseDiff';
import { connectToHost } from '../shared/host';
import { nextUnvoted } from './promptOrder';
import {
	busy,
	currentIndex,
	failure,
	keepViewState,
	listed,
	overview,
	pointedLane,
	promptId,
	referenceLane,
	tally,
	tallyAsked,
	view,
} from './state';

const host = connectToHost<ResponseDiffPage, ResponseDiffHost>(
	{},
	{
		comparisonChanged: next => comparisonChanged(next),
		promptChanged: next => {
			if (next.id === promptId.value) {
				view.value = next;
			}
		},
		comparisonFailed: ({ message }) => {
			failure.value = message;
		},
	},
);

export function start(): void {
	host.ready();
}

function comparisonChanged(next: ComparisonOverview): void {
	failure.value = undefined;
	overview.value = next;
	if (currentIndex.value < 0 || view.value?.id !== promptId.value) {
		void showPrompt(Math.max(0, currentIndex.value));
	}
	keepViewState();
}

export async function showPrompt(index: number): Promise<void> {
	const entry = overview.value?.prompts[index];
	if (!entry) {
		return;
	}
	promptId.value = entry.id;
	pointedLane.value = undefined;
	keepViewState();
	const loaded = await host.request('loadPrompt', { index });
	// Another prompt may have been chosen meanwhile.
	if (loaded?.id === promptId.value) {
		view.value = loaded;
	}
}

/** Goes through the listed prompts, so the search narrows what j and k visit. */
export function step(by: 1 | -1): void {
	const place = listed.value.findIndex(item => item.index === currentIndex.value);
	const next = listed.value[place < 0 ? 0 : place + by];
	if (next) {
		void showPrompt(next.index);
	}
}

export function showNextUnvoted(): void {
	const next = nextUnvoted(overview.value?.prompts ?? [], currentIndex.value);
	if (next >= 0) {
		void showPrompt(next);
	}
}

async function send(request: VoteRequest): Promise<void> {
	if (busy.value) {
		return;
	}
	busy.value = true;
	try {
		const after: PromptView | undefined = await host.request('vote', request);
		if (after?.id === promptId.value) {
			view.value = after;
		}
		if (tally.value) {
			tally.value = await host.request('loadTally', {});
		}
	} finally {
		busy.value = false;
	}
}

/** @param lane place of the lane, from 0 */
export function voteFor(kind: 'best' | 'worst', lane: number): void {
	const current = view.value;
	const chosen = current?.lanes[lane];
	if (current?.votable === true && chosen?.text !== undefined) {
		void send({ promptId: current.id, kind, lane: chosen.key });
	}
}

export function voteFlat(kind: 'tie' | 'bothBad'): void {
	if (view.value?.votable === true) {
		void send({ promptId: view.value.id, kind });
	}
}

export function undoVote(): void {
	if (view.value?.vote) {
		void send({ promptId: view.value.id, kind: 'undo' });
	}
}

export async function setBlind(blind: boolean): Promise<void> {
	const after = await host.request('setBlind', { blind });
	if (after?.id === promptId.value) {
		view.value = after;
	}
}

export function setReference(lane: number): void {
	referenceLane.value = lane;
	keepViewState();
}

/** Counts are shown at once when nothing can be swayed any more, else after a warning. */
export async function askTally(anyway: boolean): Promise<void> {
	const current = overview.value;
	if (!current) {
		return;
	}
	const open = current.blind && current.voted < current.prompts.length;
	if (open && !anyway) {
		tallyAsked.value = true;
		return;
	}
	tallyAsked.value = false;
	tally.value = await host.request('loadTally', {});
}

export function hideTally(): void {
	tally.value = undefined;
	tallyAsked.value = false;
}

export const openPreferences = (): void => host.notify('preferencesAsked', {});
export const trainOnVotes = (): void => host.notify('trainingAsked', {});
export const showLog = (): void => host.notify('logAsked', {});
export const refresh = (): void => host.notify('refreshAsked', {});
