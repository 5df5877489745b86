import { afterAll, describe, expect, it } from 'vitest';
import { metricsCsv } from '../../../../src/core/metrics/export/metricsCsv';
import type { MetricPoint } from '../../../../src/core/training/runLibrary';
import { MetricFolder, short } from './metricFolder';

const folder = new MetricFolder();
afterAll(() => folder.remove());
const lines = (...rows: readonly object[]): string =>
	rows.map(row => `${JSON.stringify(row)}\n`).join('');

describe('LLaMA-Factory’s trainer_log.jsonl', () => {
	const row = { current_steps: 10, total_steps: 30, percentage: 33.3, remaining_time: '0:02:00' };
	const log = lines(
		{ ...row, loss: 1.5, lr: 1e-5, epoch: 0.5, elapsed_time: '0:01:02', accuracy: 0.75 },
		{ ...row, eval_loss: 1.25, epoch: 0.5, elapsed_time: '1 day, 0:00:01' },
		{ ...row, current_steps: 20, loss: 1.25, lr: 2e-5, epoch: 1, elapsed_time: '0:02:00' },
	);

	it('is read under the names of its trainer, with times and the number of steps', async () => {
		const run = await folder.one('trainer_log.jsonl', log);
		expect(run.format).toBe('trainer_log.jsonl');
		expect(short(run)).toEqual([
			['train', 10, { loss: 1.5, learning_rate: 1e-5, 'rewards/accuracies': 0.75 }],
			['eval', 10, { eval_loss: 1.25 }],
			['train', 20, { loss: 1.25, learning_rate: 2e-5 }],
		]);
		expect(run.points.map(point => point.time)).toEqual([62, 86401, 120]);
		expect(run.points.map(point => point.epoch)).toEqual([0.5, 0.5, 1]);
		expect(run.facts.maxSteps).toBe(30);
		expect(run.skipped).toEqual([]);
	});

	it('that a second training has begun anew in becomes a second attempt', async () => {
		const run = await folder.one('again/trainer_log.jsonl', log + log);
		expect(run.points.map(point => point.attempt)).toEqual([1, 1, 1, 2, 2, 2]);
	});
});

describe('JSON lines of other tools', () => {
	it('are read with nested names, NaN, strings and rows without a step counted', async () => {
		const run = await folder.one(
			'log.jsonl',
			`{"global_step": 1, "train": {"loss": 2.5}, "val/loss": NaN, "note": "hi", "lr": null}
{"global_step": 2, "train": {"loss": "Infinity"}, "_timestamp": 1700000000.5}
{"loss": 3}
{"global_step": 2, "train": {"loss":
not JSON
`,
		);
		expect(run.format).toBe('JSON lines');
		expect(short(run)).toEqual([
			['train', 1, { loss: 2.5 }],
			['eval', 1, { eval_loss: Number.NaN }],
			['train', 2, { loss: Infinity }],
		]);
		expect(run.points[2]?.wall).toBe(1700000000.5);
		expect(run.skipped).toEqual([
			{ what: 'values without a number', count: 1 },
			{ what: 'rows without a step', count: 1 },
			{ what: 'broken lines', count: 2 },
		]);
	});

	it('keep names with slashes, unicode and HTML, and one that is called __proto__', async () => {
		const names = ['a/b', 'Verlust ∂ 🙂', '<img src=x onerror=alert(1)>', '__proto__'];
		const values = names.map((name, i) => `${JSON.stringify(name)}: ${i}.5`).join(', ');
		const run = await folder.one('names.jsonl', `{"step": 1, ${values}}\n`);
		expect(Object.keys(run.points[0]?.values ?? {})).toEqual(names);
	});

	it('have lines of 10 MB and 5,000 names read like any other', async () => {
		const values = Array.from({ length: 5000 }, (_, i) => `"metric/${i}": ${i}`).join(', ');
		const long = `{"step": 2, "text": "${'x'.repeat(10 * 1024 * 1024)}", "loss": 0.5}`;
		const run = await folder.one(
			'long.jsonl',
			`{"step": 1, ${values}}\n${long}\n{"step": 3, "loss": 1}\n`,
		);
		expect(Object.keys(run.points[0]?.values ?? {})).toHaveLength(5000);
		expect(run.points.slice(1).map(({ step, values: of }) => [step, of['loss']])).toEqual([
			[2, 0.5],
			[3, 1],
		]);
	});

	it('of a dataset are not taken for metrics', async () => {
		folder.write('data/train.jsonl', lines({ messages: [], score: 1 }, { step: 'one', text: 'a' }));
		await expect(folder.all('data')).rejects.toMatchObject({ code: 'metricsFormatUnknown' });
	});
});

describe('CSV', () => {
	it('is read by the names of its columns, sparse and with duplicate and backward steps', async () => {
		const run = await folder.one(
			'metrics.csv',
			'epoch,step,train_loss,val_loss,note\n0,1,2.5,,a\n0,1,2.25,,\n0,2,,1.75,\n1,0,nan,inf,\n1,3\n1,4,0.5',
		);
		expect(run.format).toBe('CSV');
		expect(short(run)).toEqual([
			['train', 1, { loss: 2.5 }],
			['train', 1, { loss: 2.25 }],
			['eval', 2, { eval_loss: 1.75 }],
			['train', 0, { loss: Number.NaN }],
			['eval', 0, { eval_loss: Infinity }],
		]);
		expect(run.points.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 2, 2]);
		expect(run.skipped).toEqual([
			{ what: 'values without a number', count: 1 },
			{ what: 'rows with more or fewer cells than the header', count: 1 },
			{ what: 'unfinished lines', count: 1 },
		]);
	});

	it('that TensorBoard saves has its wall times and is named by its file', async () => {
		const run = await folder.one('train_loss.csv', 'Wall time,Step,Value\n1700000000.25,1,0.5\n');
		expect(run.points[0]).toMatchObject({
			wall: 1700000000.25,
			step: 1,
			values: { loss: 0.5 },
		});
	});

	it('with tabs, quotes and a line end within quotes is read as well', async () => {
		const run = await folder.one(
			't.tsv',
			'step\t"a ""b"""\tc\r\n1\t"2.5"\t"x\r\ny"\r\n2\t3\t4\r\n',
		);
		expect(short(run)).toEqual([
			['train', 1, { 'a "b"': 2.5 }],
			['train', 2, { 'a "b"': 3, c: 4 }],
		]);
	});

	it('of our own export gives back the same points, bit by bit, run by run', async () => {
		const point: MetricPoint = {
			n: 3,
			attempt: 2,
			step: 10,
			time: 0.1 + 0.2,
			wall: 1.7e9,
			kind: 'eval',
			values: { eval_loss: -0, '=1+1': Number.NaN, step: 5e-324 },
			label: 'a, "b"',
		};
		const sources = [
			{ id: 'A', name: 'one', points: [point] },
			{ id: 'B', name: 'two', points: [{ ...point, epoch: 0.5, label: 'x\r\ny' }] },
		];
		folder.write('export.csv', [...metricsCsv(sources)].join(''));
		const { runs } = await folder.all('export.csv');
		expect(runs.map(run => run.format)).toEqual(['Windsock CSV', 'Windsock CSV']);
		expect(runs.map(run => run.name)).toEqual(['export.csv/one', 'export.csv/two']);
		expect(runs.flatMap(run => run.points)).toEqual(sources.flatMap(source => source.points));
	});
});
