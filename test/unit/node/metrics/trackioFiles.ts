import { DatabaseSync } from 'node:sqlite';

/** The tables that Trackio 0.36 makes, as its documentation of the storage gives them. */
export function trackioDatabase(path: string): DatabaseSync {
	const database = new DatabaseSync(path);
	database.exec('PRAGMA journal_mode = WAL');
	database.exec(`
		CREATE TABLE metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT NOT NULL,
			run_name TEXT NOT NULL, step INTEGER NOT NULL, metrics TEXT NOT NULL, log_id TEXT, space_id TEXT);
		CREATE TABLE configs (id INTEGER PRIMARY KEY AUTOINCREMENT, run_name TEXT NOT NULL,
			config TEXT NOT NULL, created_at TEXT NOT NULL, UNIQUE(run_name));
		CREATE TABLE system_metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT NOT NULL,
			run_name TEXT NOT NULL, metrics TEXT NOT NULL, log_id TEXT, space_id TEXT);
		CREATE INDEX idx_metrics_run_step ON metrics (run_name, step);
	`);
	return database;
}

export function logTrackio(
	database: DatabaseSync,
	run: string,
	step: number,
	metrics: object | string,
	timestamp = '2026-11-28T01:00:00+00:00',
): void {
	database
		.prepare('INSERT INTO metrics (timestamp, run_name, step, metrics) VALUES (?, ?, ?, ?)')
		.run(timestamp, run, step, typeof metrics === 'string' ? metrics : JSON.stringify(metrics));
}
