import type { LineDrawing, PanelDrawing, Polyline, Smoothing } from '../drawing';
import { formatCount } from '../format';
import { granularityText } from '../granularity';
import type { Panel, PanelLine } from '../panels';
import type { XRange } from '../reduction';
import type { Marker } from '../marker';
import { valueRange, wholeOf } from '../valueRange';
import type { Figure, FigureLine, IntervalBar, KeyEntry, Stroke } from './figure';
import { lineLook } from './lineLook';
import { linearScale, logarithmicScale } from './valueScale';

/** A line with no more points than this gets a dot on each, as in the page. */
const fewPoints = 40;

/** A source as a figure names and colours it. */
export interface FigureSource {
	readonly id: string;
	readonly name: string;
	/** Decides colour, mark and dash, as in the page. */
	readonly slot: number;
	readonly markers: readonly Marker[];
}

export interface FigureLook {
	readonly logarithmic: boolean;
	readonly smoothing: Smoothing;
	/** False: the value axis holds all values of the series, whatever part is shown. */
	readonly fitVisible?: boolean;
}

/** The chart of a panel for paper: what a page shows of the same drawing, with all words beside it. */
export function figureOf(
	panel: Panel,
	drawing: PanelDrawing,
	sources: readonly FigureSource[],
	look: FigureLook,
): Figure {
	const several = sources.length > 1;
	const lines = drawing.lines.flatMap(line => {
		const source = sources.find(({ id }) => id === line.source);
		return source === undefined || panel.lines[line.line]?.bound !== undefined
			? []
			: [figureLine(panel, line, source, several, barsOf(panel, drawing, line))];
	});
	const shown = shownExtent(drawing, -Infinity);
	const positive = look.logarithmic ? shownExtent(drawing, 0) : undefined;
	const isLogarithmic = positive !== undefined && !(drawing.clip && drawing.clip.min <= 0);
	const linear = look.fitVisible === false ? wholeExtent(drawing) : shown;
	const extent = drawing.clip ?? (isLogarithmic ? positive : linear);
	const range = valueRange(extent, isLogarithmic, wholeOf(panel));
	const sum = (count: (line: LineDrawing) => number): number =>
		drawing.lines.reduce((total, line) => total + count(line), 0);
	return {
		title: panel.title,
		...(panel.unit === undefined ? {} : { unit: panel.unit }),
		axis: drawing.axis,
		range: drawing.range,
		scale: isLogarithmic ? logarithmicScale(range) : linearScale(range),
		lines,
		key: several ? keyOfRuns(panel, drawing, sources) : lines.map(keyOfLine),
		markers: sources.flatMap(({ markers }) => markers),
		notFinite: drawing.lines.flatMap(({ logged }) =>
			[...logged.x].filter((_, i) => !Number.isFinite(logged.y[i] ?? Number.NaN)),
		),
		drawnPoints: sum(({ logged }) => logged.x.length),
		allPoints: sum(({ facts }) => facts.points),
		notes: notesOf(drawing, look, isLogarithmic),
		isCut: drawing.clip !== undefined || isZoomed(drawing),
	};
}

function figureLine(
	panel: Panel,
	drawing: LineDrawing,
	source: FigureSource,
	several: boolean,
	bars: readonly IntervalBar[],
): FigureLine {
	const line = panel.lines[drawing.line];
	const label = line === undefined ? '' : labelOf(line, drawing);
	const heldOut = [
		...new Set(panel.lines.flatMap(({ kind, dataset }) => (kind === 'eval' ? [dataset] : []))),
	];
	const hasPair = panel.lines.some(({ role }) => role > 0);
	const { kind, role } = line ?? { kind: 'train' as const, role: 0 };
	return {
		name:
			several && panel.lines.length > 1
				? `${source.name}: ${label}`
				: several
					? source.name
					: label,
		...lineLook({ kind, role }, source.slot, hasPair, several, heldOut.indexOf(line?.dataset)),
		...(several ? { mark: source.slot } : {}),
		isFaint: kind === 'step',
		hasDots: drawing.facts.points <= fewPoints,
		logged: strokesOf(drawing.logged),
		smoothed: drawing.smoothed === undefined ? [] : strokesOf(drawing.smoothed),
		last: drawing.facts.last,
		bars,
	};
}

function keyOfLine({ name, color, dash, isFaint, last }: FigureLine): KeyEntry {
	return {
		name,
		color,
		dash,
		...(isFaint === true ? { isFaint } : {}),
		...(last === undefined ? {} : { last }),
	};
}

/** First the runs, by colour and mark; then, where there are several, the kinds of lines by dash. */
function keyOfRuns(
	panel: Panel,
	drawing: PanelDrawing,
	sources: readonly FigureSource[],
): readonly KeyEntry[] {
	const drawn = new Set(drawing.lines.map(({ source }) => source));
	const runs = sources
		.filter(({ id }) => drawn.has(id))
		.map(({ name, slot }) => ({ name, color: slot, mark: slot }));
	const kinds = new Map<string, KeyEntry>();
	for (const { line: index } of drawing.lines) {
		const line = panel.lines[index];
		if (line !== undefined && line.bound === undefined) {
			const { dash } = lineLook(line, 0, false, true, 0);
			kinds.set(line.label, { name: line.label, dash, isFaint: line.kind === 'step' });
		}
	}
	return kinds.size > 1 ? [...runs, ...kinds.values()] : runs;
}

function strokesOf({ x, y, starts }: Polyline): readonly Stroke[] {
	return starts.map((start, i) => {
		const end = starts[i + 1] ?? x.length;
		return { x: x.subarray(start, end), y: y.subarray(start, end) };
	});
}

/** The word for the line, with what one of its values stands for: train, mean of 10 steps. */
function labelOf(line: PanelLine, { facts }: LineDrawing): string {
	const { granularity } = facts;
	return granularity === undefined
		? line.label
		: `${line.label.replace(/,? ?mean$/, '')}, ${granularityText(granularity)}`.replace(/^, /, '');
}

/** The intervals of a line's points, where others of the panel are their ends. */
function barsOf(panel: Panel, { lines }: PanelDrawing, line: LineDrawing): readonly IntervalBar[] {
	const end = (bound: 'low' | 'high'): ReadonlyMap<number, number> => {
		const found = lines.find(
			other => other.source === line.source && panel.lines[other.line]?.bound === bound,
		);
		const { x = [], y = [] } = found?.logged ?? {};
		return new Map(Array.from(x, (at, i) => [at, y[i] ?? Number.NaN]));
	};
	const [low, high] = [end('low'), end('high')];
	return Array.from(line.logged.x).flatMap(x => {
		const bar = { x, low: low.get(x) ?? Number.NaN, high: high.get(x) ?? Number.NaN };
		return Number.isFinite(bar.low) && Number.isFinite(bar.high) ? [bar] : [];
	});
}

/** Of values above `floor` within the part that is drawn; undefined when there is none. */
function shownExtent({ lines, range }: PanelDrawing, floor: number): XRange | undefined {
	let min = Infinity;
	let max = -Infinity;
	for (const { logged, smoothed } of lines) {
		for (const { x, y } of smoothed ? [logged, smoothed] : [logged]) {
			for (let i = 0; i < x.length; i++) {
				const at = x[i] ?? Number.NaN;
				const value = y[i] ?? Number.NaN;
				if (at >= range.min && at <= range.max && Number.isFinite(value) && value > floor) {
					min = Math.min(min, value);
					max = Math.max(max, value);
				}
			}
		}
	}
	return min <= max ? { min, max } : undefined;
}

/** The values of all points of the series, whatever part is shown. */
function wholeExtent({ lines }: PanelDrawing): XRange | undefined {
	const known = lines.filter(({ facts }) => !Number.isNaN(facts.lowest));
	return known.length === 0
		? undefined
		: {
				min: Math.min(...known.map(({ facts }) => facts.lowest)),
				max: Math.max(...known.map(({ facts }) => facts.highest)),
			};
}

/** Lines run on to a neighbour outside of the part that is shown. */
function isZoomed({ lines, range }: PanelDrawing): boolean {
	return lines.some(({ logged: { x } }) => x.some(at => at < range.min || at > range.max));
}

function notesOf(drawing: PanelDrawing, look: FigureLook, isLogarithmic: boolean): string[] {
	const notes: string[] = [];
	const isSmoothed = drawing.lines.some(({ smoothed }) => smoothed !== undefined);
	if (isSmoothed) {
		notes.push(`${smoothingText(look.smoothing)}; the pale line is as logged.`);
	}
	const notFinite = drawing.lines.reduce((total, line) => total + line.notFinite, 0);
	if (notFinite > 0) {
		notes.push(
			`NaN or infinite ${notFinite === 1 ? 'once' : `${formatCount(notFinite)} times`}, where × stands.`,
		);
	}
	const clipped = drawing.lines.reduce((total, line) => total + line.clipped, 0);
	if (clipped > 0) {
		notes.push(
			`${formatCount(clipped)} ${clipped === 1 ? 'outlier lies' : 'outliers lie'} outside the chart.`,
		);
	}
	const notPositive = drawing.lines.reduce((total, line) => total + line.notPositive, 0);
	if (look.logarithmic && !isLogarithmic) {
		notes.push('Linear: values of 0 or below have no logarithm.');
	} else if (isLogarithmic && notPositive > 0) {
		const values = notPositive === 1 ? 'value' : 'values';
		notes.push(`${formatCount(notPositive)} ${values} of 0 or below have no place on this axis.`);
	}
	return notes;
}

function smoothingText(smoothing: Smoothing): string {
	switch (smoothing.kind) {
		case 'none':
			return 'As logged';
		case 'ema':
			return `Exponential average, weight ${smoothing.weight}`;
		case 'timeWeighted':
			return `Time-weighted average, weight ${smoothing.weight}`;
		case 'mean':
			return `Mean of ${smoothing.points} neighbouring points`;
	}
}
