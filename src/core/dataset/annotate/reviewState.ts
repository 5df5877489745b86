import type { Label } from '../annotation';
import type { Annotation } from './annotationFold';

/** In which order examples are asked about, and which. */
export type QueueKind = 'order' | 'random' | 'finding' | 'disagreement';

/** What a review has come to. */
export interface ReviewCounts {
	readonly total: number;
	/** Decided or rated, whenever that was. */
	readonly done: number;
	readonly skipped: number;
	readonly byLabel: Readonly<Record<Label, number>>;
}

/** The pace of one sitting. */
export interface ReviewPace {
	/** Examples decided or rated in this sitting. */
	readonly decided: number;
	/** Seconds in which the annotator was at it. */
	readonly seconds: number;
}

/** Everything a page shows of a review, but for the example. */
export interface ReviewState {
	/** What is reviewed, in words. */
	readonly title: string;
	readonly counts: ReviewCounts;
	readonly pace: ReviewPace;
	/** What I said about the example in view. */
	readonly mine: Annotation | undefined;
	/** Nothing is left that is not decided or set aside. */
	readonly isDone: boolean;
}

/** Mean seconds of an example as text, or `undefined` while too few were decided to tell. */
export function secondsEach({ decided, seconds }: ReviewPace): string | undefined {
	return decided < 5 || seconds <= 0 ? undefined : (seconds / decided).toFixed(1);
}
