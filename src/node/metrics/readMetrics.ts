import type { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { Skipped } from '../../core/metrics/metricSource';
import { unpackPoints } from '../../core/metrics/packedPoints';
import type { MetricPoint } from '../../core/training/runLibrary';
import type { MetricFormat } from './detectFormat';
import { findMetrics, labelOf } from './findMetrics';
import { MetricFiles } from './metricFiles';
import type { MetricPlace } from './places/metricPlace';
import type { RunFacts } from './reading';

/** One run that some tool has logged, read to its end. */
export interface ReadRun {
	readonly name: string;
	/** As people name it: of a host `host:path`. */
	readonly path: string;
	readonly format: MetricFormat;
	readonly files: readonly string[];
	readonly points: readonly MetricPoint[];
	/** Of its files: a file of several runs says it with the first of them. */
	readonly skipped: readonly Skipped[];
	readonly facts: RunFacts;
}

export interface ReadMetricsOptions {
	readonly signal?: AbortSignal;
	/** All of a large file on a host, not only its end. */
	readonly isWhole?: boolean;
	readonly onProgress?: (phrase: string, share?: number) => void;
}

export interface AllRead {
	readonly runs: readonly ReadRun[];
	/** What was not searched. */
	readonly left: readonly Skipped[];
	/** Why files of a folder could not be read, where others could. */
	readonly failures: readonly WindsockError[];
}

/** Reads all metrics at a path of this machine or of a host, once. */
export async function readMetrics(
	place: MetricPlace,
	path: string,
	options: ReadMetricsOptions = {},
): Promise<Result<AllRead>> {
	const { signal } = options;
	const withSignal = signal === undefined ? {} : { signal };
	const found = await findMetrics(place, path, {
		...withSignal,
		onProgress: (folders, sources) =>
			options.onProgress?.(`searched ${folders} folders, found ${sources}`),
	});
	if (!found.ok) {
		return found;
	}
	const runs: ReadRun[] = [];
	const failures: WindsockError[] = [];
	for (const source of found.value.sources) {
		const files = new MetricFiles(place, source, {
			isWhole: options.isWhole === true,
		});
		const read = await files.read({
			...withSignal,
			onProgress: (bytes, total) => options.onProgress?.(`reading ${source.name}`, bytes / total),
		});
		if (!read.ok) {
			if (read.error.code === 'cancelled' || found.value.sources.length === 1) {
				return read;
			}
			// One broken file of a folder must not hide the others.
			failures.push(read.error);
			continue;
		}
		files.finish();
		let { skipped } = files;
		for (const [run, { columns, facts }] of files.reading.runs) {
			const name = run === '' ? source.name : `${source.name}/${run}`;
			const points = unpackPoints(columns.take());
			const { format } = source;
			const label = labelOf(place, source.path);
			runs.push({ name, path: label, format, files: files.found.files, points, skipped, facts });
			skipped = [];
		}
		if (files.reading.runs.size === 0) {
			const label = labelOf(place, source.path);
			const { format, name } = source;
			runs.push({ name, path: label, format, files: source.files, points: [], skipped, facts: {} });
		}
	}
	const [failure] = failures;
	return runs.length === 0 && failure !== undefined
		? err(failure)
		: ok({ runs, left: found.value.left, failures });
}
