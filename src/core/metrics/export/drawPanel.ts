import type { Look, PanelDrawing, LineDrawing, Polyline } from '../drawing';
import type { Panel, PanelLine } from '../panels';
import { reduce, type XRange } from '../reduction';
import type { RunMetrics } from '../runMetrics';
import type { Axis, Series, Stretch } from '../series';
import { smooth } from '../smoothing';

export interface DrawnSource {
	readonly id: string;
	readonly metrics: RunMetrics;
}

const exactKinds: ReadonlySet<string> = new Set(['eval', 'step', 'evaluation']);

/** A panel for a chart of so many pixels, from all points of its series. */
export function drawPanel(
	panel: Panel,
	sources: readonly DrawnSource[],
	look: Look,
	range: XRange,
	pixels: number,
): PanelDrawing {
	return {
		panel: panel.lines[0]?.metric ?? '',
		axis: look.axis,
		range,
		lines: sources.flatMap(source =>
			panel.lines.flatMap((line, index) => {
				const series = source.metrics.get(line.metric, line.kind, line.dataset);
				return series === undefined || isDrawnAlready(source.metrics, line, series)
					? []
					: [lineDrawing(source.id, index, series, panel, line, look, range, pixels)];
			}),
		),
	};
}

/** Where every step is logged, the means are the steps themselves. */
function isDrawnAlready(metrics: RunMetrics, line: PanelLine, series: Series): boolean {
	const means = line.kind === 'step' ? metrics.get(line.metric, 'train') : undefined;
	return means !== undefined && series.length - means.length <= 1;
}

function lineDrawing(
	source: string,
	index: number,
	series: Series,
	panel: Panel,
	line: PanelLine,
	look: Look,
	range: XRange,
	pixels: number,
): LineDrawing {
	const x = series.x(look.axis);
	const { values } = series;
	const stretches = series.stretches();
	const weight = look.smoothing.kind === 'ema' ? look.smoothing.weight : 0;
	const isExact = panel.isExact === true || exactKinds.has(line.kind);
	const logged = reduced(x, values, stretches, range, pixels);
	let notFinite = 0;
	let notPositive = 0;
	for (const value of logged.y) {
		notFinite += Number.isFinite(value) ? 0 : 1;
		notPositive += value <= 0 ? 1 : 0;
	}
	return {
		source,
		line: index,
		facts: factsOf(series),
		logged,
		...(weight > 0 && !isExact
			? { smoothed: reduced(x, smooth(values, stretches, weight), stretches, range, pixels) }
			: {}),
		pointsShown: logged.x.length,
		notFinite,
		notPositive,
		clipped: 0,
	};
}

function reduced(
	x: Float64Array,
	values: Float64Array,
	stretches: readonly Stretch[],
	range: XRange,
	pixels: number,
): Polyline {
	const kept = stretches.map(stretch => reduce(x, values, stretch, range, pixels));
	const starts: number[] = [];
	let length = 0;
	for (const part of kept) {
		starts.push(length);
		length += part.length;
	}
	const all = kept.flatMap(part => [...part]);
	return {
		x: Float64Array.from(all, i => x[i] ?? Number.NaN),
		y: Float64Array.from(all, i => values[i] ?? Number.NaN),
		starts,
	};
}

function factsOf(series: Series): LineDrawing['facts'] {
	let lowest = Number.NaN;
	let highest = Number.NaN;
	for (const value of series.values) {
		if (Number.isFinite(value)) {
			lowest = value < lowest || Number.isNaN(lowest) ? value : lowest;
			highest = value > highest || Number.isNaN(highest) ? value : highest;
		}
	}
	return {
		points: series.length,
		first: series.values[0] ?? Number.NaN,
		last: series.values.at(-1) ?? Number.NaN,
		lastStep: series.lastStep ?? Number.NaN,
		lowest,
		highest,
	};
}

/** The range of x over everything that is drawn, so that all panels share one axis. */
export function wholeRange(sources: readonly DrawnSource[], axis: Axis): XRange {
	let min = Infinity;
	let max = -Infinity;
	for (const series of sources.flatMap(({ metrics }) => metrics.series)) {
		const x = series.x(axis);
		for (const { start, end } of series.stretches()) {
			const part = x.subarray(start, end);
			min = Math.min(min, part.find(at => !Number.isNaN(at)) ?? Infinity);
			max = Math.max(max, part.findLast(at => !Number.isNaN(at)) ?? -Infinity);
		}
	}
	if (!(max > min)) {
		const at = Number.isFinite(min) ? min : 0;
		return { min: at - 0.5, max: at + 0.5 };
	}
	return { min, max };
}
