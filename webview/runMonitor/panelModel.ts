import type { LineDrawing, PanelDrawing } from '../../src/core/metrics/drawing';
import { granularityText } from '../../src/core/metrics/granularity';
import type { Panel, PanelLine } from '../../src/core/metrics/panels';
import type { XRange } from '../../src/core/metrics/reduction';
import { dashOf, lineColor, markOf, type Mark, type SlotColor } from './palette';
import type { ShownRun } from './state';

/** One run's line in one panel. */
export interface ModelLine {
	readonly key: string;
	readonly shown: ShownRun;
	readonly line: PanelLine;
	/** Its name, with what one of its values stands for: train, mean of 10 steps. */
	readonly label: string;
	readonly drawn: LineDrawing;
	readonly color: SlotColor;
	readonly dash: readonly number[];
	readonly mark: Mark;
}

/** The lines of a drawing in the order of the runs, without those of runs hidden since. */
export function modelLines(
	panel: Panel,
	drawing: PanelDrawing | undefined,
	runs: readonly ShownRun[],
	/** The page has several runs, of which only these are shown: each keeps its own colour. */
	several = runs.length > 1,
): readonly ModelLine[] {
	const hasPair = panel.lines.some(line => line.role > 0);
	const parts = [
		...new Set(
			panel.lines.flatMap(({ kind, dataset }) =>
				kind === 'eval' || kind === 'system' ? [dataset] : [],
			),
		),
	];
	const bySource = Map.groupBy(drawing?.lines ?? [], ({ source }) => source);
	return runs.flatMap(shown =>
		(bySource.get(shown.id) ?? []).flatMap(drawn => {
			const line = panel.lines[drawn.line];
			return line
				? [
						{
							key: [shown.id, line.kind, line.metric, line.dataset ?? ''].join(' '),
							shown,
							line,
							label: labelOf(line, drawn),
							drawn,
							color: lineColor(line, shown.slot, hasPair, several, parts.indexOf(line.dataset)),
							dash: dashOf(line, shown.slot),
							mark: markOf(shown.slot),
						},
					]
				: [];
		}),
	);
}

function labelOf(line: PanelLine, { facts }: LineDrawing): string {
	const { granularity } = facts;
	if (!granularity) {
		return line.label;
	}
	return `${line.label.replace(/, mean$/, '')}, ${granularityText(granularity)}`;
}

export function countPoints(lines: readonly ModelLine[]): number {
	return lines.reduce((total, { drawn }) => total + drawn.facts.points, 0);
}

/** How many logged points are drawn as they are, of how many in the part shown, and what is not. */
export function countsOf(lines: readonly ModelLine[]): {
	readonly drawn: number;
	readonly shown: number;
	readonly notFinite: number;
	readonly notPositive: number;
	readonly clipped: number;
} {
	const counts = { drawn: 0, shown: 0, notFinite: 0, notPositive: 0, clipped: 0 };
	for (const { drawn } of lines) {
		// A neighbour on each side is drawn so that lines run to the edge.
		counts.drawn += Math.min(drawn.logged.x.length, drawn.pointsShown);
		counts.shown += drawn.pointsShown;
		counts.notFinite += drawn.notFinite;
		counts.notPositive += drawn.notPositive;
		counts.clipped += drawn.clipped;
	}
	return counts;
}

export interface Extents {
	/** Smallest and largest value; undefined when there is none. */
	readonly all: XRange | undefined;
	/** The same of values above 0, for a logarithmic axis. */
	readonly positive: XRange | undefined;
}

/** Kept with each drawing, as most lines are the same when one of them gets a point. */
const known = new WeakMap<LineDrawing, { readonly range: XRange; readonly extents: Extents }>();

/** The values of the points that are drawn within the part shown, averages included. */
export function shownExtents(lines: readonly ModelLine[], range: XRange): Extents {
	let all: XRange | undefined;
	let positive: XRange | undefined;
	for (const { drawn } of lines) {
		const kept = known.get(drawn);
		const isKept = kept?.range.min === range.min && kept.range.max === range.max;
		const extents = isKept ? kept.extents : lineExtents(drawn, range);
		known.set(drawn, { range, extents });
		all = joined(all, extents.all);
		positive = joined(positive, extents.positive);
	}
	return { all, positive };
}

function lineExtents(drawn: LineDrawing, range: XRange): Extents {
	const all = { min: Infinity, max: -Infinity };
	const positive = { min: Infinity, max: -Infinity };
	for (const { x, y } of drawn.smoothed ? [drawn.logged, drawn.smoothed] : [drawn.logged]) {
		for (let i = 0; i < x.length; i++) {
			const at = x[i] ?? Number.NaN;
			const value = y[i] ?? Number.NaN;
			if (at >= range.min && at <= range.max && !Number.isNaN(value)) {
				all.min = Math.min(all.min, value);
				all.max = Math.max(all.max, value);
				if (value > 0) {
					positive.min = Math.min(positive.min, value);
					positive.max = Math.max(positive.max, value);
				}
			}
		}
	}
	return {
		all: all.min <= all.max ? all : undefined,
		positive: positive.min <= positive.max ? positive : undefined,
	};
}

function joined(a: XRange | undefined, b: XRange | undefined): XRange | undefined {
	return a && b ? { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) } : (a ?? b);
}

/** The values of all points of the series, whatever part is shown. */
export function wholeExtent(lines: readonly ModelLine[]): XRange | undefined {
	const known = lines.filter(({ drawn }) => !Number.isNaN(drawn.facts.lowest));
	return known.length === 0
		? undefined
		: {
				min: Math.min(...known.map(({ drawn }) => drawn.facts.lowest)),
				max: Math.max(...known.map(({ drawn }) => drawn.facts.highest)),
			};
}
