import type { XRange } from './reduction';
import type { Axis } from './series';

/** How an average is taken over the logged values, always over all of them. */
export type Smoothing =
	| { readonly kind: 'none' }
	/** TensorBoard's: exponential with the start corrected; weight 0 to below 1. */
	| { readonly kind: 'ema'; readonly weight: number }
	/** W&B's: exponential by distance on the axis; weight 0 to below 1. */
	| { readonly kind: 'timeWeighted'; readonly weight: number }
	/** The mean of so many neighbouring points, an odd number, half of them on each side. */
	| { readonly kind: 'mean'; readonly points: number };

/** What decides which points of a chart are drawn. */
export interface Look {
	readonly axis: Axis;
	/** The part of the axis that is shown; all of it when absent. */
	readonly zoom?: XRange;
	readonly smoothing: Smoothing;
	/** Values that lie far outside the others do not stretch the chart; they are counted. */
	readonly clipOutliers: boolean;
}

/** Points as columns, one stretch after the other; NaN in `y` is a gap. */
export interface Polyline {
	readonly x: Float64Array;
	readonly y: Float64Array;
	/** Index of the first point of each stretch; no line joins two of them. */
	readonly starts: readonly number[];
}

/** Whether a number stands for several steps. `of` is undefined where nobody knows how many. */
export interface Granularity {
	readonly kind: 'mean' | 'one' | 'unknown';
	readonly of: number;
}

/** What is known of a whole series, whatever part of it is shown. */
export interface SeriesFacts {
	readonly points: number;
	readonly first: number;
	readonly last: number;
	readonly lastStep: number;
	/** Smallest and largest finite value; NaN when there is none. */
	readonly lowest: number;
	readonly highest: number;
	/** Undefined where each step has a point of its own. */
	readonly granularity?: Granularity;
}

/** One series as a chart draws it. */
export interface LineDrawing {
	/** Id of its source. */
	readonly source: string;
	/** Index into the panel's `lines`. */
	readonly line: number;
	readonly facts: SeriesFacts;
	readonly logged: Polyline;
	/** Absent where nothing is smoothed. */
	readonly smoothed?: Polyline | undefined;
	/** Logged points in the part shown. */
	readonly pointsShown: number;
	/** Values that are NaN or infinite, and those of 0 or below, in the part shown. */
	readonly notFinite: number;
	readonly notPositive: number;
	/** Points beyond `PanelDrawing.clip`. */
	readonly clipped: number;
}

/** A panel as a chart draws it, reduced from all points of its series. */
export interface PanelDrawing {
	/** The panel's first metric. */
	readonly panel: string;
	readonly axis: Axis;
	/** The part of the axis that the lines are for. */
	readonly range: XRange;
	readonly lines: readonly LineDrawing[];
	/** The values to show when outliers are clipped; undefined when there are none. */
	readonly clip?: XRange;
}
