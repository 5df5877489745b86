import * as vscode from 'vscode';
import { composeReport, type ReportSource } from '../../../core/metrics/export/composeReport';
import { figureOf } from '../../../core/metrics/export/figureOf';
import { paperPaint } from '../../../core/metrics/export/figurePaint';
import { figureSvg } from '../../../core/metrics/export/figureSvg';
import { latexTable } from '../../../core/metrics/export/latexTable';
import { loggedLines } from '../../../core/metrics/export/loggedLines';
import { markdownTable } from '../../../core/metrics/export/markdownTable';
import { metricsCsv } from '../../../core/metrics/export/metricsCsv';
import { panelCsv } from '../../../core/metrics/export/panelCsv';
import { panelTable, resultsTable } from '../../../core/metrics/export/resultsTable';
import type { Figure } from '../../../core/metrics/export/figure';
import type { MetricSources } from '../../../core/metrics/metricSource';
import { PanelDrawer, wholeRange } from '../../../core/metrics/panelDrawing';
import { panelsFor, type Panel } from '../../../core/metrics/panels';
import type { MetricPoint } from '../../../core/training/runLibrary';
import type { MirroredRun } from '../../../node/runs/mirroredRun';
import type {
	ExportedRun,
	ExportNotifications,
	PanelExport,
	PanelPicture,
	RunsExport,
} from '../../../protocol/runMonitorExport';
import type { Notifications } from '../../notifications';
import { exportFile } from './exportFiles';
import { reportSourceOf } from './reportSourceOf';
import { joinedPieces, patientWork } from './patientWork';

export interface RunExportsParts {
	readonly sources: Pick<MetricSources, 'get' | 'load'>;
	/** Every line that a run of the library has logged; undefined for anything else. */
	readonly lines: (id: string) => readonly MetricPoint[] | undefined;
	/** A run of the library with its records; undefined for anything else. */
	readonly mirrored: (id: string) => MirroredRun | undefined;
	readonly notifications: Notifications;
	readonly version: string;
}

/** Points between the axes of an exported chart, for each pixel of its width. */
const finer = 2;
const paper = { width: 640, height: 300 };

/** Writes what a run monitor shows into files, always from all points and not from what is drawn. */
export class RunExports {
	constructor(private readonly parts: RunExportsParts) {}

	/** The panel in the page's colours; empty when there is no such panel any more. */
	async drawPicture(query: PanelPicture): Promise<{ readonly svg: string }> {
		const figure = await this.#figure(query, query.width);
		const { width, height, paint } = query;
		return { svg: figure === undefined ? '' : figureSvg(figure, { width, height, paint }) };
	}

	savePicture({ panel, runs, png }: ExportNotifications['pictureTaken']): Promise<void> {
		return exportFile(
			{ title: 'Save Chart as PNG', parts: partsOf(runs, panel), extension: 'png' },
			this.parts.notifications,
			() => Promise.resolve(png),
		);
	}

	async exportPanel(query: ExportNotifications['panelExportAsked']): Promise<void> {
		const { runs, panel: metric, format } = query;
		if (format === 'markdown') {
			const [sources, panel] = await this.#panel(query);
			if (panel !== undefined) {
				await vscode.env.clipboard.writeText(markdownTable(panelTable(sources, panel)));
				await this.parts.notifications.info(`Copied ${panel.title} as Markdown.`);
			}
			return;
		}
		const title = format === 'svg' ? 'Save Chart as SVG' : 'Save Values as CSV';
		await exportFile(
			{ title, parts: partsOf(runs, metric), extension: format },
			this.parts.notifications,
			async () => {
				if (format === 'svg') {
					const figure = await this.#figure(query, paper.width);
					return (
						figure && new TextEncoder().encode(figureSvg(figure, { ...paper, paint: paperPaint }))
					);
				}
				const [sources, panel] = await this.#panel(query);
				return joinedPieces(panelCsv(panel?.lines ?? [], sources), undefined);
			},
		);
	}

	async exportRuns({ runs, look, format }: ExportNotifications['runsExportAsked']): Promise<void> {
		const { title, extension, doing } = formats[format];
		const { notifications } = this.parts;
		await exportFile({ title, parts: partsOf(runs), extension }, notifications, () =>
			notifications.progress(doing, async (progress, signal) => {
				const sources = await this.#load(runs);
				if (signal.aborted) {
					return undefined;
				}
				switch (format) {
					case 'csv':
						return joinedPieces(metricsCsv(sources.map(source => this.#logged(source))), signal);
					case 'html': {
						const work = composeReport(sources, {
							look: { ...look, zoom: look.zoom },
							version: this.parts.version,
						});
						const made = await patientWork(work, signal, share =>
							progress.report('Drawing charts', share),
						);
						return made && new TextEncoder().encode(made.html);
					}
					case 'markdown':
						return new TextEncoder().encode(
							markdownTable(resultsTable(sources, panelsOf(sources))),
						);
					case 'latex':
						return new TextEncoder().encode(latexTable(resultsTable(sources, panelsOf(sources))));
				}
			}),
		);
	}

	#logged({ id, name, metrics }: ReportSource): {
		readonly id: string;
		readonly name: string;
		readonly points: Iterable<MetricPoint>;
	} {
		const lines = this.parts.lines(id);
		return {
			id,
			name,
			points: lines ?? { [Symbol.iterator]: () => loggedLines(metrics) },
		};
	}

	async #load(runs: readonly ExportedRun[]): Promise<readonly ReportSource[]> {
		const { sources, mirrored } = this.parts;
		await Promise.all(runs.map(({ id }) => sources.load(id)));
		return runs.flatMap(run => {
			const source = sources.get(run.id);
			return source === undefined ? [] : [reportSourceOf(source, mirrored, run, runs.length > 1)];
		});
	}

	async #panel({
		runs,
		panel,
	}: PanelExport): Promise<readonly [readonly ReportSource[], Panel | undefined]> {
		const sources = await this.#load(runs);
		return [sources, panelsOf(sources).find(({ lines }) => lines[0]?.metric === panel)];
	}

	async #figure(query: PanelExport, width: number): Promise<Figure | undefined> {
		const [sources, panel] = await this.#panel(query);
		if (panel === undefined) {
			return undefined;
		}
		const { look } = query;
		const range = look.zoom ?? wholeRange(sources, look.axis);
		const work = new PanelDrawer().draw(panel, sources, {
			look: { ...look, zoom: look.zoom },
			range,
			pixels: width * finer,
			reach: undefined,
		});
		const drawing = await patientWork(work, undefined, () => {});
		const named = sources.map(({ id, name, slot, metrics: { markers } }) => ({
			id,
			name,
			slot,
			markers,
		}));
		return drawing && figureOf(panel, drawing, named, look);
	}
}

const formats = {
	csv: { title: 'Save All Values as CSV', extension: 'csv', doing: 'Writing all values' },
	html: { title: 'Save Report as HTML', extension: 'html', doing: 'Writing the report' },
	markdown: { title: 'Save Results as Markdown', extension: 'md', doing: 'Writing the results' },
	latex: { title: 'Save Results as LaTeX', extension: 'tex', doing: 'Writing the results' },
} as const;

function panelsOf(sources: readonly ReportSource[]): readonly Panel[] {
	return panelsFor(
		[...new Set(sources.map(({ method }) => method))],
		sources.flatMap(({ metrics }) => metrics.series),
	);
}

/** The run's name, or how many there are, and the metric. */
function partsOf(runs: readonly RunsExport['runs'][number][], metric?: string): readonly string[] {
	const names = runs.length === 1 ? [runs[0]?.name ?? ''] : [`${runs.length} runs`];
	return metric === undefined ? names : [...names, metric];
}
