import type { Polyline } from '../../../src/core/metrics/drawing';
import { pixelsOf, type LineLook, type Projection } from './projection';
import { redonePlaces } from './redone';

/** More points a pixel than this are drawn as columns. */
const dense = 1.2;

/**
 * Whether a line goes up and down within its pixels. To stroke such a zigzag costs a hundred times
 * what its columns cost, and looks the same.
 */
export function isDense({ x }: Polyline, { left, right }: Projection): boolean {
	return x.length > dense * (right - left);
}

/**
 * Fills for each pixel the column from the smallest to the largest value in it, joined with those
 * of its neighbours. Values without a logarithm and gaps join nothing.
 *
 * @returns the pixels of the newest point
 */
export function fillColumns(
	context: CanvasRenderingContext2D,
	line: Polyline,
	projection: Projection,
	look: LineLook,
	/** Nothing to the left of this pixel has to be drawn. */
	from = -Infinity,
): readonly [number, number] | undefined {
	const { x, y, starts } = line;
	const { logarithmic, left, right } = projection;
	const pixel = pixelsOf(projection);
	const size = 1 / (globalThis.devicePixelRatio || 1);
	const half = look.width / 2;
	const opacity = context.globalAlpha;
	let end: readonly [number, number] | undefined;
	const redone = redonePlaces(line);
	const isOn = dashAlong(look.dash);
	for (const [n, start] of starts.entries()) {
		const stretchEnd = starts[n + 1] ?? x.length;
		const redoneFrom = redone[n] ?? Infinity;
		let column = Number.NaN;
		let low = 0;
		let high = 0;
		let lastY = Number.NaN;
		const fill = (at: number, from: number, to: number): void => {
			if (at >= left - size && at <= right && isOn(at - left)) {
				context.fillRect(at, from - half, size, to - from + look.width);
			}
		};
		const first =
			from < left ? start : firstNeeded(x, start, stretchEnd, projection, from - 2 * size);
		for (let i = first; i < stretchEnd; i++) {
			const place = x[i] ?? Number.NaN;
			const value = y[i] ?? Number.NaN;
			const its = pixel.y(logarithmic ? Math.log10(value > 0 ? value : Number.NaN) : value);
			if (Number.isNaN(its)) {
				lastY = Number.NaN;
				continue;
			}
			const at = left + Math.floor((pixel.x(place) - left) / size) * size;
			if (at === column) {
				// Beside what was in this pixel, also the way from there.
				low = its < low ? its : low;
				high = its > high ? its : high;
			} else {
				const steps = Math.round((at - column) / size);
				if (!Number.isNaN(column)) {
					// Half of the way to the next column is this one's.
					const way = Number.isNaN(lastY) ? low : lastY + (its - lastY) / (2 * Math.max(1, steps));
					fill(column, Math.min(low, way), Math.max(high, way));
				}
				low = high = its;
				if (!Number.isNaN(lastY)) {
					const firstStep = Math.max(1, Math.floor((left - column) / size));
					const lastStep = Math.min(steps - 1, Math.ceil((right - column) / size));
					for (let step = firstStep; step <= lastStep; step++) {
						const a = lastY + ((its - lastY) * (step - 0.5)) / steps;
						const b = lastY + ((its - lastY) * (step + 0.5)) / steps;
						fill(column + step * size, Math.min(a, b), Math.max(a, b));
					}
					const join = its + (lastY - its) / (2 * Math.max(1, steps));
					low = Math.min(low, join);
					high = Math.max(high, join);
				}
				column = at;
				context.globalAlpha = place > redoneFrom ? opacity * 0.4 : opacity;
			}
			lastY = its;
			if (n === starts.length - 1) {
				end = [pixel.x(place), its];
			}
		}
		if (!Number.isNaN(column)) {
			fill(column, low, high);
		}
		context.globalAlpha = opacity;
	}
	return end;
}

/** The last point of a stretch before a pixel: what follows depends on nothing before it. */
function firstNeeded(
	x: Float64Array,
	start: number,
	end: number,
	{ range, left, right }: Projection,
	pixel: number,
): number {
	const place = range.min + ((pixel - left) / (right - left)) * (range.max - range.min);
	let [low, high] = [start, end];
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((x[middle] ?? Infinity) < place) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return Math.max(start, low - 1);
}

/** Dashes of a dense line go along the axis. */
function dashAlong(dash: readonly number[]): (at: number) => boolean {
	const length = dash.reduce((sum, part) => sum + part, 0);
	if (length === 0) {
		return () => true;
	}
	return at => {
		let left = at % length;
		for (const [i, part] of dash.entries()) {
			left -= part;
			if (left < 0) {
				return i % 2 === 0;
			}
		}
		return true;
	};
}
