import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { unpackPoints } from '../../../../src/core/metrics/packedPoints';
import { findMetrics } from '../../../../src/node/metrics/findMetrics';
import { MetricFiles } from '../../../../src/node/metrics/metricFiles';
import { localPlace } from '../../../../src/node/metrics/places/localPlace';
import { event, records, scalar } from './eventFiles';
import { MetricFolder } from './metricFolder';

const folder = new MetricFolder();
afterAll(() => folder.remove());

/** Losses of steps 1, 2, …, one a second. */
const losses = (from: number, values: readonly number[], firstStep = 1): Uint8Array =>
	records(...values.map((value, i) => event(from + i, firstStep + i, scalar('train/loss', value))));

async function filesAt(name: string): Promise<MetricFiles> {
	const found = await findMetrics(localPlace, join(folder.path, name));
	return new MetricFiles(localPlace, (found.ok ? found.value.sources[0] : undefined)!);
}

/** Attempt, step and values of what was read since the last time. */
const rows = (files: MetricFiles): readonly unknown[] =>
	unpackPoints(files.reading.run().columns.take()).map(({ attempt, step, values }) => [
		attempt,
		step,
		values,
	]);

describe('event files of one folder', () => {
	it('that were written at the same time are writers beside each other and no restarts', async () => {
		folder.write('ranks/events.out.tfevents.100.a', losses(100, [9, 8, 7]));
		folder.write('ranks/events.out.tfevents.100.b', losses(100.5, [5, 4, 3]));
		const files = await filesAt('ranks');
		await files.read();
		expect(rows(files)).toEqual([
			[1, 1, { loss: 9 }],
			[1, 2, { loss: 8 }],
			[1, 3, { loss: 7 }],
			[1, 1, { 'writer 2/loss': 5 }],
			[1, 2, { 'writer 2/loss': 4 }],
			[1, 3, { 'writer 2/loss': 3 }],
		]);
	});

	it('that go on where others ended are restarts, of several writers each of its own', async () => {
		folder.write('again/events.out.tfevents.100.a', losses(100, [9, 8, 7]));
		folder.write('again/events.out.tfevents.100.b', losses(100.5, [5, 4]));
		folder.write('again/events.out.tfevents.200.a', losses(200, [6], 2));
		folder.write('again/events.out.tfevents.201.b', losses(199.5, [2], 2));
		const files = await filesAt('again');
		await files.read();
		expect(rows(files).slice(3)).toEqual([
			[1, 1, { 'writer 2/loss': 5 }],
			[1, 2, { 'writer 2/loss': 4 }],
			[2, 2, { loss: 6 }],
			[2, 2, { 'writer 2/loss': 2 }],
		]);
	});

	it('keep one name each for what only one of them logs', async () => {
		folder.write('apart/events.out.tfevents.100.a', losses(100, [9, 8]));
		folder.write(
			'apart/events.out.tfevents.101.a',
			records(event(100.5, 1, scalar('eval/loss', 4))),
		);
		const files = await filesAt('apart');
		await files.read();
		expect(rows(files).at(-1)).toEqual([1, 1, { eval_loss: 4 }]);
	});

	it('are read anew when one goes on that seemed to have ended', async () => {
		const first = folder.write('live/events.out.tfevents.100.a', losses(100, [9]));
		const second = folder.write('live/events.out.tfevents.100.b', losses(100.5, [5]));
		const files = await filesAt('live');
		await files.read();
		expect(rows(files)).toEqual([
			[1, 1, { loss: 9 }],
			[1, 1, { loss: 5 }],
		]);
		appendFileSync(first, losses(101, [8], 2));
		await files.read();
		expect(files.generation).toBe(1);
		expect(rows(files)).toEqual([
			[1, 1, { loss: 9 }],
			[1, 2, { loss: 8 }],
			[1, 1, { 'writer 2/loss': 5 }],
		]);
		appendFileSync(first, losses(102, [7], 3));
		appendFileSync(second, losses(101.5, [4], 2));
		await files.read();
		expect(files.generation).toBe(1);
		expect(rows(files)).toEqual([
			[1, 3, { loss: 7 }],
			[1, 2, { 'writer 2/loss': 4 }],
		]);
	});

	it('put a value of a step into no row of another file', async () => {
		const first = folder.write('rows/events.out.tfevents.100.a', losses(100, [9]));
		folder.write('rows/events.out.tfevents.100.b', losses(99, [5]));
		const files = await filesAt('rows');
		await files.read();
		appendFileSync(first, records(event(100, 1, scalar('train/grad_norm', 3))));
		await files.read();
		expect(rows(files).at(-1)).toEqual([1, 1, { grad_norm: 3 }]);
	});
});
