import type { LineDrawing, Look, PanelDrawing, Polyline, SeriesFacts } from './drawing';
import { granularityOf } from './granularity';
import type { MetricSource } from './metricSource';
import { panelKey, type Panel, type PanelLine } from './panels';
import { indicesWithin, reduce, reduceByBlocks, type XRange } from './reduction';
import type { Axis, Series, Stretch } from './series';
import type { BlockPyramid } from './blockPyramid';
import { SmoothedSeries } from './smoothedSeries';

/** What a drawing needs of a source. */
export type DrawnSource = Pick<MetricSource, 'id' | 'metrics' | 'run' | 'loggingSteps'>;

/** One series of one source in one panel. */
export interface ChartLine {
	readonly source: DrawnSource;
	/** Index into the panel's `lines`. */
	readonly index: number;
	readonly line: PanelLine;
	readonly series: Series;
	/** Never smoothed. */
	readonly isExact: boolean;
}

/** Evaluations are few and far apart: an average would hide the last one. */
const exactKinds: ReadonlySet<string> = new Set(['eval', 'step', 'evaluation']);

/** How many blocks of points are looked at before the thread is left free. */
const portion = 1_000_000;

/** What is drawn: each line of the panel for each source that has logged it. */
export function chartLines(panel: Panel, sources: readonly DrawnSource[]): readonly ChartLine[] {
	return sources.flatMap(source =>
		panel.lines.flatMap((line, index) => {
			const series = source.metrics.get(line.metric, line.kind, line.dataset);
			if (!series || isDrawnAlready(source, line, series)) {
				return [];
			}
			const isExact = panel.isExact === true || exactKinds.has(line.kind);
			return [{ source, index, line, series, isExact }];
		}),
	);
}

/** Where every step is logged, the means are the steps themselves. */
function isDrawnAlready(source: DrawnSource, line: PanelLine, series: Series): boolean {
	const means = line.kind === 'step' ? source.metrics.get(line.metric, 'train') : undefined;
	return means !== undefined && series.length - means.length <= 1;
}

/** The whole axis over all sources, so that all panels share it; even one point has a range. */
export function wholeRange(sources: readonly DrawnSource[], axis: Axis): XRange {
	let min = Infinity;
	let max = -Infinity;
	for (const { metrics } of sources) {
		const extent = metrics.extent(axis);
		min = Math.min(min, extent?.min ?? Infinity);
		max = Math.max(max, extent?.max ?? -Infinity);
	}
	if (!(max > min)) {
		const at = Number.isFinite(min) ? min : 0;
		return { min: at - 0.5, max: at + 0.5 };
	}
	return { min, max };
}

/** An axis that grows has room for this share of its length at most. */
const room = 1 / 128;

/**
 * The axis of runs that go on: its end is rounded up, by a pixel or two of a chart, so that it does
 * not grow with each point, and all lines with it.
 */
export function roomyRange({ min, max }: XRange): XRange {
	const unit = 2 ** Math.floor(Math.log2((max - min) * room));
	return { min, max: Math.ceil(max / unit) * unit };
}

export interface DrawingOptions {
	readonly look: Look;
	/** The part of the axis to draw. */
	readonly range: XRange;
	/** Device pixels between the ends of that part. */
	readonly pixels: number;
	/** See `SmoothedSeries`. */
	readonly reach: number | undefined;
	/** Draw only the lines of these sources again. */
	readonly only?: ReadonlySet<string>;
}

/** Draws panels from all points, and keeps the averages from one drawing to the next. */
export class PanelDrawer {
	readonly #smoothed = new WeakMap<Series, SmoothedSeries>();

	/** Yields wherever the thread may be left free for a moment. */
	*draw(
		panel: Panel,
		sources: readonly DrawnSource[],
		options: DrawingOptions,
	): Generator<void, PanelDrawing> {
		const { look, range } = options;
		const all = chartLines(panel, sources);
		for (const { series } of all) {
			while (!series.extendBlocks(portion)) {
				yield;
			}
		}
		const clip = look.clipOutliers ? usualValues(all, look.axis, range) : undefined;
		const lines: LineDrawing[] = [];
		for (const line of all) {
			if (options.only === undefined || clip || options.only.has(line.source.id)) {
				lines.push(yield* this.#drawLine(line, options, clip));
				yield;
			}
		}
		return { panel: panelKey(panel), axis: look.axis, range, lines, ...(clip ? { clip } : {}) };
	}

	*#drawLine(
		{ source, index, series, isExact }: ChartLine,
		{ look, range, pixels, reach }: DrawingOptions,
		clip: XRange | undefined,
	): Generator<void, LineDrawing> {
		const x = series.x(look.axis);
		const { values, blocks } = series;
		const stretches = series.stretches();
		const buckets = Math.max(1, Math.floor(pixels));
		const hasUnknown = series.rows.hasUnknown(look.axis);
		const drawn = (of: Float64Array, extremes: BlockPyramid): Polyline =>
			gather(
				x,
				of,
				stretches.map(stretch =>
					hasUnknown
						? reduce(x, of, stretch, range, buckets)
						: reduceByBlocks(x, of, extremes, stretch, range, buckets),
				),
			);
		const counts = countShown(series, look.axis, range, clip);
		const smoothed =
			isExact || look.smoothing.kind === 'none' ? undefined : this.#average(series, look, reach);
		yield* smoothed?.advance() ?? [];
		return {
			source: source.id,
			line: index,
			facts: factsOf(series, source),
			logged: drawn(values, blocks),
			...(smoothed ? { smoothed: drawn(smoothed.values, smoothed.blocks) } : {}),
			...counts,
		};
	}

	#average(series: Series, { axis, smoothing }: Look, reach: number | undefined): SmoothedSeries {
		const kept = this.#smoothed.get(series);
		const fits =
			kept !== undefined &&
			JSON.stringify(kept.smoothing) === JSON.stringify(smoothing) &&
			(smoothing.kind !== 'timeWeighted' || (kept.axis === axis && kept.reach === reach));
		const average = fits ? kept : new SmoothedSeries(series, smoothing, axis, reach);
		this.#smoothed.set(series, average);
		return average;
	}
}

function gather(x: Float64Array, y: Float64Array, kept: readonly Uint32Array[]): Polyline {
	const length = kept.reduce((sum, indices) => sum + indices.length, 0);
	const line = { x: new Float64Array(length), y: new Float64Array(length), starts: [] as number[] };
	let at = 0;
	for (const indices of kept) {
		if (indices.length > 0) {
			line.starts.push(at);
		}
		for (const i of indices) {
			const value = y[i] ?? Number.NaN;
			line.x[at] = x[i] ?? Number.NaN;
			line.y[at++] = Number.isFinite(value) ? value : Number.NaN;
		}
	}
	return line;
}

/** The points of a stretch whose place lies in the range, without neighbours. */
function shownOf(x: Float64Array, stretch: Stretch, range: XRange): Stretch {
	let { start, end } = indicesWithin(x, stretch, range);
	start += start < end && (x[start] ?? 0) < range.min ? 1 : 0;
	end -= start < end && (x[end - 1] ?? 0) > range.max ? 1 : 0;
	return { start, end };
}

function countShown(
	series: Series,
	axis: Axis,
	range: XRange,
	clip: XRange | undefined,
): Pick<LineDrawing, 'pointsShown' | 'notFinite' | 'notPositive' | 'clipped'> {
	const x = series.x(axis);
	const { values, blocks } = series;
	const counts = { pointsShown: 0, notFinite: 0, notPositive: 0, clipped: 0 };
	const low = clip?.min ?? -Infinity;
	const high = clip?.max ?? Infinity;
	if (series.rows.hasUnknown(axis)) {
		for (const [i, at] of x.entries()) {
			const value = values[i] ?? Number.NaN;
			const isFinite = Number.isFinite(value);
			if (at >= range.min && at <= range.max) {
				counts.pointsShown++;
				counts.notFinite += isFinite ? 0 : 1;
				counts.notPositive += isFinite && value <= 0 ? 1 : 0;
				counts.clipped += isFinite && (value < low || value > high) ? 1 : 0;
			}
		}
		return counts;
	}
	for (const stretch of series.stretches()) {
		const { start, end } = shownOf(x, stretch, range);
		counts.pointsShown += end - start;
		const found = { low: -1, high: -1, gap: -1 };
		blocks.extremes(values, start, end, found);
		const lowest = values[found.low] ?? Infinity;
		const highest = values[found.high] ?? -Infinity;
		counts.notFinite += found.gap < 0 ? 0 : blocks.countNotFinite(values, start, end);
		counts.notPositive +=
			lowest > 0 ? 0 : blocks.countOutside(values, start, end, smallest, Infinity);
		counts.clipped +=
			clip && (lowest < low || highest > high)
				? blocks.countOutside(values, start, end, low, high)
				: 0;
	}
	return counts;
}

/** The smallest number above 0. */
const smallest = Number.MIN_VALUE;

/** How many values stand for all when outliers are looked for. */
const sampleSize = 4096;
/** Tukey's far-out values lie so many interquartile ranges beyond the quartiles. */
const farOut = 3;

/** The values that are not far out; undefined when all are usual. */
function usualValues(lines: readonly ChartLine[], axis: Axis, range: XRange): XRange | undefined {
	const sample: number[] = [];
	const each = Math.max(16, Math.floor(sampleSize / Math.max(1, lines.length)));
	let min = Infinity;
	let max = -Infinity;
	for (const { series } of lines) {
		const x = series.x(axis);
		const { values, blocks } = series;
		const step = Math.max(1, Math.floor(series.length / each));
		for (const stretch of series.stretches()) {
			const { start, end } = series.rows.hasUnknown(axis) ? stretch : shownOf(x, stretch, range);
			const found = { low: -1, high: -1, gap: -1 };
			blocks.extremes(values, start, end, found);
			min = Math.min(min, values[found.low] ?? Infinity);
			max = Math.max(max, values[found.high] ?? -Infinity);
			for (let i = start; i < end; i += step) {
				const value = values[i] ?? Number.NaN;
				if (Number.isFinite(value)) {
					sample.push(value);
				}
			}
		}
	}
	const sorted = Float64Array.from(sample).sort();
	const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
	const spread = at(0.75) - at(0.25);
	const low = spread > 0 ? at(0.25) - farOut * spread : at(0.01);
	const high = spread > 0 ? at(0.75) + farOut * spread : at(0.99);
	const clip = { min: Math.max(min, low), max: Math.min(max, high) };
	return sorted.length > 0 && clip.max > clip.min && (clip.min > min || clip.max < max)
		? clip
		: undefined;
}

export function factsOf(series: Series, source: DrawnSource): SeriesFacts {
	const { values, blocks, length } = series;
	const found = { low: -1, high: -1, gap: -1 };
	blocks.extremes(values, 0, length, found);
	const isTrainer = source.run !== undefined || source.loggingSteps !== undefined;
	const granularity = granularityOf(series, source.loggingSteps, isTrainer);
	return {
		points: length,
		first: values[0] ?? Number.NaN,
		last: values[length - 1] ?? Number.NaN,
		lastStep: series.lastStep ?? Number.NaN,
		lowest: values[found.low] ?? Number.NaN,
		highest: values[found.high] ?? Number.NaN,
		...(granularity ? { granularity } : {}),
	};
}
