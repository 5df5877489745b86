import { existsSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { composeReport, type ReportSource } from '../../core/metrics/export/composeReport';
import { fileReportSource } from '../../core/metrics/export/fileReportSource';
import { latexTable } from '../../core/metrics/export/latexTable';
import { markdownTable } from '../../core/metrics/export/markdownTable';
import { packPoints } from '../../core/metrics/packedPoints';
import { RunMetrics } from '../../core/metrics/runMetrics';
import { writeAtomically } from '../../node/dataset/atomicWrite';
import { readMetricFile } from '../../node/metrics/readMetricFile';
import { runReportSource } from '../../node/runs/runReportSource';
import type { Answer, Output } from '../output';
import { findRun } from '../runArgument';
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
	{ services, output, version, signal }: ReportWork,
	targets: readonly string[],
	{ out }: ReportOptions,
): Promise<Result<Answer>> {
	const format = reportFormats[extname(out).toLowerCase() as keyof typeof reportFormats];
	const sources: ReportSource[] = [];
	for (const [slot, target] of targets.entries()) {
		const source = await sourceOf(services, output, target, slot, targets.length > 1);
		if (!source.ok) {
			return source;
		}
		sources.push(source.value);
		if (signal.aborted) {
			return err(new WindsockError('cancelled', { what: 'the report' }));
		}
	}
	const look = {
		axis: 'step',
		smoothing: { kind: 'none' },
		clipOutliers: false,
		logarithmic: false,
	} as const;
	const work = composeReport(sources, { look, version });
	let step = work.next();
	while (step.done !== true) {
		step = work.next();
	}
	const { report: made, html } = step.value;
	const text =
		format === 'markdown'
			? markdownTable(made.results)
			: format === 'latex'
				? latexTable(made.results)
				: html;
	const path = resolve(out);
	const written = await writeAtomically(path, async file => void (await file.writeFile(text)));
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

async function sourceOf(
	services: Services,
	output: Output,
	target: string,
	slot: number,
	isOneOfSeveral: boolean,
): Promise<Result<ReportSource>> {
	if (!target.startsWith('run:') && existsSync(target)) {
		const read = await readMetricFile(target);
		if (!read.ok) {
			return read;
		}
		const { format, points, skipped } = read.value;
		const metrics = new RunMetrics();
		metrics.append(packPoints(points));
		return ok(fileReportSource({ path: target, format, metrics, skipped }, slot));
	}
	const found = findRun(services, target);
	if (!found.ok) {
		return found;
	}
	const synced = await services.library.sync(found.value);
	if (!synced.ok) {
		output.warn(synced.error);
	}
	const run = services.library.mirrored(found.value);
	return run === undefined
		? err(new WindsockError('runUnknown', { run: target }))
		: ok(runReportSource(run, { slot, withArguments: isOneOfSeveral }));
}
