import type { Marker } from '../marker';
import type { Axis } from '../series';
import type { XRange } from '../reduction';

/** Points that one line connects; NaN in y is a gap. */
export interface Stroke {
	readonly x: ArrayLike<number>;
	readonly y: ArrayLike<number>;
}

/** One line of a chart, ready to be drawn on paper. */
export interface FigureLine {
	/** The run, the word for the line, or both. */
	readonly name: string;
	/** Place in the palette. */
	readonly color: number;
	readonly dash: readonly number[];
	/** Place in the list of marks, at the end of the line; without it the line has none. */
	readonly mark?: number;
	/** Stands behind the other lines, as single steps behind their means. */
	readonly isFaint?: boolean;
	/** So few that each gets a dot. */
	readonly hasDots: boolean;
	/** One for each stretch. */
	readonly logged: readonly Stroke[];
	/** The same, averaged; empty where nothing is smoothed. */
	readonly smoothed: readonly Stroke[];
	/** The newest value that was logged. */
	readonly last?: number;
	/** Intervals of points, which stand as bars. */
	readonly bars: readonly IntervalBar[];
}

export interface IntervalBar {
	readonly x: number;
	readonly low: number;
	readonly high: number;
}

/** How values lie on the vertical axis. */
export interface ValueScale {
	/** 0 at the lower end, 1 at the upper; beyond for values outside. */
	place(value: number): number;
	readonly ticks: readonly { readonly value: number; readonly text: string }[];
}

/** What the key says: a piece of a line or a mark, its name, and a value where one belongs to it. */
export interface KeyEntry {
	readonly name: string;
	/** Place in the palette; without one it is a kind of line and not a line. */
	readonly color?: number;
	/** Absent: the entry stands for all lines of a run. */
	readonly dash?: readonly number[];
	readonly mark?: number;
	readonly isFaint?: boolean;
	/** The newest value that was logged. */
	readonly last?: number;
}

/** A chart with everything that has to be on paper with it. */
export interface Figure {
	readonly title: string;
	readonly unit?: string;
	readonly axis: Axis;
	readonly range: XRange;
	readonly scale: ValueScale;
	readonly lines: readonly FigureLine[];
	readonly key: readonly KeyEntry[];
	readonly markers: readonly Marker[];
	/** Where a value was NaN or infinite. */
	readonly notFinite: readonly number[];
	readonly drawnPoints: number;
	readonly allPoints: number;
	/** Sentences that belong to it: what was clipped, smoothed, left out. */
	readonly notes: readonly string[];
	/** Some of it lies outside of the axes and is cut off there. */
	readonly isCut: boolean;
}
