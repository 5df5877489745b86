import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MetricFolder, short } from './metricFolder';

const folder = new MetricFolder();
afterAll(() => folder.remove());

const bar = (done: number, total = 30): string =>
	`\r ${Math.round((100 * done) / total)}%|█▏        | ${done}/${total} [00:05<00:45,  2.00it/s]`;

describe('a training log', () => {
	it('gives the printed dicts between other lines, with nan, and steps that the bar behind each tells', async () => {
		const run = await folder.one(
			'train.log',
			[
				'Loading checkpoint shards: 100%|██████████| 2/2 [00:01<00:00]\n',
				"{'lora_r': 8, 'target': ['q_proj', 'v_proj']}\n",
				'***** Running training *****\n  Total optimization steps = 30\n',
				bar(9),
				bar(10),
				`\r${' '.repeat(40)}\r{'loss': 2.5, 'grad_norm': nan, 'learning_rate': 1e-05, 'epoch': 0.33}\n`,
				bar(10),
				bar(11),
				bar(20),
				`\r${' '.repeat(40)}\r{'eval_loss': 1.5, 'eval_runtime': 2.0, 'epoch': 0.67}\n`,
				bar(4, 4),
				bar(20),
				bar(30),
				"\r{'loss': '1.25', 'rewards/margins': inf, 'epoch': '1.0'}\n",
				bar(30),
				"\r{'train_runtime': 60.5, 'train_loss': 1.9, 'epoch': 1.0}\n",
				bar(30),
			].join(''),
		);
		expect(run.format).toBe('log');
		expect(short(run)).toEqual([
			['train', 10, { loss: 2.5, grad_norm: Number.NaN, learning_rate: 1e-5 }],
			['eval', 20, { eval_loss: 1.5, eval_runtime: 2 }],
			['train', 30, { loss: 1.25, 'rewards/margins': Infinity }],
			['summary', 30, { train_runtime: 60.5, train_loss: 1.9 }],
		]);
		expect(run.facts.maxSteps).toBe(30);
		expect(run.skipped).toEqual([]);
	});

	it('as transformers 5.18 wrote it, bars and all, has every step and no other', async () => {
		const fixture = resolve('test/fixtures/metrics/transformers-5.18.txt');
		const { points, skipped } = await folder.one('real.log', readFileSync(fixture));
		const train = points.filter(({ kind }) => kind === 'train');
		expect(train.map(({ step }) => step)).toEqual(
			Array.from({ length: 30 }, (_, i) => 10 * i + 10),
		);
		expect(train.every(({ step, epoch }) => epoch === step / 100)).toBe(true);
		expect(train[4]?.values['grad_norm']).toBeNaN();
		const held = points.filter(({ kind }) => kind === 'eval');
		expect(held.map(({ step }) => step)).toEqual([100, 200, 300]);
		expect(points.at(-1)).toMatchObject({ kind: 'summary', step: 300 });
		expect(skipped).toEqual([]);
	});

	it('without bars leaves steps unknown, and keeps the epochs', async () => {
		const run = await folder.one(
			'a.log',
			"{'loss': 2.5, 'epoch': 0.1}\n{'loss': 2.0, 'epoch': 0.2}\n",
		);
		expect(run.points.map(({ step, epoch }) => [step, epoch])).toEqual([
			[Number.NaN, 0.1],
			[Number.NaN, 0.2],
		]);
		expect(run.skipped).toEqual([
			{ what: 'rows whose step the log does not say (they have their epoch only)', count: 2 },
		]);
	});

	it('whose dicts came late through a pipe gets no step from a bar that counts something else', async () => {
		const run = await folder.one(
			'piped.log',
			`${bar(10)}\n{'loss': 2.5, 'epoch': 0.33}\n${bar(10)}\n{'loss': 2, 'epoch': 0.67}\n${bar(29)}\n`,
		);
		expect(run.points.map(point => point.step)).toEqual([10, Number.NaN]);
	});

	it('takes the step of a dict that has one, tensors as their value, and both kinds of quotes', async () => {
		const run = await folder.one(
			'b.out',
			"INFO {\"step\": 3, \"loss\": 0.5}\n[rank0] {'step': 4, 'loss': tensor(0.25, device='cuda:0'), 'acc': np.float64(1.5)} done\n",
		);
		expect(short(run)).toEqual([
			['train', 3, { loss: 0.5 }],
			['train', 4, { loss: 0.25, acc: 1.5 }],
		]);
	});

	it('that is cut within a dict names it and invents nothing', async () => {
		const run = await folder.one(
			'c.log',
			"{'loss': 2.5, 'epoch': 0.1, 'step': 1}\n{'loss': 2.5, 'epo",
		);
		expect(run.points).toHaveLength(1);
		expect(run.skipped).toEqual([{ what: 'unfinished lines', count: 1 }]);
		const broken = await folder.one(
			'd.log',
			"{'loss': 2.5, 'step': 1}\n{'loss': 2.5.1, 'step': 2}\n{'loss': oops\n",
		);
		expect(broken.points).toHaveLength(1);
		expect(broken.skipped).toEqual([{ what: 'broken lines', count: 2 }]);
	});

	it('made to be slow is read as fast as any other', async () => {
		const line = "{'loss': f(1 ".repeat(100_000);
		const began = performance.now();
		const run = await folder.one('slow.log', `{'loss': 1, 'step': 1}\n${line}\n`);
		expect(run.points).toHaveLength(1);
		expect(performance.now() - began).toBeLessThan(5000);
	});

	it('is read in time, whatever digits a line has behind a dict', async () => {
		const run = await folder.one(
			'digits.log',
			`{'loss': 2, 'epoch': 0.1}\n${'1'.repeat(300_000)} a/b\n{'loss': 1, 'epoch': 0.2}\n`,
		);
		expect(run.points).toHaveLength(2);
	});
});
