import { comparability } from '../../comparability/comparability';
import { foreignConditions, type RunConditions } from '../../comparability/runConditions';
import { wilsonInterval } from '../../responses/wilson';
import { formatNumber } from '../format';
import { companionName, countNames } from '../scoreNames';
import type { Panel, PanelLine } from '../panels';
import type { RunMetrics } from '../runMetrics';
import type { Series } from '../series';
import type { MeasuredCell, TableCell, TextTable } from './textTable';

export interface ResultsSource {
	readonly id: string;
	readonly name: string;
	readonly metrics: RunMetrics;
	/** What its numbers were measured under. */
	readonly conditions?: RunConditions;
	/** Rows of a held-out file, where that is on record; undefined is the only one. */
	evalRows(dataset: string | undefined): number | undefined;
}

/** Of a normal distribution: 95% lie within so many standard errors. */
const within95 = 1.959964;

/** More runs than this stand below each other, with fewer metrics beside them. */
const mostColumns = 6;
const mostMetrics = 8;
/** A note names so many metrics; more are counted. */
const metricsNamed = 4;

/** What the machine did is no result, and a single step is noise. */
const noResults: ReadonlySet<string> = new Set(['system', 'step']);
const noResultMetrics: ReadonlySet<string> = new Set([
	'tokens_per_second',
	'step_seconds',
	'batch_tokens',
	'num_samples',
]);
/**
 * The newest value of each metric, with n and a 95% interval where they are known: as an
 * evaluation wrote them, or Wilson's for a share of held-out rows whose number is on record. For
 * anything else there is none, and none is made up.
 */
export function resultsTable(
	sources: readonly ResultsSource[],
	panels: readonly Panel[],
): TextTable {
	return tableOf(
		sources,
		panels.flatMap(panel => linesOf(panel, line => isResult(panel, line))),
	);
}

/** The same of one panel with all its lines, whatever they are. */
export function panelTable(sources: readonly ResultsSource[], panel: Panel): TextTable {
	return tableOf(
		sources,
		linesOf(panel, ({ bound }) => bound === undefined),
	);
}

interface TableLine {
	readonly panel: Panel;
	readonly line: PanelLine;
	readonly title: string;
}

function linesOf(panel: Panel, isWanted: (line: PanelLine) => boolean): readonly TableLine[] {
	return panel.lines.filter(isWanted).map(line => ({ panel, line, title: lineTitle(panel, line) }));
}

function tableOf(sources: readonly ResultsSource[], wanted: readonly TableLine[]): TextTable {
	const lines = wanted.filter(({ line }) =>
		sources.some(({ metrics }) => newest(metrics, line) !== undefined),
	);
	const cells = lines.map(({ panel, line }) =>
		sources.map(source => resultOf(source, panel, line)),
	);
	const notes = [...notesOf(cells.flat()), ...comparabilityNotes(sources, lines)];
	const [only] = sources;
	if (sources.length === 1 && only) {
		return singleRun(only, lines, cells, notes);
	}
	if (sources.length <= mostColumns) {
		return {
			columns: [
				{ title: 'Metric' },
				{ title: 'n', isNumber: true },
				...sources.map(({ name }) => ({ title: name, isNumber: true })),
			],
			rows: lines.map(({ title }, i) => {
				const row = withCount(cells[i] ?? []);
				return [title, row.count, ...row.cells];
			}),
			notes,
		};
	}
	const chosen = lines.slice(0, mostMetrics);
	return {
		columns: [{ title: 'Run' }, ...chosen.map(({ title }) => ({ title, isNumber: true }))],
		rows: sources.map(({ name }, i) => [name, ...chosen.map((_, at) => cells[at]?.[i])]),
		notes: [
			...notes,
			...(lines.length > chosen.length
				? [`${lines.length - chosen.length} further metrics stand only in the charts.`]
				: []),
		],
	};
}

function singleRun(
	{ metrics }: ResultsSource,
	lines: readonly TableLine[],
	cells: readonly (readonly (MeasuredCell | undefined)[])[],
	notes: readonly string[],
): TextTable {
	const number = (title: string): { title: string; isNumber: true } => ({ title, isNumber: true });
	return {
		columns: [
			{ title: 'Metric' },
			number('n'),
			number('Newest'),
			number('at step'),
			number('Lowest'),
			number('at step'),
			number('Highest'),
			number('at step'),
		],
		rows: lines.map(({ line, title }, i) => {
			const series = newest(metrics, line);
			const row = withCount(cells[i] ?? []);
			const { lowest, highest } = extremes(series);
			const at = (index: number): readonly TableCell[] =>
				index < 0
					? [undefined, undefined]
					: [{ value: series?.values[index] ?? Number.NaN }, stepAt(series, index)];
			return [
				title,
				row.count,
				row.cells[0],
				stepAt(series, (series?.length ?? 0) - 1),
				...at(lowest),
				...at(highest),
			];
		}),
		notes,
	};
}

function isResult(panel: Panel, line: PanelLine): boolean {
	if (line.kind === 'evaluation') {
		return line.bound === undefined;
	}
	return (
		panel.group === '' &&
		panel.isExact !== true &&
		!noResults.has(line.kind) &&
		!noResultMetrics.has(line.metric)
	);
}

/** Takes an n that all numbers of a row share out of them. */
function withCount(cells: readonly (MeasuredCell | undefined)[]): {
	readonly count: TableCell;
	readonly cells: readonly (MeasuredCell | undefined)[];
} {
	const counts = new Set(cells.filter(cell => cell !== undefined).map(({ n }) => n));
	const [count] = counts;
	if (counts.size !== 1 || count === undefined) {
		return { count: undefined, cells };
	}
	return {
		count: formatNumber(count),
		cells: cells.map(cell => {
			if (cell === undefined) {
				return undefined;
			}
			const { n: _, ...rest } = cell;
			return rest;
		}),
	};
}

function newest(metrics: RunMetrics, line: PanelLine): Series | undefined {
	const series = metrics.get(line.metric, line.kind, line.dataset);
	return series !== undefined && series.length > 0 ? series : undefined;
}

function stepAt(series: Series | undefined, index: number): TableCell {
	const step = series?.x('step')[index];
	return step === undefined || Number.isNaN(step) ? undefined : formatNumber(step);
}

function lineTitle(panel: Panel, line: PanelLine): string {
	const isSaid = panel.unit === undefined || panel.unit === line.label;
	const unit = isSaid ? '' : ` (${panel.unit})`;
	return `${panel.title}${line.label === '' ? '' : `, ${line.label}`}${unit}`;
}

function resultOf(source: ResultsSource, panel: Panel, line: PanelLine): MeasuredCell | undefined {
	const series = newest(source.metrics, line);
	const value = series?.values.at(-1);
	if (series === undefined || value === undefined) {
		return undefined;
	}
	if (line.kind === 'evaluation') {
		return { value, ...recorded(source.metrics, line, series) };
	}
	const rows = line.kind === 'eval' ? source.evalRows(line.dataset) : undefined;
	if (rows === undefined) {
		return { value };
	}
	// A share of rows; tokens are no independent trials, so their share has no such interval.
	const isShareOfRows = panel.isShare === true && line.metric === 'rewards/accuracies';
	const interval =
		isShareOfRows && value >= 0 && value <= 1 ? wilsonInterval(value * rows, rows) : undefined;
	return { value, n: rows, ...(interval === undefined ? {} : { interval }) };
}

/** What an evaluation wrote beside a score: its bounds or standard error, and its n. */
function recorded(
	metrics: RunMetrics,
	line: PanelLine,
	series: Series,
): Pick<MeasuredCell, 'n' | 'interval'> {
	const step = series.lastStep;
	const beside = (name: string): number | undefined => {
		const other = metrics.get(name, 'evaluation', line.dataset);
		const found = other?.values.at(-1);
		return other?.lastStep === step && Number.isFinite(found) ? found : undefined;
	};
	const value = series.values.at(-1) ?? Number.NaN;
	const [n] = countNames(line.metric).flatMap(name => beside(name) ?? []);
	const [low, high, error] = (['low', 'high', 'stderr'] as const).map(companion =>
		beside(companionName(line.metric, companion)),
	);
	const interval =
		low !== undefined && high !== undefined
			? { low, high }
			: error === undefined
				? undefined
				: { low: value - within95 * error, high: value + within95 * error };
	return {
		...(n === undefined ? {} : { n }),
		...(interval === undefined ? {} : { interval }),
	};
}

function extremes(series: Series | undefined): { lowest: number; highest: number } {
	let lowest = -1;
	let highest = -1;
	const values = series?.values ?? new Float64Array();
	for (const [i, value] of values.entries()) {
		if (Number.isFinite(value)) {
			lowest = lowest < 0 || value < (values[lowest] ?? 0) ? i : lowest;
			highest = highest < 0 || value > (values[highest] ?? 0) ? i : highest;
		}
	}
	return { lowest, highest };
}

/** Which runs' numbers do not compare with the first run's, and why; a table invites to it. */
function comparabilityNotes(
	[first, ...others]: readonly ResultsSource[],
	lines: readonly TableLine[],
): string[] {
	return others.flatMap(other => {
		if (first === undefined) {
			return [];
		}
		const [before, after] = [first.conditions, other.conditions].map(
			conditions => conditions ?? foreignConditions,
		);
		const titles = new Map<string, string[]>();
		for (const { line, title } of lines) {
			const { metric, kind, dataset } = line;
			const measured = { metric, kind, ...(dataset === undefined ? {} : { dataset }) };
			const found = before && after && comparability(before, after, measured);
			if (found?.isComparable === false && found.reasons.length > 0) {
				const reason = found.reasons.join(', ');
				titles.set(reason, [...(titles.get(reason) ?? []), title]);
			}
		}
		return Array.from(titles, ([reason, named]) => {
			const more = named.length - metricsNamed;
			const some = `${named.slice(0, metricsNamed).join('; ')}${more > 0 ? ` and ${more} more` : ''}`;
			const what = named.length === lines.length ? '' : ` in ${some}`;
			return `“${other.name}” does not compare with “${first.name}”${what}: ${reason}.`;
		});
	});
}

function notesOf(cells: readonly (MeasuredCell | undefined)[]): string[] {
	const hasInterval = cells.some(cell => cell?.interval !== undefined);
	const hasCount = cells.some(cell => cell?.n !== undefined);
	return [
		...(hasInterval
			? ['± and brackets are 95% intervals; a number without one has none that could be known.']
			: []),
		...(hasCount ? ['n counts the rows, prompts or games that a number was measured on.'] : []),
	];
}
