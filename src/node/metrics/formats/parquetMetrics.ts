import { reasonOf, WindsockError } from '../../../core/base/errors';
import { err, ok, type Result } from '../../../core/base/result';
import type { OperationOptions } from '../../../core/hosts/host';
import type { ByteSource } from '../../dataset/byteSource';
import { ParquetFile } from '../../dataset/parquetFile';
import { roleOf } from '../metricNames';
import type { MetricPlace } from '../places/metricPlace';
import type { Reading } from '../reading';
import { takeRecord } from '../takeRecord';
import { takeTrackioRow } from './trackioRecord';

/** Rows decoded before others may run again. */
const batch = 5000;
const mostRows = 50_000_000;
/** Columns that Trackio keeps for itself. */
const ownColumns = new Set(['id', 'run_id', 'run_name', 'timestamp', 'step', 'log_id', 'space_id']);

/** Whether the columns are those of a log of metrics and not of a dataset. */
export function isMetricTable(columns: readonly string[]): boolean {
	const names = new Set(columns);
	const hasRun = names.has('run_name') || names.has('run_id');
	return hasRun ? names.has('timestamp') : columns.some(name => roleOf(name) === 'step');
}

/** Opens a Parquet file of a place, read by ranges. */
export async function openParquet(
	place: MetricPlace,
	path: string,
	size: number,
	options: OperationOptions = {},
): Promise<Result<ParquetFile>> {
	try {
		return ok(await ParquetFile.open(rangesOf(place, path, size, options)));
	} catch (error) {
		return err(failure(path, error));
	}
}

/** Tables of Trackio's export, and any that has a column for the step. */
export async function readParquetMetrics(
	place: MetricPlace,
	path: string,
	size: number,
	reading: Reading,
	options: OperationOptions = {},
): Promise<Result<void>> {
	const opened = await openParquet(place, path, size, options);
	if (!opened.ok) {
		return opened;
	}
	const file = opened.value;
	const names = file.columns.map(column => column.element.name);
	if (!isMetricTable(names)) {
		return err(new WindsockError('metricsFormatUnknown', { path }));
	}
	const rows = file.groupStarts.at(-1) ?? 0;
	if (file.count !== rows || rows > mostRows) {
		const count = Math.max(file.count, rows).toLocaleString('en');
		const isTooLong = file.count === rows;
		const reason = isTooLong
			? `it has ${count} rows, of which 50 million at most are read`
			: `its own counts of its rows differ (${count} at most)`;
		return err(new WindsockError('fileUnreadable', { path, reason }));
	}
	try {
		for (let from = 0; from < file.count; from += batch) {
			options.signal?.throwIfAborted();
			const rows = await file.readColumns(from, Math.min(file.count, from + batch));
			for (const row of rows) {
				takeRow(row, names, /_system\.parquet$|system_metrics/.test(path), reading);
			}
		}
		return ok();
	} catch (error) {
		return err(failure(path, error));
	}
}

type Row = Readonly<Record<string, unknown>>;

function takeRow(row: Row, names: readonly string[], isSystem: boolean, reading: Reading): void {
	const values = Object.fromEntries(
		names
			.filter(name => row[name] !== undefined && row[name] !== null)
			.map(name => [name, plain(row[name])]),
	);
	const run = values['run_name'] ?? values['run_id'];
	if (run === undefined) {
		takeRecord(values, reading.run(), reading);
		return;
	}
	const own = Object.entries(values).filter(([name]) => !ownColumns.has(name));
	const step = values['step'];
	takeTrackioRow(
		{
			run: String(run),
			step: typeof step === 'number' ? step : undefined,
			timestamp: values['timestamp'],
			values: typeof values['metrics'] === 'string' ? values['metrics'] : Object.fromEntries(own),
			isSystem: isSystem || !names.includes('step'),
		},
		reading,
	);
}

function plain(value: unknown): unknown {
	return typeof value === 'bigint' ? Number(value) : value;
}

function rangesOf(
	place: MetricPlace,
	path: string,
	size: number,
	options: OperationOptions,
): ByteSource {
	return {
		size,
		stamp: '',
		isUntouched: () => Promise.resolve(true),
		read: async (start, end) => {
			const bytes = await place.read(path, start, end - start, options);
			if (!bytes.ok) {
				throw bytes.error;
			}
			return bytes.value;
		},
		close: () => Promise.resolve(),
	};
}

function failure(path: string, error: unknown): WindsockError {
	return error instanceof WindsockError
		? error
		: new WindsockError('fileUnreadable', { path, reason: reasonOf(error) }, { cause: error });
}
