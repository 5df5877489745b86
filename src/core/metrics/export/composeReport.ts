import type { RunConditions } from '../../comparability/runConditions';
import type { Look } from '../drawing';
import { formatCount } from '../format';
import type { MetricSource } from '../metricSource';
import { PanelDrawer, wholeRange } from '../panelDrawing';
import { panelsFor, type Method, type Panel } from '../panels';
import { figureOf, type FigureLook } from './figureOf';
import type { Report, ReportFact, ReportFigure, ReportFinding, ReportRun } from './report';
import { reportHtml } from './reportHtml';
import { resultsTable } from './resultsTable';

/** A run, or a file of another tool, with all that a report says of it. */
export interface ReportSource {
	readonly id: string;
	readonly name: string;
	readonly slot: number;
	readonly method?: Method;
	readonly metrics: MetricSource['metrics'];
	readonly run?: MetricSource['run'];
	readonly loggingSteps?: number;
	readonly facts: readonly ReportFact[];
	readonly findings: readonly ReportFinding[];
	readonly recipe?: string;
	readonly skipped: readonly string[];
	/** What its numbers were measured under. */
	readonly conditions?: RunConditions;
	/** Rows of a held-out file, where that is on record; undefined is the only one. */
	evalRows(dataset: string | undefined): number | undefined;
}

export interface ReportOptions {
	readonly title?: string;
	readonly look: Look & Pick<FigureLook, 'logarithmic' | 'fitVisible'>;
	readonly version: string;
	/** The page grows no larger than this. */
	readonly mostBytes?: number;
}

export const reportBytes = 1_000_000;

/** Pixels between the axes of a chart in the report, and the fewest that it is reduced to. */
const finest = 400;
const coarsest = 12;
/** About what a point takes in a path, a line around its points, and a chart around its lines. */
const bytesOfPoint = 5.5;
const bytesOfLine = 330;
const bytesOfFigure = 4500;
const mostRecipe = 24_000;

/**
 * A report whose page fits into `mostBytes`: charts are drawn with fewer points, each with how many
 * it shows, and past that the last ones are left out, with how many there are. Yields the share
 * that is done, for whoever has other things to do in between.
 */
export function* composeReport(
	sources: readonly ReportSource[],
	options: ReportOptions,
): Generator<number, { readonly report: Report; readonly html: string }> {
	const limit = options.mostBytes ?? reportBytes;
	const panels = panelsFor(
		[...new Set(sources.map(({ method }) => method))],
		sources.flatMap(({ metrics }) => metrics.series),
	);
	let count = Math.min(panels.length, Math.floor((limit * 0.85) / bytesOfFigure));
	const lines = panels.slice(0, count).reduce((total, { lines }) => total + lines.length, 0);
	const drawn = Math.max(1, lines * sources.length);
	const room = limit * 0.85 - count * bytesOfFigure - drawn * bytesOfLine;
	// A stretch keeps up to two points for each pixel.
	const fitting = room / (drawn * 2 * bytesOfPoint);
	const drawer = new PanelDrawer();
	let pixels = Math.max(coarsest, Math.min(finest, Math.floor(fitting)));
	for (;;) {
		const figures: ReportFigure[] = [];
		for (const panel of panels.slice(0, count)) {
			const share = (figures.length / count) * 0.9;
			figures.push(yield* figureFor(panel, sources, options, pixels, drawer, share));
			yield share;
		}
		const report = reportOf(sources, options, panels, figures);
		const html = reportHtml(report);
		if (new TextEncoder().encode(html).length <= limit || count === 0) {
			return { report, html };
		}
		if (pixels > coarsest) {
			pixels = Math.max(coarsest, Math.floor(pixels / 2));
		} else {
			count = Math.floor(count * 0.75);
		}
	}
}

function* figureFor(
	panel: Panel,
	sources: readonly ReportSource[],
	{ look }: ReportOptions,
	pixels: number,
	drawer: PanelDrawer,
	share: number,
): Generator<number, ReportFigure> {
	const range = look.zoom ?? wholeRange(sources, look.axis);
	const work = drawer.draw(panel, sources, { look, range, pixels, reach: undefined });
	let step = work.next();
	while (step.done !== true) {
		yield share;
		step = work.next();
	}
	const named = sources.map(({ id, name, slot, metrics }) => ({
		id,
		name,
		slot,
		markers: metrics.markers,
	}));
	return {
		group: panel.group,
		healthy: panel.healthy,
		figure: figureOf(panel, step.value, named, look),
	};
}

function reportOf(
	sources: readonly ReportSource[],
	options: ReportOptions,
	panels: readonly Panel[],
	figures: readonly ReportFigure[],
): Report {
	const [first] = sources;
	const left = panels.length - figures.length;
	return {
		title: options.title ?? (sources.length === 1 && first ? first.name : 'Report on runs'),
		runs: sources.map(reportRun),
		results: resultsTable(sources, panels),
		figures,
		notes: [
			'Charts are drawn from all logged points: the lowest and the highest of each pixel column stay.',
			...(left > 0
				? [`${formatCount(left)} further charts are left out to keep the page small.`]
				: []),
		],
		version: options.version,
	};
}

function reportRun(source: ReportSource): ReportRun {
	const { name, slot, facts, findings, recipe, skipped } = source;
	return {
		name,
		slot,
		facts,
		findings,
		...(recipe === undefined ? {} : { recipe: shortened(recipe) }),
		skipped,
	};
}

function shortened(recipe: string): string {
	return recipe.length <= mostRecipe
		? recipe
		: `${recipe.slice(0, mostRecipe)}\n… (${formatCount(recipe.length)} characters in all)`;
}
