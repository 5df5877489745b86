import { err, ok, type Result } from '../../core/base/result';
import { WindsockError } from '../../core/base/errors';
import { metricsCsv, type LoggedLines } from '../../core/metrics/export/metricsCsv';
import type { Skipped } from '../../core/metrics/metricSource';
import type { MetricPoint } from '../../core/training/runLibrary';
import type { AllRead } from '../../node/metrics/readMetrics';
import { readFiles, readTargets, syncedRun } from '../metricTargets';
import { table, type Answer, type Output } from '../output';
import type { Services } from '../services';
import { skippedLines } from '../skippedLines';

export interface MetricsOptions {
	readonly csv?: boolean;
	/** All of large files on a host, not only their ends. */
	readonly whole?: boolean;
}

/** What one argument gave: a run of the library, or one that some tool logged. */
interface Source extends LoggedLines {
	readonly points: readonly MetricPoint[];
	readonly json: Readonly<Record<string, unknown>>;
	readonly notes: readonly Skipped[];
}

/** Milliseconds after which it is said what is done. */
const patience = 1500;

export async function metrics(
	services: Services,
	output: Output,
	targets: readonly string[],
	options: MetricsOptions,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const read = await readTargets<Source>(targets, {
		files: target => sourcesAt(services, output, target, options, signal),
		run: target => sourceOfRun(services, output, target),
	});
	if (!read.ok) {
		return read;
	}
	const sources = read.value;
	if (options.csv === true && !output.options.json) {
		for (const { name, notes } of sources) {
			notes.forEach(({ what, count }) => output.note(`${name}: skipped ${count} ${what}`));
		}
		for (const piece of metricsCsv(sources)) {
			output.data(piece);
		}
		return ok({ json: {}, text: '' });
	}
	const [first] = sources;
	if (first === undefined) {
		return err(new WindsockError('metricsFormatUnknown', { path: targets[0] }));
	}
	return ok({
		json:
			sources.length === 1 && targets.length === 1 ? first.json : { sources: sources.map(inList) },
		text: sources.map(source => textOf(source, sources.length > 1)).join('\n'),
	});
}

/** A document of several says of each what a document of one says. */
function inList({ name, json }: Source): Readonly<Record<string, unknown>> {
	return { name, ...json };
}

async function sourceOfRun(
	services: Services,
	output: Output,
	target: string,
): Promise<Result<readonly Source[]>> {
	const found = await syncedRun(services, output, target);
	if (!found.ok) {
		return found;
	}
	const runId = found.value;
	const points = services.library.metrics(runId);
	const brokenLines = services.library.mirrored(runId)?.brokenLines ?? 0;
	const name = services.library.get(runId)?.name ?? runId;
	const notes = brokenLines > 0 ? [{ what: 'broken lines', count: brokenLines }] : [];
	return ok([{ id: runId, name, points, json: { runId, brokenLines, points }, notes }]);
}

async function sourcesAt(
	services: Services,
	output: Output,
	target: string,
	options: MetricsOptions,
	signal: AbortSignal,
): Promise<Result<readonly Source[]>> {
	const begun = performance.now();
	const { progress } = output;
	const read = await readFiles(services, output, target, {
		signal,
		isWhole: options.whole === true,
		onProgress: (phrase, share) => {
			if (performance.now() - begun > patience) {
				progress.report(phrase, share);
			}
		},
	});
	return read.ok ? ok(sourcesOf(read.value.runs)) : read;
}

function sourcesOf(runs: AllRead['runs']): readonly Source[] {
	return runs.map(({ name, path, format, points, skipped, facts }) => ({
		id: path,
		name,
		points,
		notes: skipped,
		json: {
			path,
			format,
			brokenLines: skipped.reduce((sum, { count }) => sum + count, 0),
			skipped,
			points,
			...(facts.loggingSteps === undefined ? {} : { loggingSteps: facts.loggingSteps }),
			...(facts.maxSteps === undefined ? {} : { maxSteps: facts.maxSteps }),
		},
	}));
}

function textOf({ name, points, notes, json }: Source, isOneOfMany: boolean): string {
	const heading = isOneOfMany
		? `${[name, json['format']].filter(part => part !== undefined).join(' · ')}\n`
		: '';
	const said = skippedLines(notes)
		.map(line => `${line}\n`)
		.join('');
	return heading + said + pointsTable(points);
}

function pointsTable(points: readonly MetricPoint[]): string {
	return table(
		points.map(point => [
			String(point.n),
			Number.isNaN(point.step) ? `epoch ${point.epoch ?? '?'}` : `step ${point.step}`,
			point.kind === 'marker'
				? (point.label ?? point.kind)
				: [point.kind, point.label].join(' ').trim(),
			Object.entries(point.values)
				.map(([name, value]) => `${name}=${Number(value.toPrecision(6))}`)
				.join(' '),
		]),
	);
}
