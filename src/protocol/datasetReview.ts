import type { Annotation } from '../core/dataset/annotate/annotationFold';
import type { AnnotationReport } from '../core/dataset/annotate/annotationReport';
import type { ReviewState } from '../core/dataset/annotate/reviewState';
import type { Rating } from '../core/dataset/annotation';
import type { RowId } from '../core/dataset/overlay';
import type { Answer, RowDetail } from './datasetEditor';

/** What the list shows of an annotation, but for the label. */
export interface RowMarks {
	readonly rating: Rating | undefined;
	readonly tags: readonly string[];
	readonly hasNote: boolean;
	readonly isSkipped: boolean;
}

/** What is said about a row. Others' words are there only once I have decided. */
export interface RowAnnotation {
	readonly mine: Annotation | undefined;
	readonly others: readonly { readonly author: string; readonly annotation: Annotation }[];
	/** How many others have said something that I see once I have decided. */
	readonly hidden: number;
	/** What programs suggest, apart from what people say. */
	readonly suggestions: readonly { readonly author: string; readonly annotation: Annotation }[];
}

/** The annotations of a dataset as a whole. */
export interface AnnotationState {
	/** Annotations of examples that are not in the file (any more). */
	readonly detached: number;
	/** Tags in use, the most frequent first; cut where there are very many. */
	readonly tags: readonly string[];
	/** Events that could not be written yet, and why. */
	readonly unwritten: { readonly events: number; readonly reason: string } | undefined;
}

/** An annotation that found no row, with what it said. */
export interface DetachedLine {
	readonly author: string;
	readonly name: string;
	readonly annotation: Annotation;
}

/** The annotations in numbers, and which of the authors I am. */
export interface AnnotationSummary {
	readonly report: AnnotationReport;
	readonly me: string;
	/** Rows of the dataset as it is now. */
	readonly rows: number;
}

/** The actions of a review; each is the VS Code command `windsock.review.<action>`. */
export const reviewActions = [
	'keep',
	'drop',
	'fix',
	'rate',
	'tag',
	'note',
	'skip',
	'next',
	'previous',
	'undo',
	'clear',
	'stop',
] as const;
export type ReviewAction = (typeof reviewActions)[number];

export interface ReviewView extends ReviewState {
	/** Key that each action has now, as it is shown; none where it has none. */
	readonly keys: Readonly<Partial<Record<ReviewAction, string>>>;
}

/** Where a review is now; pushed, so that the next example is there without asking. */
export interface ReviewPlace {
	readonly review: ReviewView;
	readonly detail: RowDetail | undefined;
	/** Place of the row among those that pass the filter. */
	readonly index: number | undefined;
}

export type ReviewRequests = {
	loadRow: { params: { readonly id: RowId }; result: Answer<RowDetail> };
	startReview: { params: null; result: void };
	review: {
		params: { readonly action: ReviewAction; readonly rating?: Rating };
		result: void;
	};
	reviewSkipped: { params: null; result: void };
	changeKeys: { params: null; result: void };
	/** Counts, authors and agreement; `undefined` where nothing can be annotated. */
	loadReport: { params: null; result: Answer<AnnotationSummary> };
	reviewDisagreements: { params: null; result: void };
	loadDetached: { params: null; result: readonly DetachedLine[] };
	writeAnnotations: { params: null; result: void };
};

export type ReviewNotifications = {
	/** The page has drawn this row; decisions may be about it from now on. */
	reviewShown: { readonly id: RowId };
	/** The reader chose another row by hand. */
	reviewSelected: { readonly id: RowId };
	/** A sign of life: a key, the mouse, scrolling. */
	reviewActive: null;
};

export type ReviewPageNotifications = {
	reviewMoved: ReviewPlace;
	/** The reader asked for the annotations in numbers. */
	reportAsked: null;
};
