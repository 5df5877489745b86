import * as fc from 'fast-check';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MetricPoint } from '../../../../src/core/training/runLibrary';
import { readMetricFile, type MetricFile } from '../../../../src/node/metrics/readMetricFile';
import type { Skipped } from '../../../../src/core/metrics/metricSource';
import { unpackPoints } from '../../../../src/core/metrics/packedPoints';
import { EventFile } from '../../../../src/node/metrics/formats/eventFile';
import { Reading } from '../../../../src/node/metrics/reading';
import { maskedCrc } from '../../../../src/node/metrics/tfRecords';
import { parsePythonJson } from '../../../../src/node/metrics/pythonJson';
import { event, fileVersion, image, records, scalar, tensorScalar } from './eventFiles';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'windsock-metrics-'))));
afterAll(() => rmSync(folder, { recursive: true }));

interface ReadEvents {
	readonly points: readonly MetricPoint[];
	readonly skipped: readonly Skipped[];
}

/** Reads event files as they come over a slow way: in pieces of a few bytes. */
function readTensorBoardEvents(files: readonly Uint8Array[], piece = 7): ReadEvents {
	const reading = new Reading();
	const left: Skipped[] = [];
	for (const bytes of files) {
		const file = new EventFile(reading);
		for (let at = 0; at < bytes.length; at += piece) {
			file.take(bytes.subarray(at, at + piece));
		}
		left.push(...file.unfinished());
	}
	const points = unpackPoints(reading.run().columns.take());
	return { points, skipped: [...reading.skipped, ...left] };
}

async function read(name: string, content: string | Uint8Array): Promise<MetricFile> {
	const path = join(folder, name);
	writeFileSync(path, content);
	return value(path);
}

async function value(path: string): Promise<MetricFile> {
	const result = await readMetricFile(path);
	if (!result.ok) {
		throw result.error;
	}
	return result.value;
}

const trainerState = `{
  "global_step": 20, "best_metric": null, "note": "NaN and \\"Infinity\\" in text stay",
  "log_history": [
    {"epoch": 0.5, "grad_norm": NaN, "learning_rate": 1e-05, "loss": 2.5, "step": 10},
    {"epoch": 0.5, "eval_loss": Infinity, "eval_runtime": 1.5, "step": 10},
    {"epoch": 1.0, "grad_norm": -Infinity, "loss": 0.0, "step": 20, "note": "odd"},
    {"loss": 1.0},
    {"epoch": 1.0, "step": 20, "train_loss": 1.2, "train_runtime": 30.1}
  ]
}`;

describe('trainer_state.json', () => {
	it('is read with the bare NaN and Infinity that Python writes', async () => {
		const file = await read('trainer_state.json', trainerState);
		expect(file.format).toBe('trainer_state.json');
		expect(file.points.map(point => [point.kind, point.step])).toEqual([
			['train', 10],
			['eval', 10],
			['train', 20],
			['summary', 20],
		]);
		expect(file.points[0]?.values).toEqual({
			grad_norm: Number.NaN,
			learning_rate: 1e-5,
			loss: 2.5,
		});
		expect(file.points[1]?.values).toEqual({ eval_loss: Infinity, eval_runtime: 1.5 });
		expect(file.points[2]?.values).toEqual({ grad_norm: -Infinity, loss: 0 });
		expect(file.skipped).toEqual([
			{ what: 'values without a number', count: 1 },
			{ what: 'rows without a step', count: 1 },
		]);
	});

	it('keeps NaN within strings and every other JSON value as JSON.parse gives them', () => {
		expect(parsePythonJson('{"a": "NaN, Infinity", "b": [NaN, -Infinity]}')).toEqual({
			a: 'NaN, Infinity',
			b: ['NaN', '-Infinity'],
		});
		fc.assert(
			fc.property(fc.json(), text => {
				expect(parsePythonJson(text)).toEqual(JSON.parse(text));
			}),
			{ seed: 7 },
		);
	});
});

describe('our metrics.jsonl', () => {
	const line = (n: number): string =>
		JSON.stringify({
			n,
			attempt: 1,
			step: n,
			time: n,
			wall: n,
			kind: 'train',
			values: { loss: 'NaN' },
		});

	it('is read with broken lines counted, and a last line that is still being written', async () => {
		const text = [line(1), '{broken', line(3), '', line(4).slice(0, 20)].join('\n');
		const file = await read('metrics.jsonl', text);
		expect(file.points.map(point => point.n)).toEqual([1, 3]);
		expect(file.points[0]?.values['loss']).toBeNaN();
		expect(file.skipped).toEqual([
			{ what: 'broken lines', count: 1 },
			{ what: 'unfinished lines', count: 1 },
		]);
	});

	it('counts a last line that is whole but has no end of line yet', async () => {
		const file = await read('other-name.jsonl', [line(1), line(2)].join('\n'));
		expect(file.points).toHaveLength(2);
	});
});

describe('TensorBoard event files', () => {
	const losses = records(
		fileVersion,
		event(100, 5, scalar('train/loss', 2)),
		event(100, 5, scalar('train/epoch', 0.5)),
		event(101, 5, scalar('eval/loss', Number.NaN)),
		event(110, 10, scalar('train/loss', 1.5), tensorScalar('train/grad_norm', 3), image('x')),
	);

	it('give the points that transformers logged, under its own names', async () => {
		const file = await read('events.out.tfevents.1.host', losses);
		expect(file.format).toBe('TensorBoard events');
		const short = ({ kind, step, epoch, time, values }: MetricPoint): unknown[] => [
			kind,
			step,
			epoch,
			time,
			values,
		];
		expect(file.points.map(short)).toEqual([
			['train', 5, 0.5, 0, { loss: 2 }],
			['eval', 5, undefined, 1, { eval_loss: Number.NaN }],
			['train', 10, undefined, 10, { loss: 1.5, grad_norm: 3 }],
		]);
		expect(file.skipped).toEqual([{ what: 'values that are no scalars', count: 1 }]);
	});

	it('of one folder are read as one, and a torn tail is named', async () => {
		const runs = join(folder, 'runs');
		mkdirSync(runs);
		writeFileSync(join(runs, 'events.out.tfevents.1.a'), losses.subarray(0, losses.length - 3));
		writeFileSync(
			join(runs, 'events.out.tfevents.2.a'),
			records(event(200, 10, scalar('train/loss', 9))),
		);
		const file = await value(runs);
		expect(file.points.at(-1)?.values).toEqual({ loss: 9 });
		expect(file.paths).toHaveLength(2);
		expect(file.skipped).toEqual([{ what: 'files that end within a record', count: 1 }]);
	});

	it('are read past a record whose content was damaged', () => {
		const damaged = records(
			event(1, 1, scalar('loss', 1)),
			event(2, 2, scalar('loss', 2)),
			event(3, 3, scalar('loss', 3)),
		);
		const middle = Math.floor(damaged.length / 2);
		damaged[middle] = (damaged[middle] ?? 0) ^ 255;
		const { points, skipped } = readTensorBoardEvents([damaged]);
		expect(points.map(point => point.step)).toEqual([1, 3]);
		expect(skipped).toEqual([{ what: 'damaged records', count: 1 }]);
	});

	it('keep negative steps and steps beyond 32 bits', () => {
		const file = records(event(1, -3, scalar('a', 1)), event(2, 2 ** 40, scalar('a', 1)));
		expect(readTensorBoardEvents([file]).points.map(point => point.step)).toEqual([-3, 2 ** 40]);
	});

	it('of any damage never crash the reader and never give a value that was not written', () => {
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.nat(losses.length - 1), fc.integer({ min: 0, max: 255 })), {
					maxLength: 5,
				}),
				fc.nat(losses.length),
				(changes, length) => {
					const bytes = losses.slice();
					changes.forEach(([at, to]) => (bytes[at] = to));
					const { points } = readTensorBoardEvents([bytes.subarray(0, length)]);
					const values = points.flatMap(point => Object.values(point.values));
					expect(values.every(v => [2, 1.5, 3].includes(v) || Number.isNaN(v))).toBe(true);
				},
			),
			{ seed: 7, numRuns: 500 },
		);
	});

	it('that end at any byte give what was written whole before, and say that the end is missing', () => {
		const whole = readTensorBoardEvents([losses]).points;
		const ends = new Set<number>();
		for (let length = 0; length <= losses.length; length++) {
			const { points, skipped } = readTensorBoardEvents([losses.subarray(0, length)], 1 << 20);
			// A row may still lack what was logged after it.
			expect(points.map(({ step, kind }) => [step, kind])).toEqual(
				whole.slice(0, points.length).map(({ step, kind }) => [step, kind]),
			);
			const isCut = skipped.some(({ what }) => what === 'files that end within a record');
			expect(skipped.some(({ what }) => what.startsWith('damaged'))).toBe(false);
			if (!isCut) {
				ends.add(length);
			}
		}
		// Nothing, the version, and four events.
		expect(ends.size).toBe(6);
		expect(ends.has(losses.length)).toBe(true);
	});

	it('carry the checksum of the published test vector', () => {
		const crc = 0xe3069283;
		const masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
		expect(maskedCrc(new TextEncoder().encode('123456789'))).toBe(masked);
	});

	const real = resolve('../shared/data/metrics/events.out.tfevents.1585769947.cvp');
	it.skipIf(!existsSync(real))(
		'from a real training are read (../shared/data, when present)',
		async () => {
			const file = await value(real);
			expect(file.format).toBe('TensorBoard events');
			const names = new Set(file.points.flatMap(point => Object.keys(point.values)));
			expect(names.size).toBeGreaterThan(0);
			expect(file.points.every(point => Number.isFinite(point.wall))).toBe(true);
			expect(file.skipped.some(({ what }) => what.startsWith('damaged'))).toBe(false);
		},
	);
});

describe('what is not metrics', () => {
	it('is refused by its name', async () => {
		writeFileSync(join(folder, 'data.jsonl'), '{"messages": []}\n');
		const other = await readMetricFile(join(folder, 'data.jsonl'));
		expect(!other.ok && other.error.code).toBe('metricsFormatUnknown');
		const missing = await readMetricFile(join(folder, 'nowhere'));
		expect(!missing.ok && missing.error.code).toBe('fileMissing');
		mkdirSync(join(folder, 'empty'));
		const empty = await readMetricFile(join(folder, 'empty'));
		expect(!empty.ok && empty.error.code).toBe('metricsFormatUnknown');
	});
});
