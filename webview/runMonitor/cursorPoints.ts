import type { Polyline } from '../../src/core/metrics/drawing';
import { panelKey, type Panel } from '../../src/core/metrics/panels';
import { axes } from '../../src/core/metrics/rows';
import type { Axis } from '../../src/core/metrics/series';
import type { FoundPoints } from '../../src/protocol/runMonitor';
import type { ModelLine } from './panelModel';

/** A logged point under the cursor. */
export interface CursorPoint {
	readonly line: ModelLine;
	readonly x: number;
	readonly value: number;
	/** Its places on all axes, once the host has said them. */
	readonly at?: Readonly<Record<Axis, number>>;
}

/**
 * Index of the drawn point nearest to `at`; of several equally near the newest, so that a restart
 * shows what counts now. -1 when there is none.
 */
export function nearestDrawn({ x, starts }: Polyline, at: number): number {
	let best = -1;
	let distance = Infinity;
	for (const [i, start] of starts.entries()) {
		const end = starts[i + 1] ?? x.length;
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
		for (const candidate of [low - 1, low]) {
			const far = Math.abs((x[candidate] ?? Number.NaN) - at);
			if (candidate >= start && candidate < end && far <= distance) {
				best = candidate;
				distance = far;
			}
		}
	}
	return best;
}

/** The drawn point nearest to `at` on each line; what is drawn was logged, but not all is drawn. */
export function pointsAt(lines: readonly ModelLine[], at: number): readonly CursorPoint[] {
	return lines.flatMap(line => {
		const { logged } = line.drawn;
		const index = nearestDrawn(logged, at);
		const x = logged.x[index];
		const value = logged.y[index];
		return x === undefined || value === undefined ? [] : [{ line, x, value }];
	});
}

/** The drawn x nearest to `at` over all lines, where the cursor snaps to. */
export function snap(lines: readonly ModelLine[], at: number): number | undefined {
	const xs = pointsAt(lines, at).map(point => point.x);
	return xs.toSorted((a, b) => Math.abs(a - at) - Math.abs(b - at))[0];
}

/** What the host found for the lines of a panel, in their order. */
export function foundIn(
	found: FoundPoints,
	panel: Panel,
	lines: readonly ModelLine[],
	axis: Axis,
): readonly CursorPoint[] {
	const key = panelKey(panel);
	const width = axes.length + 1;
	return lines.flatMap(line => {
		const i = found.points.findIndex(
			point =>
				point.panel === key && point.runId === line.shown.id && point.line === line.drawn.line,
		);
		if (i < 0) {
			return [];
		}
		const numbers = found.numbers.subarray(i * width, (i + 1) * width);
		const at = Object.fromEntries(
			axes.map((its, n) => [its, numbers[n + 1] ?? Number.NaN]),
		) as Record<Axis, number>;
		return [{ line, x: at[axis], value: numbers[0] ?? Number.NaN, at }];
	});
}
