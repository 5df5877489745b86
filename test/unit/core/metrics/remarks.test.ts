import { describe, expect, it } from 'vitest';
import { packPoints } from '../../../../src/core/metrics/packedPoints';
import { RunMetrics } from '../../../../src/core/metrics/runMetrics';
import type { MetricPoint } from '../../../../src/core/training/runLibrary';

const at = '2026-11-28T01:00:00.000Z';
const line = (
	n: number,
	step: number,
	values: Readonly<Record<string, number>>,
	more: Partial<MetricPoint> = {},
): MetricPoint => ({
	n,
	attempt: 1,
	step,
	epoch: step / 100,
	time: 10 * step,
	wall: 1000 + 10 * step,
	kind: 'step',
	values,
	...more,
});
const steps = [50, 100, 150].map((step, i) =>
	line(i + 1, step, { loss: 1 / step, num_tokens: 1000 * step, num_samples: 8 * step }),
);

describe('scores and notes of a run', () => {
	it('stand where their step stands on every axis, also when they were there before its lines', () => {
		const metrics = new RunMetrics();
		metrics.remarks = {
			scores: [
				{ step: 100, name: 'mt-bench', value: 6.2, low: 6, high: 6.4, n: 80, source: 'judge', at },
			],
			notes: [{ step: 150, text: 'data changed', author: 'ann', at }],
			brokenLines: 0,
		};
		expect([...(metrics.get('mt-bench', 'evaluation')?.x('epoch') ?? [])]).toEqual([Number.NaN]);
		metrics.append(packPoints(steps));
		const score = metrics.get('mt-bench', 'evaluation');
		expect([...(score?.values ?? [])]).toEqual([6.2]);
		const place = (['step', 'epoch', 'tokens', 'samples', 'time', 'wall'] as const).map(
			axis => score?.x(axis)[0],
		);
		expect(place).toEqual([100, 1, 100_000, 800, 1000, 2000]);
		expect(metrics.get('mt-bench_low', 'evaluation')?.values[0]).toBe(6);
		expect(metrics.get('mt-bench_n', 'evaluation')?.values[0]).toBe(80);
		expect(metrics.markers).toMatchObject([
			{ kind: 'note', step: 150, time: 1500, text: 'data changed (ann)' },
		]);
		expect(metrics.series.map(series => series.metric)).toContain('mt-bench_high');
	});

	it('are replaced by the newest ones', () => {
		const metrics = new RunMetrics();
		metrics.append(packPoints(steps));
		const scored = (value: number): RunMetrics['remarks'] => ({
			scores: [{ step: 50, name: 'a', value, source: 'vote', at }],
			notes: [],
			brokenLines: 0,
		});
		metrics.remarks = scored(0.1);
		metrics.remarks = scored(0.2);
		expect([...(metrics.get('a', 'evaluation')?.values ?? [])]).toEqual([0.2]);
	});
});

describe('an evaluation after a checkpoint', () => {
	it('stands where its checkpoint was made, not where it was evaluated', () => {
		const metrics = new RunMetrics();
		const late = line(
			4,
			100,
			{ 'ifeval/acc': 0.4 },
			{ kind: 'evaluation', time: 9999, wall: 99999 },
		);
		metrics.append(packPoints([...steps, late]));
		const series = metrics.get('ifeval/acc', 'evaluation');
		expect([series?.x('time')[0], series?.x('tokens')[0]]).toEqual([1000, 100_000]);
	});
});

describe('samples of the machine', () => {
	it('draw one line though the trainer’s own lines stand between them out of order', () => {
		const metrics = new RunMetrics();
		const system = (n: number, step: number, time: number, label?: string): MetricPoint =>
			line(n, step, label === undefined ? { memory_gb: 1 } : { gpu_power_watts: 300 }, {
				kind: 'system',
				time,
				...(label === undefined ? {} : { label }),
			});
		metrics.append(
			packPoints([
				system(1, 10, 10),
				system(2, 9, 10.1, 'machine'),
				system(3, 9, 10.1, 'GPU 0'),
				system(4, 11, 10),
				system(5, 10, 20, 'machine'),
			]),
		);
		expect(metrics.get('gpu_power_watts', 'system')?.stretches()).toEqual([{ start: 0, end: 2 }]);
		expect(metrics.get('gpu_power_watts', 'system', 'GPU 0')?.length).toBe(1);
		expect(metrics.get('memory_gb', 'system')?.stretches()).toHaveLength(1);
	});
});

it('places a step by a line with a loss, where other lines count something else', () => {
	const metrics = new RunMetrics();
	const train = { kind: 'train' } as const;
	metrics.append(
		packPoints([
			line(1, 100, { loss: 2 }, train),
			line(2, 200, { loss: 1 }, train),
			line(3, 100, { episodes: 1 }, { ...train, time: 2001 }),
			line(4, 300, { episodes: 1 }, { ...train, time: 2002 }),
		]),
	);
	expect(metrics.placeOf(100).time).toBe(1000);
	expect(metrics.placeOf(300).time).toBe(2002);
});
