import { afterAll, expect, it } from 'vitest';
import { MetricFolder, short } from './metricFolder';

const folder = new MetricFolder();
afterAll(() => folder.remove());

const lines = (rows: readonly object[]): string =>
	rows.map(row => `${JSON.stringify(row)}\n`).join('');

it.each([1, 1e3, 1e6, 1e9])('reads a clock that counts %d parts of a second', async parts => {
	const rows = [0, 90].map((seconds, step) => ({
		step,
		loss: 1,
		timestamp: (1_700_000_000 + seconds) * parts,
	}));
	const { points } = await folder.one('clock.jsonl', lines(rows));
	expect(points.map(({ wall, time }) => [wall, time])).toEqual([
		[1_700_000_000, 0],
		[1_700_000_090, 90],
	]);
});

it('goes on with the active time where a resumed run counts its seconds anew', async () => {
	const row = (current_steps: number, elapsed_time: string): object => ({
		current_steps,
		total_steps: 50,
		loss: 1,
		elapsed_time,
	});
	const { points } = await folder.one(
		'trainer_log.jsonl',
		lines([
			row(10, '0:00:10'),
			row(20, '0:00:20'),
			row(20, '0:00:04'),
			row(30, '0:00:09'),
			row(10, '0:00:02'),
			row(20, '0:00:08'),
		]),
	);
	expect(points.map(({ attempt, time }) => [attempt, time])).toEqual([
		[1, 10],
		[1, 20],
		[1, 4],
		[1, 9],
		[2, 11],
		[2, 17],
	]);
});

it('keeps the numbers of several processes apart, which are no restarts of each other', async () => {
	const rows = [1, 2, 3].flatMap(step => [
		{ rank: 0, step: step + 1, loss: step },
		{ rank: 1, step, loss: 10 * step, eval_loss: 5 },
	]);
	const run = await folder.one('ranks.jsonl', lines(rows));
	expect(new Set(run.points.map(({ attempt }) => attempt))).toEqual(new Set([1]));
	expect(short(run).slice(0, 3)).toEqual([
		['train', 2, { loss: 1 }],
		['train', 1, { 'rank 1/loss': 10 }],
		['eval', 1, { 'rank 1/eval_loss': 5 }],
	]);
});

it('shows the numbers of a single process, whatever its rank, under their own names', async () => {
	const run = await folder.one('rank3.jsonl', lines([{ rank: 3, step: 1, loss: 2 }]));
	expect(short(run)).toEqual([['train', 1, { loss: 2 }]]);
});
