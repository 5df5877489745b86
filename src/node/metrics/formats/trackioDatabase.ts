import type * as Sqlite from 'node:sqlite';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reasonOf, WindsockError } from '../../../core/base/errors';
import { err, ok, type Result } from '../../../core/base/result';
import type { OperationOptions } from '../../../core/hosts/host';
import type { MetricPlace, PlaceStat } from '../places/metricPlace';
import type { Reading } from '../reading';
import { takeTrackioRow } from './trackioRecord';

/** Rows read before others may run again. */
const batch = 2000;
const mostBytes = { here: 1024 ** 3, onHost: 256 * 1024 ** 2 };
const tries = 5;

/** Where reading goes on after the rows that are known. */
export interface TrackioPlace {
	readonly metrics: number;
	readonly system: number;
}

/**
 * Reads what a Trackio database has gained. A copy is read, with the log of unfinished writes that
 * stands beside it: opening the original would write files into its folder.
 *
 * @returns `anew` when rows that were read before are gone
 */
export async function readTrackioDatabase(
	place: MetricPlace,
	path: string,
	known: TrackioPlace,
	reading: Reading,
	options: OperationOptions = {},
): Promise<Result<TrackioPlace | 'anew'>> {
	const sqlite = await loadSqlite();
	if (sqlite === undefined) {
		return err(
			unreadable(
				path,
				'it is an SQLite database, which this version of Node cannot read; Node 22.13 or newer can',
			),
		);
	}
	const folder = await mkdtemp(join(tmpdir(), 'windsock-trackio-'));
	try {
		const copied = await copyWhole(place, path, join(folder, 'copy.db'), options);
		if (!copied.ok) {
			return copied;
		}
		let database: Sqlite.DatabaseSync | undefined;
		try {
			database = new sqlite.DatabaseSync(join(folder, 'copy.db'));
			database.exec('PRAGMA trusted_schema = OFF');
			return await readTables(database, path, known, reading, options);
		} catch (error) {
			// SQLite's own words: not a database, malformed.
			return err(unreadable(path, reasonOf(error), error));
		} finally {
			database?.close();
		}
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function readTables(
	database: Sqlite.DatabaseSync,
	path: string,
	known: TrackioPlace,
	reading: Reading,
	options: OperationOptions,
): Promise<Result<TrackioPlace | 'anew'>> {
	const found = columnsOf(database, 'metrics');
	if (!found.has('metrics') || !found.has('id')) {
		return err(new WindsockError('metricsFormatUnknown', { path }));
	}
	const last = database.prepare('SELECT max(id) AS id FROM metrics').get();
	if (Number(last?.['id'] ?? 0) < known.metrics) {
		return ok('anew');
	}
	const place = { ...known };
	for (const table of ['metrics', 'system'] as const) {
		const name = table === 'metrics' ? 'metrics' : 'system_metrics';
		const columns = columnsOf(database, name);
		if (!['id', 'metrics', 'run_name'].every(column => columns.has(column))) {
			continue;
		}
		const step = columns.has('step') ? 'step' : 'NULL';
		const timestamp = columns.has('timestamp') ? 'timestamp' : 'NULL';
		// Only by whole numbers is it known what comes after the last row.
		const rows = database.prepare(
			`SELECT id, ${timestamp} AS timestamp, run_name, ${step} AS step, metrics FROM ${name} WHERE typeof(id) = 'integer' AND id > ? ORDER BY id LIMIT ${batch}`,
		);
		if (known[table] === 0) {
			const others = database.prepare(
				`SELECT count(*) AS count FROM ${name} WHERE typeof(id) <> 'integer'`,
			);
			const count = Number(others.get()?.['count'] ?? 0);
			if (count > 0) {
				reading.skip('rows without a number of their own', count);
			}
		}
		for (;;) {
			if (options.signal?.aborted === true) {
				return err(new WindsockError('cancelled', { what: path }));
			}
			const taken = rows.all(place[table]);
			for (const row of taken) {
				place[table] = Math.max(place[table], Number(row['id']));
				takeTrackioRow(
					{
						run: textOf(row['run_name']),
						step: typeof row['step'] === 'number' ? row['step'] : undefined,
						timestamp: row['timestamp'],
						values: textOf(row['metrics']),
						isSystem: table === 'system',
					},
					reading,
				);
			}
			if (taken.length < batch) {
				break;
			}
			await new Promise(resolve => setImmediate(resolve));
		}
	}
	return ok(place);
}

function textOf(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

/** Columns that a plain table stores; views and generated columns could compute without end. */
function columnsOf(database: Sqlite.DatabaseSync, table: string): ReadonlySet<string> {
	const made = database.prepare('SELECT type, sql FROM sqlite_master WHERE name = ?').get(table);
	if (made?.['type'] !== 'table' || !/^CREATE TABLE\b/i.test(textOf(made['sql']))) {
		return new Set();
	}
	const rows = database.prepare('SELECT name FROM pragma_table_info(?)').all(table);
	return new Set(rows.map(row => textOf(row['name'])));
}

/** The database and its log as they stood at one moment: tried again while somebody writes. */
async function copyWhole(
	place: MetricPlace,
	path: string,
	to: string,
	options: OperationOptions,
): Promise<Result<void>> {
	const log = `${path}-wal`;
	for (let n = 0; n < tries; n++) {
		const before = await standing(place, [path, log], options);
		if (!before.ok) {
			return before;
		}
		const [database, unfinished] = before.value;
		if (database === undefined) {
			return err(new WindsockError('fileMissing', { path }));
		}
		const most = place.host === undefined ? mostBytes.here : mostBytes.onHost;
		if (database.size > most) {
			const reason = `a database of ${Math.round(database.size / 1024 ** 2)} MB is too large to be copied; read it where it is, or export it by trackio as Parquet`;
			return err(unreadable(path, reason));
		}
		await rm(`${to}-wal`, { force: true });
		if (unfinished && unfinished.size > 0) {
			const copied = await place.copy(log, `${to}-wal`, options);
			if (!copied.ok) {
				continue;
			}
		}
		const copied = await place.copy(path, to, options);
		if (!copied.ok) {
			return copied;
		}
		const after = await standing(place, [path, log], options);
		if (after.ok && isSame(before.value, after.value)) {
			return ok();
		}
	}
	return err(unreadable(path, 'it is written all the time; try again'));
}

async function standing(
	place: MetricPlace,
	paths: readonly string[],
	options: OperationOptions,
): Promise<Result<readonly (PlaceStat | undefined)[]>> {
	const found: (PlaceStat | undefined)[] = [];
	for (const path of paths) {
		const stat = await place.stat(path, options);
		if (!stat.ok) {
			return stat;
		}
		found.push(stat.value);
	}
	return ok(found);
}

function isSame(
	before: readonly (PlaceStat | undefined)[],
	after: readonly (PlaceStat | undefined)[],
): boolean {
	return before.every(
		(stat, i) => stat?.size === after[i]?.size && stat?.modified === after[i]?.modified,
	);
}

function unreadable(path: string, reason: string, cause?: unknown): WindsockError {
	return new WindsockError('fileUnreadable', { path, reason }, { cause });
}

/** Undefined under a Node that has none: the command line runs under what the machine has. */
async function loadSqlite(): Promise<typeof Sqlite | undefined> {
	try {
		return await import('node:sqlite');
	} catch {
		return undefined;
	}
}
