import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packPoints } from '../../../../src/core/metrics/packedPoints';
import { RunMetrics } from '../../../../src/core/metrics/runMetrics';
import { axes, Rows, unknownPosition, type Position } from '../../../../src/core/metrics/rows';
import { Series } from '../../../../src/core/metrics/series';
import { point, trainLines } from './builders';

function taken(...lines: Parameters<typeof packPoints>[0][]): RunMetrics {
	const metrics = new RunMetrics();
	for (const some of lines) {
		metrics.append(packPoints(some));
	}
	return metrics;
}

/** A series of its own rows; epoch and time rise with the step where a test does not say. */
function seriesOf(
	points: readonly (Partial<Position> & { readonly attempt?: number; readonly value?: number })[],
): Series {
	const rows = new Rows();
	const series = new Series('loss', 'train', undefined, rows);
	for (const { attempt = 1, value = 0, ...position } of points) {
		series.push(rows.push(attempt, { ...unknownPosition, ...position }), value);
	}
	return series;
}

describe('a series', () => {
	it('keeps values exactly as logged, NaN and infinities in place', () => {
		const values = [0.1 + 0.2, Number.NaN, Infinity, -Infinity, 5e-324];
		expect([...seriesOf(values.map((value, step) => ({ step, value }))).values]).toEqual(values);
	});

	it('begins a new stretch when the attempt changes', () => {
		const series = seriesOf([1, 2, 3, 4, 5].map(step => ({ step, attempt: step > 3 ? 2 : 1 })));
		expect(series.stretches()).toEqual([
			{ start: 0, end: 3 },
			{ start: 3, end: 5 },
		]);
	});

	it.each(axes)('begins a new stretch when %s goes back within one attempt', axis => {
		const at = (n: number): Position => ({ ...unknownPosition, step: n, epoch: n, wall: n });
		const series = seriesOf([1, 2, 3, 4].map(n => ({ ...at(n), [axis]: n === 4 ? 2 : n })));
		expect(series.stretches().map(s => s.start)).toEqual([0, 3]);
	});

	it('goes on in one stretch over equal steps and over lines without an epoch', () => {
		const lines = [
			{ step: 1, epoch: 0.5 },
			{ step: 1 },
			{ step: 2, epoch: 0.6 },
			{ step: 3, epoch: 0.55 },
		];
		expect(seriesOf(lines.slice(0, 3)).stretches()).toEqual([{ start: 0, end: 3 }]);
		expect(seriesOf(lines).stretches()).toHaveLength(2);
	});

	it('goes on in one stretch where only series beside it count other steps', () => {
		const metrics = taken(
			Array.from({ length: 30 }, (_, i) =>
				i % 10 === 9
					? point({ n: i + 1, step: (i + 1) / 10, values: { accuracy: i } })
					: point({ n: i + 1, step: i + 1, values: { loss: i } }),
			),
		);
		const stretches = metrics.series.map(series => series.stretches());
		expect(stretches).toEqual([[{ start: 0, end: 27 }], [{ start: 0, end: 3 }]]);
	});

	it('rises on each axis within its stretches, which stay as they are when points come', () => {
		const place = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constant(Number.NaN));
		const line = fc.record({
			attempt: fc.integer({ min: 1, max: 2 }),
			step: fc.integer({ min: 0, max: 30 }),
			epoch: place,
			time: place,
			name: fc.constantFrom('loss', 'accuracy'),
		});
		fc.assert(
			fc.property(fc.array(line, { maxLength: 60, size: 'max' }), lines => {
				const metrics = new RunMetrics();
				const starts = new Map<string, readonly number[]>();
				for (const [i, { name, ...fields }] of lines.entries()) {
					metrics.append(packPoints([point({ n: i + 1, ...fields, values: { [name]: i } })]));
					for (const series of metrics.series) {
						const stretches = series.stretches();
						const now = stretches.map(({ start }) => start);
						const before = starts.get(series.metric) ?? [];
						expect(now.slice(0, before.length)).toEqual(before);
						starts.set(series.metric, now);
						expect(stretches.at(-1)?.end).toBe(series.length);
						for (const { start, end } of stretches) {
							for (const axis of axes) {
								const known = series
									.x(axis)
									.slice(start, end)
									.filter(x => !Number.isNaN(x));
								expect(known).toEqual(known.toSorted());
							}
						}
					}
				}
			}),
			{ seed: 6, numRuns: 25 },
		);
	});

	it('holds more points than its first room', () => {
		const series = seriesOf([...Array(1000).keys()].map(step => ({ step, value: step })));
		expect([...series.values]).toEqual([...Array(1000).keys()]);
		expect(series.lastStep).toBe(999);
	});

	it('finds its points in rows that it shares with series logged more often', () => {
		const rows = new Rows();
		const often = new Series('loss', 'train', undefined, rows);
		const seldom = new Series('grad_norm', 'train', undefined, rows);
		for (let n = 0; n < 100; n++) {
			const row = rows.push(n < 50 ? 1 : 2, { ...unknownPosition, step: n });
			often.push(row, n);
			if (n % 7 === 3) {
				seldom.push(row, -n);
			}
		}
		const steps = [...Array(100).keys()].filter(n => n % 7 === 3);
		expect([...seldom.x('step')]).toEqual(steps);
		expect([...seldom.values]).toEqual(steps.map(n => -n));
		expect(seldom.stretches().map(({ start }) => steps[start])).toEqual([3, 52]);
		expect(often.stretches().map(({ start }) => start)).toEqual([0, 50]);
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

	it('places lines on the axis of tokens by the total logged with them or at the same step', () => {
		const metrics = taken([
			point({ n: 1, step: 1, values: { loss: 3 } }),
			point({ n: 2, step: 2, values: { loss: 2, num_tokens: 200 } }),
			point({ n: 3, step: 2, kind: 'eval', values: { eval_loss: 5 } }),
			point({ n: 4, step: 2, kind: 'marker', values: { checkpoint: 2 } }),
			point({ n: 5, step: 3, values: { loss: 1 } }),
		]);
		expect([...(metrics.get('loss', 'train')?.x('tokens') ?? [])]).toEqual([
			Number.NaN,
			200,
			Number.NaN,
		]);
		expect([...(metrics.get('loss', 'eval')?.x('tokens') ?? [])]).toEqual([200]);
		expect(metrics.markers.map(marker => marker.tokens)).toEqual([200]);
		expect(metrics.extent('tokens')).toEqual({ min: 200, max: 200 });
		expect(metrics.extent('samples')).toBeUndefined();
	});

	it('go on with the steps of a newer version where an older one had logged means only', () => {
		const old = [10, 20].map((step, i) =>
			point({ n: i + 1, step, values: { loss: step, grad_norm: step } }),
		);
		const steps = [21, 22, 23].map((step, i) =>
			point({ n: i + 3, attempt: 2, step, kind: 'step', values: { loss: 0, grad_norm: step } }),
		);
		const mean = point({ n: 6, attempt: 2, step: 23, values: { loss: 23, grad_norm: 23 } });
		const metrics = taken(old, [...steps, mean]);
		const norm = metrics.get('grad_norm', 'train');
		expect([...(norm?.x('step') ?? [])]).toEqual([10, 20, 21, 22, 23]);
		expect(norm?.stretches().map(({ start }) => start)).toEqual([0, 2]);
		expect(metrics.get('loss', 'train')?.stretches()).toEqual([
			{ start: 0, end: 2 },
			{ start: 2, end: 3 },
		]);
	});

	it('take no more than 13 bytes a point where lines carry many metrics', () => {
		const lines = 2000;
		const names = Array.from({ length: 20 }, (_, i) => `metric ${i}`);
		const packed = packPoints(
			trainLines(lines, step => Object.fromEntries(names.map(name => [name, step]))),
		);
		const metrics = new RunMetrics();
		metrics.append(packed);
		const buffers = new Set(
			metrics.series.flatMap(series => [
				series.values.buffer,
				...axes.map(axis => series.x(axis).buffer),
			]),
		);
		const bytes = [...buffers].reduce((sum, buffer) => sum + buffer.byteLength, 0);
		expect(bytes / (lines * names.length)).toBeLessThan(13);
	});
});
