import { err, ok, type Result } from '../../core/base/result';
import { WindsockError } from '../../core/base/errors';
import type { Skipped } from '../../core/metrics/metricSource';
import type { MetricPoint } from '../../core/training/runLibrary';
import type { MetricFormat } from './detectFormat';
import { localPlace } from './places/localPlace';
import { readMetrics } from './readMetrics';

export interface MetricFile {
	readonly points: readonly MetricPoint[];
	readonly skipped: readonly Skipped[];
	readonly format: MetricFormat;
	/** The files that were read. */
	readonly paths: readonly string[];
}

/**
 * Reads the first run at a path of this machine, whichever tool wrote it; of a folder the one that
 * stands nearest. What a file is follows from its content. Fails with fileMissing, fileUnreadable
 * or metricsFormatUnknown.
 */
export async function readMetricFile(path: string): Promise<Result<MetricFile>> {
	const read = await readMetrics(localPlace, path);
	if (!read.ok) {
		return read;
	}
	const [run] = read.value.runs;
	if (run === undefined) {
		return err(new WindsockError('metricsFormatUnknown', { path }));
	}
	const { points, skipped, format, files } = run;
	return ok({ points, skipped, format, paths: files });
}
