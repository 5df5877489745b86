/** Words whose sources are looked for. */
export type SourcesRequest =
	| {
			readonly from: 'answer';
			readonly promptId: string;
			readonly lane: string;
			readonly text: string;
	  }
	/** A phrase that a model says more often, by the model's label. */
	| { readonly from: 'behaviour'; readonly label: string; readonly phrase: string };

/** Words that are selected in an answer; undefined where none are. */
export interface AnswerSelection {
	readonly promptId: string;
	/** Key of the lane. */
	readonly lane: string;
	readonly text: string;
}

export interface SourceRow {
	/** Name of the dataset. */
	readonly dataset: string;
	/** From 1. */
	readonly row: number;
	/** `chosen`, `rejected`, `assistant`, … */
	readonly place: string;
	readonly sharedWords: number;
	readonly phraseWords: number;
	readonly excerpt: string;
}

export interface SearchedDataset {
	readonly name: string;
	/** “dpo run “zephyr-dpo””; absent for one that the user chose. */
	readonly of?: string;
	readonly rows?: number;
	/** Why it was not searched. */
	readonly problem?: string;
}

/** Where the words of an answer stand in training data: similar, which is no proof of cause. */
export type SourcesView =
	/** Names are hidden: training data of a model would tell which answer is whose. */
	| { readonly kind: 'hidden' }
	| {
			readonly kind: 'searching';
			readonly phrase: string;
			readonly message: string;
			/** From 0 to 1, where it is known. */
			readonly fraction?: number;
	  }
	| { readonly kind: 'noDatasets'; readonly phrase: string; readonly why: string }
	| { readonly kind: 'failed'; readonly phrase: string; readonly message: string }
	| {
			readonly kind: 'found';
			readonly phrase: string;
			readonly datasets: readonly SearchedDataset[];
			/** Nearest first; none where no row has a word of it. */
			readonly rows: readonly SourceRow[];
	  };

// Types, since an interface is no part of a `Side`.
export type SourceNotifications = {
	sourcesAsked: SourcesRequest;
	/** Also ends the search. */
	sourcesClosed: Record<never, never>;
	/** Datasets to search are chosen by hand. */
	sourceDatasetsAsked: Record<never, never>;
	/** Opens a row of what was found, by its place in the list. */
	sourceOpened: { readonly place: number };
	/** Nothing was selected when sources were asked for. */
	selectionMissing: Record<never, never>;
};

export type SourcePageNotifications = {
	/** Undefined: nothing is shown. */
	sourcesChanged: { readonly view: SourcesView | undefined };
	/** The command was run: the page answers with `sourcesAsked` or `selectionMissing`. */
	selectionAsked: Record<never, never>;
};
