import type { XRange } from '../../../src/core/metrics/reduction';
import type { Mark } from '../palette';

/** How places and values become pixels: both are linear, the values perhaps of their logarithm. */
export interface Projection {
	readonly range: XRange;
	readonly values: XRange;
	readonly logarithmic: boolean;
	readonly left: number;
	readonly right: number;
	readonly top: number;
	readonly bottom: number;
}

/** How a line is drawn. */
export interface LineLook {
	readonly color: string;
	readonly opacity: number;
	readonly width: number;
	readonly dash: readonly number[];
	/** Stands at the end of the newest stretch. */
	readonly mark: Mark | undefined;
}

/** Linear maps from places and (logarithms of) values to pixels. */
export function pixelsOf(projection: Projection): {
	x(at: number): number;
	y(value: number): number;
} {
	const { range, left, right, top, bottom, logarithmic } = projection;
	const low = logarithmic ? Math.log10(projection.values.min) : projection.values.min;
	const high = logarithmic ? Math.log10(projection.values.max) : projection.values.max;
	// By halves, as the distance of two numbers may be beyond all numbers.
	const height = high / 2 - low / 2;
	return {
		x: at => left + ((at - range.min) / (range.max - range.min)) * (right - left),
		y: value => bottom - ((value / 2 - low / 2) / height) * (bottom - top),
	};
}
