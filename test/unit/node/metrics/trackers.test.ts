import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { WandbFile } from '../../../../src/node/metrics/formats/wandbFile';
import { unpackPoints } from '../../../../src/core/metrics/packedPoints';
import { findMetrics } from '../../../../src/node/metrics/findMetrics';
import { MetricFiles } from '../../../../src/node/metrics/metricFiles';
import { localPlace } from '../../../../src/node/metrics/places/localPlace';
import { Reading } from '../../../../src/node/metrics/reading';
import { MetricFolder, short } from './metricFolder';
import { logTrackio, trackioDatabase } from './trackioFiles';
import { history, runRecord, stats, wandbFile } from './wandbFiles';

const folder = new MetricFolder();
afterAll(() => folder.remove());

describe('a Trackio database', () => {
	it('gives its runs with the trainer’s steps, also those still in its log, and is not touched', async () => {
		const path = folder.write('t/project.db', '');
		const database = trackioDatabase(path);
		logTrackio(database, 'a', 0, {
			'train/loss': 2.5,
			'train/global_step': 10,
			'train/epoch': 0.5,
		});
		logTrackio(database, 'b', 0, { loss: 'NaN', table: { _type: 'trackio.table' } });
		logTrackio(database, 'a', 1, { 'eval/loss': 1.5, 'train/global_step': 10 });
		logTrackio(database, 'a', 2, '{"loss": broken');
		database
			.prepare('INSERT INTO system_metrics (timestamp, run_name, metrics) VALUES (?, ?, ?)')
			.run('2026-11-28T01:00:30+00:00', 'a', '{"gpu/0/utilization": 99}');
		const before = readdirSync(join(folder.path, 't'));
		const bytes = readFileSync(`${path}-wal`);
		expect(bytes.length).toBeGreaterThan(0);
		const { runs } = await folder.all('t');
		expect(runs.map(({ name, format }) => [name, format])).toEqual([
			['project.db/a', 'Trackio database'],
			['project.db/b', 'Trackio database'],
		]);
		expect(runs.map(short)).toEqual([
			[
				['train', 10, { loss: 2.5 }],
				['eval', 10, { eval_loss: 1.5 }],
				['system', Number.NaN, { 'gpu/0/utilization': 99 }],
			],
			[['train', 0, { loss: Number.NaN }]],
		]);
		expect(runs[0]?.points.map(point => [point.wall, point.time])).toEqual([
			[Date.UTC(2026, 10, 28, 1) / 1000, 0],
			[Date.UTC(2026, 10, 28, 1) / 1000, 0],
			[Date.UTC(2026, 10, 28, 1) / 1000 + 30, 30],
		]);
		expect(runs[0]?.skipped).toEqual([
			{ what: 'values without a number', count: 1 },
			{ what: 'rows whose values are no JSON', count: 1 },
		]);
		database.close();
		expect(before).toEqual(['project.db', 'project.db-shm', 'project.db-wal']);
	});

	it('made to be read without end is read to its end, and computes nothing', async () => {
		const path = folder.write('hostile.db', '');
		const database = new DatabaseSync(path);
		database.exec('CREATE TABLE metrics (id, run_name, step, metrics)');
		const row = database.prepare('INSERT INTO metrics (id, run_name, metrics) VALUES (?, ?, ?)');
		database.exec('BEGIN');
		for (let n = 0; n < 2500; n++) {
			row.run('5', 'a', '{"loss": 1, "step": 1}');
		}
		row.run(7n, 'a', '{"loss": 2, "step": 2}');
		database.exec('COMMIT');
		database.exec("ALTER TABLE metrics ADD COLUMN timestamp AS (printf('%.*c', 1000, '2'))");
		database.close();
		const run = await folder.one('hostile.db');
		expect(run.points[0]?.wall).toBeNaN();
		expect(short(run)).toEqual([['train', 2, { loss: 2 }]]);
		expect(run.skipped).toEqual([{ what: 'rows without a number of their own', count: 2500 }]);
	});

	it('that goes on is read on from its newest row, and one that was made anew from its first', async () => {
		const path = folder.write('live.db', '');
		const database = trackioDatabase(path);
		logTrackio(database, 'a', 1, { loss: 1 });
		logTrackio(database, 'a', 2, { loss: 2 });
		const found = await findMetrics(localPlace, path);
		const files = new MetricFiles(localPlace, (found.ok ? found.value.sources[0] : undefined)!);
		const steps = (): readonly number[] => [...files.reading.run('a').columns.take().step];
		expect(await files.read()).toEqual({ ok: true, value: true });
		expect(steps()).toEqual([1, 2]);
		expect(await files.read()).toEqual({ ok: true, value: false });
		logTrackio(database, 'a', 3, { loss: 3 });
		await files.read();
		expect(steps()).toEqual([3]);
		expect(files.generation).toBe(0);
		database.exec('DELETE FROM metrics');
		database.exec("DELETE FROM sqlite_sequence WHERE name = 'metrics'");
		logTrackio(database, 'a', 7, { loss: 3 });
		await files.read();
		expect(steps()).toEqual([7]);
		expect(files.generation).toBe(1);
		database.close();
	});

	it('whose table is a view, which could compute without end, is refused', async () => {
		const database = new DatabaseSync(folder.write('view.db', ''));
		database.exec(`CREATE VIEW metrics AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n)
			SELECT id, '' AS timestamp, 'a' AS run_name, 1 AS step, '{}' AS metrics FROM n`);
		database.close();
		await expect(folder.all('view.db')).rejects.toMatchObject({ code: 'metricsFormatUnknown' });
	});

	it('that is none, or is cut, is refused in a sentence', async () => {
		const path = folder.write('cut.db', '');
		const database = trackioDatabase(path);
		logTrackio(database, 'a', 1, { loss: 1 });
		database.close();
		writeFileSync(path, readFileSync(path).subarray(0, 5000));
		await expect(folder.all('cut.db')).rejects.toMatchObject({ code: 'fileUnreadable' });
	});
});

describe('Trackio’s Parquet', () => {
	const text = (name: string, data: string[]) => ({ name, data, type: 'STRING' as const });

	it('gives one run for each name, an absent value for none, and its machine’s values', async () => {
		const columnData = [
			{ name: 'id', data: [1n, 2n, 3n], type: 'INT64' as const },
			text('timestamp', Array<string>(3).fill('2026-11-28T01:00:00')),
			text('run_name', ['a', 'b', 'a']),
			{ name: 'step', data: [1n, 1n, 2n], type: 'INT64' as const },
			{ name: 'loss', data: [2.5, Number.NaN, 0.25], type: 'DOUBLE' as const },
			{
				name: 'eval/loss',
				data: [undefined, 1.5, undefined],
				type: 'DOUBLE' as const,
				nullable: true,
			},
		];
		folder.write('p/project.parquet', new Uint8Array(parquetWriteBuffer({ columnData })));
		const machine = [
			text('timestamp', ['2026-11-28T01:00:00']),
			text('run_name', ['a']),
			{ name: 'gpu', data: [50], type: 'DOUBLE' as const },
		];
		folder.write(
			'p/project_system.parquet',
			new Uint8Array(parquetWriteBuffer({ columnData: machine })),
		);
		folder.write(
			'p/dataset.parquet',
			new Uint8Array(parquetWriteBuffer({ columnData: [text('prompt', ['a'])] })),
		);
		const { runs } = await folder.all('p');
		expect(runs.map(run => [run.name, short(run)])).toEqual([
			[
				'project.parquet/a',
				[
					['train', 1, { loss: 2.5 }],
					['train', 2, { loss: 0.25 }],
				],
			],
			[
				'project.parquet/b',
				[
					['train', 1, { loss: Number.NaN }],
					['eval', 1, { eval_loss: 1.5 }],
				],
			],
			['project_system.parquet/a', [['system', Number.NaN, { gpu: 50 }]]],
		]);
	});
});

describe('a W&B file', () => {
	const whole = wandbFile(
		runRecord('happy-run-1', { logging_steps: '5', max_steps: '-1' }),
		history(0, {
			'train/loss': '2.5',
			'train/global_step': '5',
			_timestamp: '1700000000.5',
			_runtime: '1.5',
		}),
		history(1, { 'eval/loss': 'NaN', 'train/global_step': '5', note: '"x"' }),
		stats(1700000010, { 'gpu.0.gpu': '98.5' }),
		// Longer than a block: its record is cut into parts.
		history(2, { 'train/loss': '1.5', 'train/global_step': '10', text: `"${'x'.repeat(70_000)}"` }),
	);
	const expected = [
		['train', 5, { loss: 2.5 }],
		['eval', 5, { eval_loss: Number.NaN }],
		['system', 5, { 'system/gpu.0.gpu': 98.5 }],
		['train', 10, { loss: 1.5 }],
	];

	it('gives what was logged, at the trainer’s steps, with what the machine did', async () => {
		const run = await folder.one('run-abc123.wandb', whole);
		expect(run.format).toBe('W&B file');
		expect(short(run)).toEqual(expected);
		expect(run.points[0]).toMatchObject({ wall: 1700000000.5, time: 1.5 });
		expect(run.facts).toEqual({ loggingSteps: 5, name: 'happy-run-1' });
		expect(run.skipped).toEqual([{ what: 'values without a number', count: 2 }]);
	});

	it('is the same in pieces of any size', () => {
		for (const piece of [1, 7, 4096, 40_000]) {
			const reading = new Reading();
			const file = new WandbFile(reading);
			for (let at = 0; at < whole.length; at += piece) {
				file.take(whole.subarray(at, at + piece));
			}
			expect(short({ points: unpackPoints(reading.run().columns.take()) })).toEqual(expected);
			expect(file.unfinished()).toEqual([]);
		}
	});

	it('with a damaged record gives the others, and with a damaged length those of the next block', async () => {
		const damaged = Buffer.from(whole);
		const at = damaged.indexOf('"x"') + 1;
		damaged[at] = 0x79;
		const run = await folder.one('damaged.wandb', damaged);
		expect(short(run)).toEqual(expected.filter(([kind]) => kind !== 'eval'));
		expect(run.skipped).toContainEqual({ what: 'damaged records', count: 1 });
		const lost = Buffer.concat([whole, wandbFile(history(9, { loss: '9' })).subarray(7)]);
		lost.fill(0xff, 7, 14);
		const cut = await folder.one('lost.wandb', lost);
		expect(short(cut)).toEqual([['train', 9, { loss: 9 }]]);
	});

	const real = resolve('../shared/data/metrics/run-g9dvvkua.wandb');
	it.skipIf(!existsSync(real))('of a real run is read (../shared/data, when present)', async () => {
		const run = await folder.one('real.wandb', readFileSync(real));
		expect(run.points.length).toBeGreaterThan(0);
		expect(run.skipped.filter(({ what }) => /damaged|end within/.test(what))).toEqual([]);
	});
});
