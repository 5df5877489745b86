import { computed, signal } from '@preact/signals';
import type { Lens } from '../../src/core/responses/answerMarks';
import type { JudgedView } from '../../src/core/responses/judging/judged';
import type {
	ComparisonOverview,
	MarkedPrompt,
	PromptView,
	Tally,
} from '../../src/protocol/responseDiff';
import { loadViewState, saveViewState } from '../shared/host';
import { barFilter } from './behaviourState';
import {
	filterNames,
	filterPrompts,
	passes,
	tagsOf,
	type Filter,
	type ListedPrompt,
} from './promptOrder';

/** What survives hiding the tab: places and choices, never answers. */
interface ViewState {
	readonly comparisonId: string;
	readonly promptId: string;
	/** Lane that the others are compared with, from 0; −1 for none. */
	readonly referenceLane: number;
	readonly search: string;
	readonly filters: readonly Filter[];
	readonly tag: string;
	readonly lens: Lens;
	readonly isRendered: boolean;
	readonly scrollsTogether: boolean;
}

const kept = loadViewState<ViewState>({
	comparisonId: '',
	promptId: '',
	referenceLane: 0,
	search: '',
	filters: [],
	tag: '',
	lens: 'difference',
	isRendered: false,
	scrollsTogether: true,
});

export const overview = signal<ComparisonOverview | undefined>(undefined);
export const view = signal<PromptView | undefined>(undefined);
export const failure = signal<string | undefined>(undefined);
export const promptId = signal(kept.promptId);
export const referenceLane = signal(kept.referenceLane);
export const search = signal(kept.search);
export const chosenFilters = signal(kept.filters);
export const chosenTag = signal(kept.tag);
export const lens = signal(kept.lens);
/** Answers are shown as Markdown means them, not as they are written. */
export const isRendered = signal(kept.isRendered);
export const scrollsTogether = signal(kept.scrollsTogether);
/** What the lens shows of the prompt in view; behind it while the answers are compared. */
export const marked = signal<MarkedPrompt | undefined>(undefined);
export const tally = signal<Tally | undefined>(undefined);
/** The user asked for the counts before all prompts are voted on, and is told what that costs. */
export const tallyAsked = signal(false);
/** The user wants to see what judges have said. */
export const judgesShown = signal(false);
export const judged = signal<readonly JudgedView[] | 'heldBack' | undefined>(undefined);
/** Counts up when reward maps may be new. */
export const mapsChanged = signal(0);
/** Place of the lane that shows its reward map instead of its text, from 0. */
export const mapPlace = signal<number | undefined>(undefined);
/** A vote is on its way to the disk. */
export const busy = signal(false);
/** Key of the lane under the pointer or the focus: the reference shows its differences to it. */
export const pointedLane = signal<string | undefined>(undefined);

/** The prompts that the search, the filters and the tag leave. */
export const listed = computed<readonly ListedPrompt[]>(() =>
	filterPrompts(overview.value?.prompts ?? [], {
		query: search.value,
		filters: chosenFilters.value,
		tag: chosenTag.value,
		lanes: overview.value?.lanes ?? 0,
		only: barFilter.value?.promptIds,
	}),
);

/** How many prompts each filter would leave of all, and each tag has. */
export const filterCounts = computed(() => {
	const entries = overview.value?.prompts ?? [];
	const lanes = overview.value?.lanes ?? 0;
	return filterNames.map(
		name => [name, entries.filter(entry => passes(entry, name, lanes)).length] as const,
	);
});
export const tags = computed(() => tagsOf(overview.value?.prompts ?? []));

export const currentIndex = computed(
	() => overview.value?.prompts.findIndex(prompt => prompt.id === promptId.value) ?? -1,
);

export function keepViewState(): void {
	saveViewState({
		comparisonId: overview.value?.comparisonId ?? kept.comparisonId,
		promptId: promptId.value,
		referenceLane: referenceLane.value,
		search: search.value,
		filters: chosenFilters.value,
		tag: chosenTag.value,
		lens: lens.value,
		isRendered: isRendered.value,
		scrollsTogether: scrollsTogether.value,
	} satisfies ViewState);
}
