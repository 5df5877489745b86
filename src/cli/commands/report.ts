import { extname, resolve } from 'node:path';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { diagnose } from '../../core/doctor/diagnose';
import { composeReport, type ReportSource } from '../../core/metrics/export/composeReport';
import { fileReportSource } from '../../core/metrics/export/fileReportSource';
import { latexTable } from '../../core/metrics/export/latexTable';
import { markdownTable } from '../../core/metrics/export/markdownTable';
import { reportFinding } from '../../core/metrics/export/reportFinding';
import { packPoints } from '../../core/metrics/packedPoints';
import { RunMetrics } from '../../core/metrics/runMetrics';
import { writeAtomically } from '../../node/dataset/atomicWrite';
import { runReportSource } from '../../node/runs/runReportSource';
import { readFiles, readTargets, syncedRun } from '../metricTargets';
import type { Answer, Output } from '../output';
import type { Services } from '../services';

/** What a report is written as, by the end of the file's name. */
export const reportFormats = { '.html': 'html', '.md': 'markdown', '.tex': 'latex' } as const;

export interface ReportOptions {
	/** Ends in one of `reportFormats`. */
	readonly out: string;
}

export interface ReportWork {
	readonly services: Services;
	readonly output: Output;
	readonly version: string;
	readonly signal: AbortSignal;
}

/** Writes a report on runs and on files of other tools: a page, or the table of their results. */
export async function report(
	work: ReportWork,
	targets: readonly string[],
	{ out }: ReportOptions,
): Promise<Result<Answer>> {
	const format = reportFormats[extname(out).toLowerCase() as keyof typeof reportFormats];
	let slot = 0;
	const inSlots = async (
		reading: Promise<Result<readonly ReportSource[]>>,
	): Promise<Result<readonly ReportSource[]>> => {
		const read = await reading;
		slot += read.ok ? read.value.length : 0;
		return work.signal.aborted ? err(new WindsockError('cancelled', { what: 'the report' })) : read;
	};
	const isOneOfSeveral = targets.length > 1;
	const read = await readTargets<ReportSource>(targets, {
		files: target => inSlots(sourcesAt(work, target, slot)),
		run: target => inSlots(sourceOfRun(work, target, { slot, isOneOfSeveral })),
	});
	if (!read.ok) {
		return read;
	}
	const sources = read.value;
	if (sources.length === 0) {
		return err(new WindsockError('metricsFormatUnknown', { path: targets[0] }));
	}
	const look = {
		axis: 'step',
		zoom: undefined,
		smoothing: { kind: 'none' },
		clipOutliers: false,
		logarithmic: false,
	} as const;
	const composing = composeReport(sources, { look, version: work.version });
	let step = composing.next();
	while (step.done !== true) {
		step = composing.next();
	}
	const { report: made, html } = step.value;
	const text =
		format === 'markdown'
			? markdownTable(made.results)
			: format === 'latex'
				? latexTable(made.results)
				: html;
	const path = resolve(out);
	const written = await writeAtomically(path, file => file.writeFile(text));
	if (!written.ok) {
		return written;
	}
	const bytes = Buffer.byteLength(text);
	const runs = sources.map(({ id, name }) => ({ id, name }));
	const charts = format === 'html' ? made.figures.length : 0;
	return ok({
		json: { report: { out: path, format, bytes, runs, charts } },
		text: `written: ${path}\n`,
	});
}

/** Where the next source comes from, and how it stands among the others. */
interface Place {
	readonly slot: number;
	readonly isOneOfSeveral: boolean;
}

async function sourcesAt(
	{ services, output, signal }: ReportWork,
	target: string,
	slot: number,
): Promise<Result<readonly ReportSource[]>> {
	const read = await readFiles(services, output, target, { signal });
	if (!read.ok) {
		return read;
	}
	return ok(
		read.value.runs.map(({ name, path, format, points, skipped, facts }, i) => {
			const metrics = new RunMetrics();
			metrics.append(packPoints(points));
			const { loggingSteps, maxSteps } = facts;
			const known = maxSteps === undefined ? {} : { maxSteps };
			const findings = diagnose(metrics, known).map(reportFinding);
			const steps = loggingSteps === undefined ? {} : { loggingSteps };
			const file = { name, path, format, metrics, skipped, findings, ...steps };
			return fileReportSource(file, slot + i);
		}),
	);
}

async function sourceOfRun(
	{ services, output }: ReportWork,
	target: string,
	{ slot, isOneOfSeveral }: Place,
): Promise<Result<readonly ReportSource[]>> {
	const found = await syncedRun(services, output, target);
	if (!found.ok) {
		return found;
	}
	const run = services.library.mirrored(found.value);
	if (run === undefined) {
		return err(new WindsockError('runUnknown', { run: target }));
	}
	await run.load();
	return ok([
		runReportSource(run, { slot, withArguments: isOneOfSeveral }, id =>
			services.library.mirrored(id),
		),
	]);
}
