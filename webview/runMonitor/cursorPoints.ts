import type { Axis, Series } from '../../src/core/metrics/series';
import type { ModelLine } from './panelModel';

/** A logged point under the cursor. */
export interface CursorPoint {
	readonly line: ModelLine;
	readonly index: number;
	readonly x: number;
	readonly value: number;
}

/**
 * Index of the logged point nearest to `at`; of several equally near the newest, so that a restart
 * shows what counts now. -1 when no point has an x.
 */
export function nearestPoint(series: Series, axis: Axis, at: number): number {
	const x = series.x(axis);
	let best = -1;
	let distance = Infinity;
	for (const { start, end } of series.stretches()) {
		let low = start;
		let high = end;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if ((x[middle] ?? 0) <= at) {
				low = middle + 1;
			} else {
				high = middle;
			}
		}
		for (const i of [low - 1, low]) {
			const far = Math.abs((x[i] ?? Number.NaN) - at);
			if (i >= start && i < end && far <= distance) {
				best = i;
				distance = far;
			}
		}
	}
	return best;
}

/** The logged point nearest to `at` on each line that has one. */
export function pointsAt(
	lines: readonly ModelLine[],
	axis: Axis,
	at: number,
): readonly CursorPoint[] {
	return lines.flatMap(line => {
		const index = nearestPoint(line.series, axis, at);
		const x = line.series.x(axis)[index];
		const value = line.series.values[index];
		return x === undefined || value === undefined ? [] : [{ line, index, x, value }];
	});
}

/** The logged x nearest to `at` over all lines, where the cursor snaps to. */
export function snap(lines: readonly ModelLine[], axis: Axis, at: number): number | undefined {
	const xs = pointsAt(lines, axis, at).map(point => point.x);
	return xs.toSorted((a, b) => Math.abs(a - at) - Math.abs(b - at))[0];
}

/**
 * The logged x `by` places further on (negative: back; infinite: the last or the first), or the
 * first or last when it ends.
 */
export function stepCursor(
	lines: readonly ModelLine[],
	axis: Axis,
	from: number | undefined,
	by: number,
): number | undefined {
	const xs = new Set(lines.flatMap(line => [...line.series.x(axis)]));
	const rising = Float64Array.from([...xs].filter(x => !Number.isNaN(x))).sort();
	if (from === undefined || !Number.isFinite(by)) {
		const isFirst = Number.isFinite(by) ? by > 0 : by < 0;
		return isFirst ? rising[0] : rising.at(-1);
	}
	const exact = rising.findIndex(x => x >= from);
	const at = exact < 0 ? rising.length - 1 : exact;
	return rising[Math.min(rising.length - 1, Math.max(0, at + by))];
}
