import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { waitFor } from '../support/bench/waitFor';
import type { WalkSession } from './walkSession';

/** The parts of a metrics line that the walk looks at. */
export interface MetricsLine {
	readonly n: number;
	readonly step: number;
	readonly kind: string;
	readonly time: number;
	/** Unix seconds by the host's clock. */
	readonly wall: number;
	readonly values: Readonly<Record<string, number | string>>;
}

export async function readLines<T>(file: string): Promise<readonly T[]> {
	const text = await readFile(file, 'utf8');
	return text
		.split('\n')
		.filter(line => line !== '')
		.map(line => JSON.parse(line) as T);
}

export async function readJson<T>(file: string): Promise<T> {
	return JSON.parse(await readFile(file, 'utf8')) as T;
}

/** The finished line last written may still be on its way, so only whole lines count. */
export async function metricsOf(runFolder: string): Promise<readonly MetricsLine[]> {
	const text = await readFile(path.join(runFolder, 'metrics.jsonl'), 'utf8').catch(() => '');
	return text
		.slice(0, text.lastIndexOf('\n') + 1)
		.split('\n')
		.filter(line => line !== '')
		.map(line => JSON.parse(line) as MetricsLine);
}

/** Waits for the one run folder that is new on the host and remembers it under `name`. */
export async function adoptNewRun(session: WalkSession, name: string): Promise<string> {
	const known = new Set(session.runs.values());
	const id = await waitFor(
		`the ${name} run on the host`,
		async () => {
			const entries = await readdir(session.runsRoot);
			return entries.find(
				entry => !known.has(entry) && existsSync(path.join(session.runsRoot, entry, 'id.json')),
			);
		},
		90_000,
	);
	session.runs.set(name, id);
	return path.join(session.runsRoot, id);
}

export interface ExitRecord {
	readonly reason: string;
	readonly code: number | null;
	readonly message: string;
	readonly durationSeconds: number;
	readonly lastLines: readonly string[];
}

/** Waits for the end of a run on the host; anything but `finished` is an error with its last lines. */
export async function waitForFinish(runFolder: string): Promise<ExitRecord> {
	const file = path.join(runFolder, 'exit.json');
	await waitFor('the run to end', () => existsSync(file), 400_000);
	const exit = await readJson<ExitRecord>(file);
	if (exit.reason !== 'finished') {
		throw new Error(
			`the run ended with ${exit.reason}: ${exit.message}\n${exit.lastLines.join('\n')}`,
		);
	}
	return exit;
}

export function hasEnded(runFolder: string): boolean {
	return existsSync(path.join(runFolder, 'exit.json'));
}
