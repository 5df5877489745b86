import * as fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readFileSync } from 'node:fs';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { metricsCsv } from '../../src/core/metrics/export/metricsCsv';
import { detectFormat } from '../../src/node/metrics/detectFormat';
import type { FoundMetrics } from '../../src/node/metrics/findMetrics';
import { MetricFiles } from '../../src/node/metrics/metricFiles';
import type { MetricPlace } from '../../src/node/metrics/places/metricPlace';
import { localPlace } from '../../src/node/metrics/places/localPlace';
import { unpackPoints } from '../../src/core/metrics/packedPoints';
import {
	event,
	fileVersion,
	image,
	records,
	scalar,
	tensorScalar,
} from '../unit/node/metrics/eventFiles';
import { history, runRecord, stats, wandbFile } from '../unit/node/metrics/wandbFiles';

/** Broken files for each format. `npm run test:fuzz` asks for more. */
const runs = Number(process.env['WINDSOCK_FUZZ_RUNS'] ?? 40);

/** The only values that were ever written: whatever else comes out was invented. */
const losses = [2.5, 1.25, 0.75];
const known = new Set<number>([...losses, Number.NaN, Infinity, -Infinity]);

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const perLoss = (write: (loss: number, step: number) => string): Uint8Array =>
	encode(losses.map((loss, i) => write(loss, i + 1)).join(''));

interface Kind {
	readonly format: FoundMetrics['format'];
	readonly whole: Uint8Array;
	/** Checksums guard its values: damage can take them away, and never change them. */
	readonly isGuarded: boolean;
}

let folder: string;
const kinds: Kind[] = [
	{
		format: 'TensorBoard events',
		whole: records(
			fileVersion,
			...losses.map((loss, i) => event(100 + i, i, scalar('train/loss', loss), image('x'))),
			event(200, 3, tensorScalar('eval/loss', 0.75)),
		),
		isGuarded: true,
	},
	{
		format: 'W&B file',
		whole: wandbFile(
			runRecord('name', { logging_steps: '5' }),
			...losses.map((loss, i) => history(i, { loss: String(loss), _step: String(i) })),
			stats(1700000010, { gpu: '0.75' }),
		),
		isGuarded: true,
	},
	{
		format: 'metrics.jsonl',
		whole: perLoss(
			(loss, n) =>
				`${JSON.stringify({ n, attempt: 1, step: n, time: n, wall: n, kind: 'train', values: { loss } })}\n`,
		),
		isGuarded: false,
	},
	{
		format: 'trainer_log.jsonl',
		whole: perLoss(
			(loss, n) =>
				`{"current_steps": ${n}, "total_steps": 3, "loss": ${loss}, "elapsed_time": "0:00:01"}\n`,
		),
		isGuarded: false,
	},
	{
		format: 'JSON lines',
		whole: perLoss((loss, n) => `{"step": ${n}, "a": {"loss": ${loss}}}\n`),
		isGuarded: false,
	},
	{
		format: 'trainer_state.json',
		whole: encode(
			JSON.stringify(
				{ logging_steps: 1, log_history: losses.map((loss, step) => ({ step, loss })) },
				null,
				2,
			),
		),
		isGuarded: false,
	},
	{
		format: 'CSV',
		whole: encode(`step,loss\n${losses.map((loss, i) => `${i},${loss}\n`).join('')}`),
		isGuarded: false,
	},
	{
		format: 'log',
		whole: perLoss(
			(loss, n) => `text\r 3%|█ | ${n}/3 [00:01<00:02]\n{'loss': ${loss}, 'epoch': 0.${n}}\n`,
		),
		isGuarded: false,
	},
	{
		format: 'Windsock CSV',
		whole: encode(
			[
				...metricsCsv([
					{
						id: 'a',
						name: 'b',
						points: losses.map((loss, n) => ({
							n,
							attempt: 1,
							step: n,
							time: n,
							wall: n,
							kind: 'train' as const,
							values: { loss },
						})),
					},
				]),
			].join(''),
		),
		isGuarded: false,
	},
	{
		format: 'Parquet',
		whole: new Uint8Array(
			parquetWriteBuffer({
				columnData: [
					{ name: 'timestamp', data: losses.map(() => '2026-01-01'), type: 'STRING' },
					{ name: 'run_name', data: losses.map(() => 'a'), type: 'STRING' },
					{ name: 'step', data: losses.map((_, i) => BigInt(i)), type: 'INT64' },
					{ name: 'loss', data: losses, type: 'DOUBLE' },
				],
			}),
		),
		isGuarded: false,
	},
];
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'windsock-fuzz-'));
	const path = join(folder, 'whole.db');
	const database = new DatabaseSync(path);
	database.exec(
		'CREATE TABLE metrics (id INTEGER PRIMARY KEY, timestamp TEXT, run_name TEXT, step INTEGER, metrics TEXT)',
	);
	for (const [i, loss] of losses.entries()) {
		database
			.prepare('INSERT INTO metrics VALUES (?, ?, ?, ?, ?)')
			.run(i + 1, '2026-01-01', 'a', i, JSON.stringify({ loss }));
	}
	database.close();
	kinds.push({ format: 'Trackio database', whole: readFileSync(path), isGuarded: false });
});
afterAll(() => rm(folder, { recursive: true }));

/** A file that comes in pieces: it has grown by one whenever it is read. */
class GrowingPlace implements Pick<MetricPlace, 'list' | 'stat' | 'read' | 'join' | 'copy'> {
	size = 0;

	constructor(private readonly bytes: Uint8Array) {}

	readonly join = localPlace.join;
	readonly list: MetricPlace['list'] = () => Promise.resolve({ ok: true, value: [] });
	readonly stat: MetricPlace['stat'] = path =>
		Promise.resolve({
			ok: true,
			value: path.endsWith('-wal')
				? undefined
				: { kind: 'file', size: this.size, modified: this.size },
		});
	readonly read: MetricPlace['read'] = (_path, start, length) =>
		Promise.resolve({
			ok: true,
			value: this.bytes.subarray(start, Math.min(start + length, this.size)),
		});
	readonly copy: MetricPlace['copy'] = async (_path, to) => {
		await writeFile(to, this.bytes.subarray(0, this.size));
		return { ok: true, value: undefined };
	};
}

async function valuesOf(kind: Kind, bytes: Uint8Array, pieces: number): Promise<readonly number[]> {
	const place = new GrowingPlace(bytes);
	const found = { format: kind.format, path: 'x', files: ['x'], name: 'x', isFolder: false };
	const files = new MetricFiles(place, found);
	for (let piece = 1; piece <= pieces; piece++) {
		place.size = Math.floor((bytes.length * piece) / pieces);
		await files.read();
	}
	files.finish();
	expect(files.skipped.every(({ what, count }) => what !== '' && count > 0)).toBe(true);
	return [...files.reading.runs.values()].flatMap(run =>
		unpackPoints(run.columns.take()).flatMap(point => Object.values(point.values)),
	);
}

const mutation = fc.record({
	kind: fc.constantFrom('flip', 'insert', 'delete', 'copy', 'cut', 'zero'),
	at: fc.double({ min: 0, max: 1, noNaN: true }),
	length: fc.nat(40),
	bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutated(whole: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
	let bytes = [...whole];
	for (const { kind, at, length, bytes: given } of mutations) {
		const from = Math.floor(at * bytes.length);
		if (kind === 'flip') {
			bytes[from] = (bytes[from] ?? 0) ^ (1 << (length % 8));
		} else if (kind === 'insert') {
			bytes.splice(from, 0, ...given);
		} else if (kind === 'delete') {
			bytes.splice(from, length);
		} else if (kind === 'copy') {
			bytes.splice(from, 0, ...bytes.slice(from, from + length));
		} else if (kind === 'zero') {
			bytes.fill(0, from, from + length);
		} else {
			bytes = bytes.slice(0, from);
		}
	}
	return Uint8Array.from(bytes.map(byte => byte & 255));
}

describe('readers of metrics', () => {
	it('know each format by its content, and read it whole in one piece and in many', async () => {
		for (const kind of kinds) {
			expect(detectFormat(kind.whole)).toBe(kind.format);
			for (const pieces of [1, 2, 5]) {
				const values = await valuesOf(kind, kind.whole, pieces);
				expect(new Set(values)).toEqual(new Set(losses));
			}
		}
	});

	it('never throw for any damage, and where checksums guard a file give no value that was not written', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.nat(kinds.length - 1),
				fc.array(mutation, { minLength: 1, maxLength: 6 }),
				fc.integer({ min: 1, max: 4 }),
				async (index, mutations, pieces) => {
					const kind = kinds[index];
					if (!kind) {
						return;
					}
					const bytes = mutated(kind.whole, mutations);
					detectFormat(bytes);
					const values = await valuesOf(kind, bytes, pieces);
					if (kind.isGuarded) {
						expect(values.filter(value => !known.has(value))).toEqual([]);
					}
				},
			),
			{ seed: 11, numRuns: runs * kinds.length },
		);
	});

	it('give no value of a file that is cut anywhere which the whole one does not have', async () => {
		for (const kind of kinds) {
			// A database that is cut is refused as a whole, or has fewer rows.
			await fc.assert(
				fc.asyncProperty(fc.nat(kind.whole.length), async length => {
					const values = await valuesOf(kind, kind.whole.subarray(0, length), 1);
					expect(values.filter(value => !known.has(value))).toEqual([]);
				}),
				{ seed: 12, numRuns: runs },
			);
		}
	});

	it('never throw for bytes of no format at all, read as any of them', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.nat(kinds.length - 1),
				fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ maxLength: 300 }).map(encode)),
				async (index, bytes) => {
					const kind = kinds[index];
					if (kind) {
						detectFormat(bytes);
						await valuesOf(kind, bytes, 2);
					}
				},
			),
			{ seed: 13, numRuns: runs * 5 },
		);
	});
});
