import { batch } from '@preact/signals';
import { lenses, type Lens } from '../../src/core/responses/answerMarks';
import type { VotePlan } from '../../src/core/responses/voterSet';
import type {
	ComparisonOverview,
	EditRequest,
	LaneView,
	MarkedPrompt,
	PromptView,
	ResponseDiffHost,
	ResponseDiffPage,
	VoteRequest,
} from '../../src/protocol/responseDiff';
import { connectToHost } from '../shared/host';
import { barFilter } from './behaviourState';
import { beginDraft, setDraft } from './drafts';
import { selectedWords } from './selectedWords';
import { sources } from './sourcesState';
import { askedChanged, closeAsk, connectAsking } from './askActions';
import { asked } from './asking';
import { nextUnvoted, type Filter } from './promptOrder';
import {
	busy,
	chosenFilters,
	chosenTag,
	currentIndex,
	failure,
	isRendered,
	judged,
	judgesShown,
	keepViewState,
	lens,
	listed,
	mapsChanged,
	marked,
	overview,
	pointedLane,
	promptId,
	referenceLane,
	scrollsTogether,
	search,
	tally,
	tallyAsked,
	view,
} from './state';
import { showsFirstSamples } from './voteWords';

export const host = connectToHost<ResponseDiffPage, ResponseDiffHost>(
	{},
	{
		comparisonChanged: next => comparisonChanged(next),
		promptChanged: next => {
			if (next.id === promptId.value) {
				view.value = next;
				void loadMarks();
			}
		},
		askedChanged,
		rewardMapsChanged: () => mapsChanged.value++,
		sourcesChanged: ({ view: found }) => {
			sources.value = found;
		},
		selectionAsked: () => findSelected(),
		comparisonFailed: ({ message }) => {
			failure.value = message;
		},
	},
);

/**
 * Has the training rows nearest to what is selected in an answer looked for. Menus and the palette
 * leave the selection as it was.
 */
export function findSelected(): void {
	const selected = selectedWords();
	if (selected) {
		host.notify('sourcesAsked', { from: 'answer', ...selected });
	} else {
		host.notify('selectionMissing', {});
	}
}

export function start(): void {
	connectAsking({
		ask: text => host.notify('promptAsked', { text }),
		leave: () => host.notify('askedLeft', {}),
		keep: () => host.notify('keepAsked', {}),
		askHost: () => host.notify('hostAsked', {}),
	});
	host.ready();
}

/** While there are any, what comes back of an earlier one must not undo a later. */
let plansOnTheirWay = 0;

function comparisonChanged(next: ComparisonOverview): void {
	failure.value = undefined;
	prepared.clear();
	const plan = plansOnTheirWay > 0 ? overview.value?.set.plan : undefined;
	overview.value = plan ? { ...next, set: { ...next.set, plan } } : next;
	if (judgesShown.value) {
		void loadJudges();
	}
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
	if (asked.value) {
		closeAsk();
	}
	const ready = prepared.get(index);
	batch(() => {
		promptId.value = entry.id;
		pointedLane.value = undefined;
		if (ready?.view?.id === entry.id) {
			view.value = ready.view;
			showMarks(ready.marks);
		}
	});
	keepViewState();
	// Both are asked for at once, so that most often the marks are there with the first paint.
	const marks = loadMarks();
	const loaded = await host.request('loadPrompt', { index });
	// Another prompt may have been chosen meanwhile; what was prepared is most often still true.
	if (loaded?.id === promptId.value && JSON.stringify(loaded) !== JSON.stringify(view.value)) {
		view.value = loaded;
	}
	await marks;
	prepareNeighbours(index);
}

/** What will be shown with the next key, by index: there before it is asked for. */
const prepared = new Map<
	number,
	{ readonly view: PromptView | undefined; readonly marks: MarkedPrompt | undefined }
>();

function prepareNeighbours(index: number): void {
	const place = listed.value.findIndex(item => item.index === index);
	const prompts = overview.value?.prompts ?? [];
	const wanted = new Set([
		listed.value[place + 1]?.index ?? -1,
		listed.value[place - 1]?.index ?? -1,
		nextUnvoted(prompts, index),
	]);
	for (const known of prepared.keys()) {
		if (!wanted.has(known)) {
			prepared.delete(known);
		}
	}
	for (const next of wanted) {
		if (next >= 0 && !prepared.has(next)) {
			void prepare(next);
		}
	}
}

async function prepare(index: number): Promise<void> {
	const before = overview.value;
	const asked = { index, reference: referenceLane.value, lens: lens.value };
	const [ready, marks] = await Promise.all([
		host.request('prepare', { index }),
		host.request('loadMarks', asked),
	]);
	// Something changed meanwhile: what came may be old.
	if (overview.value === before) {
		prepared.set(index, { view: ready, marks });
	}
}

/** Asks for what the lens shows of the prompt in view. The answers are compared beside the page. */
async function loadMarks(): Promise<void> {
	const index = currentIndex.value;
	if (index < 0) {
		return;
	}
	const asked = { index, reference: referenceLane.value, lens: lens.value };
	showMarks(await host.request('loadMarks', asked));
}

/** Marks that are not for what is in view now came too late, or are the same as those that stand. */
function showMarks(loaded: MarkedPrompt | undefined): void {
	const isWanted =
		loaded?.promptId === promptId.value &&
		loaded.reference === referenceLane.value &&
		loaded.lens === lens.value;
	if (isWanted && JSON.stringify(loaded) !== JSON.stringify(marked.value)) {
		marked.value = loaded;
	}
}

/** Shows what a request made of the prompt in view. */
function showAfter(after: PromptView | undefined): void {
	if (after?.id === promptId.value) {
		view.value = after;
		void loadMarks().then(() => prepareNeighbours(currentIndex.value));
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

let sentFrom: PromptView | undefined;
let answered: VoteRequest | undefined;

function takeAnswered(): VoteRequest | undefined {
	const taken = answered;
	answered = undefined;
	return taken;
}

/**
 * One vote at a time. What is pressed while one is on its way counts only where the page shows its
 * outcome already, as the vote after an undo: before that it is the same key pressed twice.
 */
async function send(request: VoteRequest): Promise<void> {
	if (busy.value) {
		answered = view.value === sentFrom ? answered : request;
		return;
	}
	busy.value = true;
	sentFrom = view.value;
	// Of an edit that was on its way; it is not this vote's to carry on.
	takeAnswered();
	try {
		const after: PromptView | undefined = await host.request('vote', request);
		showAfter(after);
		if (tally.value) {
			// Not waited for: the next vote may come at once.
			void askTally(false);
		}
	} finally {
		busy.value = false;
	}
	const next = takeAnswered();
	if (next !== undefined && view.value?.id === next.promptId) {
		await send(next);
	}
}

/** Keeps an edit, or takes it back; the box stays open with its text where it could not be kept. */
export async function saveEdit(
	{ id }: PromptView,
	lane: LaneView,
	edit: Pick<EditRequest, 'text' | 'use'>,
): Promise<void> {
	const shown = view.value;
	if (busy.value || shown?.id !== id) {
		return;
	}
	busy.value = true;
	try {
		const after: PromptView | undefined = await host.request('editAnswer', {
			promptId: id,
			lane: lane.key,
			...edit,
		});
		if (after) {
			setDraft(shown, lane, undefined);
			showAfter(after);
		}
	} finally {
		busy.value = false;
	}
}

/** The lane pointed at, else the one that was voted best. */
export function editAnswer(): boolean {
	const current = view.value;
	const lanes = current?.lanes.filter(one => one.editable) ?? [];
	const lane =
		lanes.find(({ key }) => key === pointedLane.value) ??
		lanes.find(({ key }) => key === current?.vote?.best);
	if (!current || !lane) {
		return false;
	}
	beginDraft(current, lane);
	return true;
}

/** @param lane place of the lane, from 0 */
export function voteFor(kind: 'best' | 'worst', lane: number): void {
	const current = view.value;
	const chosen = current?.lanes[lane];
	if (current?.votable === true && chosen?.text !== undefined && showsFirstSamples(current)) {
		void send({ promptId: current.id, kind, lane: chosen.key });
	}
}

export function voteFlat(kind: 'tie' | 'bothBad'): void {
	if (view.value?.votable === true) {
		void send({ promptId: view.value.id, kind });
	}
}

/** Puts the prompt off: it comes again when the others are done. */
export async function skip(): Promise<void> {
	const current = view.value;
	if (current && !current.vote) {
		await send({ promptId: current.id, kind: 'skip' });
		showNextUnvoted();
	}
}

export async function setPlan(plan: VotePlan): Promise<void> {
	const current = overview.value;
	if (current) {
		// At once, so that a key pressed right after goes on from it.
		overview.value = { ...current, set: { ...current.set, plan } };
	}
	plansOnTheirWay++;
	try {
		showAfter(await host.request('setPlan', plan));
	} finally {
		plansOnTheirWay--;
	}
}

export function undoVote(): void {
	if (view.value?.vote) {
		void send({ promptId: view.value.id, kind: 'undo' });
	}
}

export async function setBlind(blind: boolean): Promise<void> {
	showAfter(await host.request('setBlind', { blind }));
}

export function setReference(lane: number): void {
	prepared.clear();
	referenceLane.value = lane;
	keepViewState();
	void loadMarks();
}

export function setLens(next: Lens): void {
	prepared.clear();
	lens.value = next;
	keepViewState();
	void loadMarks();
}

export function showNextLens(): void {
	setLens(lenses[(lenses.indexOf(lens.value) + 1) % lenses.length] ?? 'difference');
}

export function setRendered(rendered: boolean): void {
	isRendered.value = rendered;
	keepViewState();
}

export function setScrollsTogether(together: boolean): void {
	scrollsTogether.value = together;
	keepViewState();
}

export function toggleFilter(filter: Filter): void {
	const chosen = chosenFilters.value;
	chosenFilters.value = chosen.includes(filter)
		? chosen.filter(item => item !== filter)
		: [...chosen, filter];
	keepViewState();
}

export function setTag(tag: string): void {
	chosenTag.value = tag;
	keepViewState();
}

export function clearNarrowing(): void {
	[search.value, chosenFilters.value, chosenTag.value] = ['', [], ''];
	barFilter.value = undefined;
	keepViewState();
}

/** Another sample of a lane, going round. */
export async function flipSample(lane: LaneView, by: 1 | -1): Promise<void> {
	const id = view.value?.id;
	if (lane.samples && id !== undefined) {
		const { count, shown } = lane.samples;
		const sample = (shown + by + count) % count;
		showAfter(await host.request('showSample', { promptId: id, lane: lane.key, sample }));
	}
}

/** The reference and the lane pointed at, or the first other one, in VS Code's diff editor. */
export function openDiffEditor(): void {
	const current = view.value;
	const lanes = current?.lanes ?? [];
	const reference = lanes[Math.max(0, referenceLane.value)];
	const others = lanes.filter(lane => lane !== reference && lane.text !== undefined);
	const other = others.find(lane => lane.key === pointedLane.value) ?? others[0];
	if (current && reference?.text !== undefined && other) {
		host.notify('diffEditorAsked', {
			promptId: current.id,
			reference: reference.key,
			other: other.key,
		});
	}
}

/** All prompts of the list in the multi-diff editor. */
export function openAllDiffs(): void {
	host.notify('allDiffsAsked', {
		promptIds: listed.value.map(({ entry }) => entry.id),
		reference: Math.max(0, referenceLane.value),
	});
}

/** Counts come when the set is done; before, the voter is asked whether to end it. */
export async function askTally(end: boolean): Promise<void> {
	const loaded = await host.request('loadTally', { end });
	batch(() => {
		tally.value = loaded;
		tallyAsked.value = loaded === undefined;
	});
}

export function toggleTally(): void {
	if (tally.value || tallyAsked.value) {
		hideTally();
	} else if ((overview.value?.voted ?? 0) > 0) {
		void askTally(false);
	}
}

export function hideTally(): void {
	tally.value = undefined;
	tallyAsked.value = false;
}

/** Asks for what judges have said, or hides it. */
export async function toggleJudges(): Promise<void> {
	if (judgesShown.value) {
		hideJudges();
		return;
	}
	judgesShown.value = true;
	await loadJudges();
}

export async function loadJudges(): Promise<void> {
	const loaded = await host.request('loadJudged', {});
	judged.value = loaded ?? 'heldBack';
}

export function hideJudges(): void {
	judgesShown.value = false;
	judged.value = undefined;
}

export const judge = (): void => host.notify('judgeAsked', {});
export const openPreferences = (): void => host.notify('preferencesAsked', {});
export const trainOnVotes = (): void => host.notify('trainingAsked', {});
/** The prompt in view, to a set that every later model is held to. */
export function pinPrompt(): boolean {
	const id = view.value?.id;
	if (id !== undefined) {
		host.notify('pinAsked', { promptId: id });
	}
	return id !== undefined;
}

export const exportVotes = (): void => host.notify('exportAsked', {});
export const showLog = (): void => host.notify('logAsked', {});
export const chooseModels = (): void => host.notify('modelsAsked', {});
export const generate = (): void => host.notify('generateAsked', {});
export const refresh = (): void => host.notify('refreshAsked', {});
