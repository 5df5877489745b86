import type { Figure } from './figure';

/** The rectangle between the axes. */
export interface Plot {
	readonly left: number;
	readonly right: number;
	readonly top: number;
	readonly bottom: number;
}

/** Where a position stands, in pixels from the left. */
export function xPlace(figure: Figure, plot: Plot): (value: number) => number {
	const { min, max } = figure.range;
	// By halves, as the distance of two numbers may be beyond all numbers.
	const span = max / 2 - min / 2;
	const share = (value: number): number => (span > 0 ? (value / 2 - min / 2) / span : 0.5);
	return value => plot.left + share(value) * (plot.right - plot.left);
}

/** Where a value stands, in pixels from the top; NaN where it has no place. */
export function yPlace(figure: Figure, plot: Plot): (value: number) => number {
	return value => plot.bottom - figure.scale.place(value) * (plot.bottom - plot.top);
}

/** To a tenth of a pixel. */
export function round(value: number): number {
	return Math.round(value * 10) / 10;
}
