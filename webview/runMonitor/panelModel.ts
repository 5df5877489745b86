import type { Panel, PanelLine } from '../../src/core/metrics/panels';
import { reduce, type XRange } from '../../src/core/metrics/reduction';
import type { Axis, Series } from '../../src/core/metrics/series';
import { smooth } from '../../src/core/metrics/smoothing';
import { dashOf, lineColor, markOf, type Mark, type slotColors } from './palette';
import type { ShownRun, ViewState } from './state';

export interface XY {
	readonly x: number;
	/** NaN is a gap. */
	readonly y: number;
}

/** One run's line in one panel. */
export interface ModelLine {
	readonly key: string;
	readonly shown: ShownRun;
	readonly line: PanelLine;
	readonly series: Series;
	readonly color: (typeof slotColors)[number];
	readonly dash: readonly number[];
	readonly mark: Mark;
	/** Never smoothed. */
	readonly isExact: boolean;
}

export interface Drawn {
	readonly line: ModelLine;
	/** One list of points per stretch: the logged values, and, when smoothed, the average. */
	readonly logged: readonly (readonly XY[])[];
	readonly smoothed: readonly (readonly XY[])[];
}

export interface PanelDrawing {
	readonly lines: readonly Drawn[];
	/** Logged points that are drawn as they are. */
	readonly drawnPoints: number;
	/** Where a value was NaN or infinite. */
	readonly notFinite: readonly number[];
	/** The smallest and the largest finite value; undefined when there is none. */
	readonly extent: XRange | undefined;
	/** Some value is 0 or below, so that a logarithmic axis would hide it. */
	readonly hasNonPositive: boolean;
}

export function panelLines(panel: Panel, runs: readonly ShownRun[]): readonly ModelLine[] {
	const hasPair = panel.lines.some(line => line.role > 0);
	const heldOut = [
		...new Set(panel.lines.flatMap(({ kind, dataset }) => (kind === 'eval' ? [dataset] : []))),
	];
	return runs.flatMap(shown =>
		panel.lines.flatMap(line => {
			const series = shown.metrics.get(line.metric, line.kind, line.dataset);
			return series && !isDrawnAlready(shown, line, series)
				? [
						{
							key: [shown.id, line.kind, line.metric, line.dataset ?? ''].join(' '),
							shown,
							line,
							series,
							color: lineColor(
								line,
								shown.slot,
								hasPair,
								runs.length > 1,
								heldOut.indexOf(line.dataset),
							),
							dash: dashOf(line, shown.slot),
							mark: markOf(shown.slot),
							// Evaluations are few and far apart: an average would hide the last one.
							isExact: panel.isExact === true || exactKinds.has(line.kind),
						},
					]
				: [];
		}),
	);
}

const exactKinds: ReadonlySet<string> = new Set(['eval', 'step', 'evaluation']);

/** Where every step is logged, the means are the steps themselves. */
function isDrawnAlready(shown: ShownRun, line: PanelLine, series: Series): boolean {
	const means = line.kind === 'step' ? shown.metrics.get(line.metric, 'train') : undefined;
	return means !== undefined && series.length - means.length <= 1;
}

export function countPoints(lines: readonly ModelLine[]): number {
	return lines.reduce((total, { series }) => total + series.length, 0);
}

/** The range of x over everything shown, so that all panels share one axis. */
export function sharedRange(runs: readonly ShownRun[], axis: Axis): XRange {
	let min = Infinity;
	let max = -Infinity;
	for (const series of runs.flatMap(shown => shown.metrics.series)) {
		const x = series.x(axis);
		for (const { start, end } of series.stretches()) {
			// Rising within a stretch: its ends are enough, unless they are unknown.
			const first = x.subarray(start, end).find(at => !Number.isNaN(at));
			const last = x.subarray(start, end).findLast(at => !Number.isNaN(at));
			min = Math.min(min, first ?? Infinity);
			max = Math.max(max, last ?? -Infinity);
		}
	}
	if (!(max > min)) {
		const at = Number.isFinite(min) ? min : 0;
		return { min: at - 0.5, max: at + 0.5 };
	}
	return { min, max };
}

/** Chooses what to draw for a chart of `width` pixels, from all points. */
export function drawPanel(
	lines: readonly ModelLine[],
	view: Pick<ViewState, 'axis' | 'smoothing'>,
	range: XRange,
	width: number,
): PanelDrawing {
	const buckets = Math.max(1, Math.floor(width));
	const notFinite: number[] = [];
	let drawnPoints = 0;
	let low = Infinity;
	let high = -Infinity;
	const drawn = lines.map(line => {
		const { series } = line;
		const x = series.x(view.axis);
		const values = series.values;
		const stretches = series.stretches();
		const logged = stretches.map(stretch => {
			const kept = reduce(x, values, stretch, range, buckets);
			drawnPoints += kept.length;
			return Array.from(kept, i => pointAt(x, values, i));
		});
		for (const { x: at, y } of logged.flat()) {
			if (Number.isNaN(y)) {
				notFinite.push(at);
			} else {
				low = Math.min(low, y);
				high = Math.max(high, y);
			}
		}
		const isSmoothed = view.smoothing > 0 && !line.isExact;
		const average = isSmoothed ? smooth(values, stretches, view.smoothing) : undefined;
		const smoothed = average
			? stretches.map(stretch =>
					Array.from(reduce(x, average, stretch, range, buckets), i => pointAt(x, average, i)),
				)
			: [];
		return { line, logged, smoothed };
	});
	const extent = low <= high ? { min: low, max: high } : undefined;
	return { lines: drawn, drawnPoints, notFinite, extent, hasNonPositive: low <= 0 };
}

/**
 * The ends of the value axis: all values with a little air, but not below 0 for values that never
 * are, nor beyond 1 for shares.
 */
export function valueRange(
	extent: XRange | undefined,
	logarithmic: boolean,
	isShare: boolean,
): XRange {
	if (!extent) {
		return { min: 0, max: 1 };
	}
	const { min, max } = extent;
	if (logarithmic) {
		const air = (max / min) ** 0.05;
		return max > min ? { min: min / air, max: max * air } : { min: min / 2, max: max * 2 };
	}
	const air = max > min ? (max - min) * 0.06 : Math.max(Math.abs(max) * 0.1, 1e-9);
	const low = min >= 0 ? Math.max(0, min - air) : min - air;
	return { min: low, max: isShare && max <= 1 ? Math.min(1, max + air) : max + air };
}

function pointAt(x: Float64Array, y: Float64Array, i: number): XY {
	const value = y[i] ?? Number.NaN;
	return { x: x[i] ?? Number.NaN, y: Number.isFinite(value) ? value : Number.NaN };
}
