import { computed, signal } from '@preact/signals';
import type { ComparisonOverview, PromptView, Tally } from '../../src/protocol/responseDiff';
import { loadViewState, saveViewState } from '../shared/host';
import { filterPrompts, type ListedPrompt } from './promptOrder';

/** What survives hiding the tab: places and choices, never answers. */
interface ViewState {
	readonly comparisonId: string;
	readonly promptId: string;
	/** Lane that the others are compared with, from 0; −1 for none. */
	readonly referenceLane: number;
	readonly search: string;
}

const kept = loadViewState<ViewState>({
	comparisonId: '',
	promptId: '',
	referenceLane: 0,
	search: '',
});

export const overview = signal<ComparisonOverview | undefined>(undefined);
export const view = signal<PromptView | undefined>(undefined);
export const failure = signal<string | undefined>(undefined);
export const promptId = signal(kept.promptId);
export const referenceLane = signal(kept.referenceLane);
export const search = signal(kept.search);
export const tally = signal<Tally | undefined>(undefined);
/** The user asked for the counts before all prompts are voted on, and is told what that costs. */
export const tallyAsked = signal(false);
/** A vote is on its way to the disk. */
export const busy = signal(false);
/** Key of the lane under the pointer or the focus: the reference shows its differences to it. */
export const pointedLane = signal<string | undefined>(undefined);

/** The prompts whose text, id or tags hold every word of the search. */
export const listed = computed<readonly ListedPrompt[]>(() =>
	filterPrompts(overview.value?.prompts ?? [], search.value),
);

export const currentIndex = computed(
	() => overview.value?.prompts.findIndex(prompt => prompt.id === promptId.value) ?? -1,
);

export function keepViewState(): void {
	saveViewState({
		comparisonId: overview.value?.comparisonId ?? kept.comparisonId,
		promptId: promptId.value,
		referenceLane: referenceLane.value,
		search: search.value,
	} satisfies ViewState);
}
