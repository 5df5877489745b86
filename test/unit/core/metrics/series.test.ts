import { describe, expect, it } from 'vitest';
import { packPoints } from '../../../../src/core/metrics/packedPoints';
import { RunMetrics } from '../../../../src/core/metrics/runMetrics';
import { Series } from '../../../../src/core/metrics/series';
import { point, trainLines } from './builders';

function taken(...lines: Parameters<typeof packPoints>[0][]): RunMetrics {
	const metrics = new RunMetrics();
	for (const some of lines) {
		metrics.append(packPoints(some));
	}
	return metrics;
}

describe('a series', () => {
	it('keeps values exactly as logged, NaN and infinities in place', () => {
		const values = [0.1 + 0.2, Number.NaN, Infinity, -Infinity, 5e-324];
		const series = new Series('loss', 'train');
		values.forEach((value, i) => series.push(1, i, i / 10, i, value));
		expect([...series.values]).toEqual(values);
	});

	it('begins a new stretch when the attempt changes', () => {
		const series = new Series('loss', 'train');
		[1, 2, 3].forEach(step => series.push(1, step, step, step, step));
		[4, 5].forEach(step => series.push(2, step, step, step, step));
		expect(series.stretches()).toEqual([
			{ start: 0, end: 3 },
			{ start: 3, end: 5 },
		]);
	});

	it('begins a new stretch when a step, an epoch or a time goes back within one attempt', () => {
		for (const [step, epoch, time] of [
			[2, 4, 4],
			[4, 2, 4],
			[4, 4, 2],
		] as const) {
			const series = new Series('loss', 'train');
			[1, 2, 3].forEach(step => series.push(1, step, step, step, 0));
			series.push(1, step, epoch, time, 0);
			expect(series.stretches().map(s => s.start)).toEqual([0, 3]);
		}
	});

	it('goes on in one stretch over equal steps and over lines without an epoch', () => {
		const series = new Series('loss', 'train');
		series.push(1, 1, 0.5, 1, 0);
		series.push(1, 1, Number.NaN, 2, 0);
		series.push(1, 2, 0.6, 3, 0);
		expect(series.stretches()).toEqual([{ start: 0, end: 3 }]);
		series.push(1, 3, 0.55, 4, 0);
		expect(series.stretches()).toHaveLength(2);
	});

	it('holds more points than its first room', () => {
		const series = new Series('loss', 'train');
		for (let i = 0; i < 1000; i++) {
			series.push(1, i, i, i, i);
		}
		expect([...series.values]).toEqual([...Array(1000).keys()]);
		expect(series.lastStep).toBe(999);
	});
});

describe('the metrics of a run', () => {
	it('give train and eval lines of one metric one name and two kinds', () => {
		const metrics = taken([
			point({ n: 1, values: { loss: 2 } }),
			point({ n: 2, kind: 'eval', values: { eval_loss: 3, 'eval_rewards/margins': 1 } }),
		]);
		expect(metrics.series.map(s => [s.metric, s.kind])).toEqual([
			['loss', 'train'],
			['loss', 'eval'],
			['rewards/margins', 'eval'],
		]);
	});

	it('are the same whether lines come at once, in parts or twice', () => {
		const lines = trainLines(50, step => ({ loss: 1 / step, grad_norm: step }));
		const atOnce = taken(lines);
		const inParts = taken(lines.slice(0, 20), lines.slice(10, 35), lines.slice(35), lines);
		expect(inParts.lastLine).toBe(50);
		for (const metric of ['loss', 'grad_norm']) {
			expect(inParts.get(metric, 'train')?.values).toEqual(atOnce.get(metric, 'train')?.values);
		}
	});

	it('have each step once, its loss apart from the means that TRL logs', () => {
		const values = (step: number) => ({
			grad_norm: step,
			learning_rate: 0.1,
			num_tokens: 9 * step,
		});
		const steps = [1, 2, 3, 4].map((step, i) =>
			point({
				n: i + (step > 3 ? 2 : 1),
				step,
				kind: 'step',
				values: { loss: step, ...values(step) },
			}),
		);
		const mean = point({ n: 4, step: 3, kind: 'train', values: { loss: 2, ...values(3) } });
		const metrics = taken([...steps.slice(0, 3), mean, ...steps.slice(3)]);
		expect([...(metrics.get('loss', 'step')?.values ?? [])]).toEqual([1, 2, 3, 4]);
		expect([...(metrics.get('loss', 'train')?.values ?? [])]).toEqual([2]);
		expect([...(metrics.get('grad_norm', 'train')?.values ?? [])]).toEqual([1, 2, 3, 4]);
		expect([...(metrics.get('num_tokens', 'train')?.x('step') ?? [])]).toEqual([1, 2, 3, 4]);
	});

	it('keep held-out files apart, which TRL logs under one name', () => {
		const metrics = taken(
			['easy.jsonl', 'hard.jsonl'].map((label, i) =>
				point({ n: i + 1, step: 9, kind: 'eval', label, values: { eval_loss: i } }),
			),
		);
		expect([...(metrics.get('loss', 'eval', 'hard.jsonl')?.values ?? [])]).toEqual([1]);
		expect(metrics.series.map(series => series.dataset)).toEqual(['easy.jsonl', 'hard.jsonl']);
	});

	it('mark checkpoints, notes and the begin of a later attempt', () => {
		const metrics = taken([
			point({ n: 1 }),
			point({ n: 2, kind: 'marker', values: { checkpoint: 2 }, label: 'checkpoint', step: 2 }),
			point({ n: 3, kind: 'marker', values: {}, label: 'lowered the rate', step: 2 }),
			point({ n: 4, attempt: 2, kind: 'marker', values: {}, label: 'resumed', step: 2 }),
			point({ n: 5, attempt: 2, step: 3 }),
		]);
		expect(
			metrics.markers
				.map(m => [m.kind, m.step, m.text])
				.sort((a, b) => (String(a) < String(b) ? -1 : 1)),
		).toEqual([
			['attempt', 2, 'resumed, attempt 2'],
			['checkpoint', 2, 'checkpoint 2'],
			['note', 2, 'lowered the rate'],
		]);
	});

	it('keep totals and checks out of the curves', () => {
		const metrics = taken([
			point({ n: 1, kind: 'check', step: 0, values: { log_ratio: 0 } }),
			point({ n: 2 }),
			point({ n: 3, kind: 'summary', values: { train_runtime: 12 } }),
		]);
		expect(metrics.series).toHaveLength(1);
		expect(metrics.summary.get('train_runtime')).toBe(12);
	});

	it('survive packing with numbers that JSON cannot carry', () => {
		const lines = [point({ n: 1, epoch: undefined, values: { loss: Number.NaN, x: -Infinity } })];
		const metrics = taken(lines);
		expect(metrics.get('loss', 'train')?.values[0]).toBeNaN();
		expect(metrics.get('x', 'train')?.values[0]).toBe(-Infinity);
		expect(metrics.get('x', 'train')?.x('epoch')[0]).toBeNaN();
	});
});
