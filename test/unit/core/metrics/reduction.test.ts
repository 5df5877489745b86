import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reduce } from '../../../../src/core/metrics/reduction';

const all = (x: Float64Array): { start: number; end: number } => ({ start: 0, end: x.length });
const span = (x: Float64Array): { min: number; max: number } => ({
	min: x[0] ?? 0,
	max: x.at(-1) ?? 0,
});

const curve = fc
	.array(
		fc.tuple(
			fc.double({ min: 0, max: 10, noNaN: true }),
			fc.oneof({ weight: 9, arbitrary: fc.double({ noNaN: false }) }, fc.constant(Number.NaN)),
		),
		{ minLength: 1, maxLength: 2000 },
	)
	.map(parts => {
		let at = 0;
		return {
			x: Float64Array.from(parts, ([by]) => (at += by)),
			values: Float64Array.from(parts, ([, value]) => value),
		};
	});

describe('the reduction of a curve', () => {
	it('keeps the smallest and the largest value of every bucket, in order, and both ends', () => {
		fc.assert(
			fc.property(curve, fc.integer({ min: 1, max: 300 }), ({ x, values }, buckets) => {
				const range = span(x);
				const kept = [...reduce(x, values, all(x), range, buckets)];
				expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
				expect(kept[0]).toBe(0);
				expect(kept.at(-1)).toBe(x.length - 1);
				expect(kept.length).toBeLessThanOrEqual((buckets + 1) * 3 + 2);
				const width = (range.max - range.min) / buckets;
				const bucketOf = (i: number): number =>
					width > 0 ? Math.floor(((x[i] ?? 0) - range.min) / width) : 0;
				const extremes = (indices: readonly number[]): Map<number, [number, number]> => {
					const found = new Map<number, [number, number]>();
					for (const i of indices) {
						const value = values[i] ?? 0;
						if (Number.isFinite(value)) {
							const [low, high] = found.get(bucketOf(i)) ?? [value, value];
							found.set(bucketOf(i), [Math.min(low, value), Math.max(high, value)]);
						}
					}
					return found;
				};
				expect(extremes(kept)).toEqual(extremes([...values.keys()]));
			}),
			{ seed: 7, numRuns: 150 },
		);
	});

	it('draws a spike of one step among a million, wherever it is', () => {
		const count = 1_000_000;
		const x = Float64Array.from({ length: count }, (_, i) => i);
		const values = new Float64Array(count).fill(1);
		for (const spike of [1, 777, 500_000, 999_998]) {
			values[spike] = 50;
			expect(reduce(x, values, all(x), span(x), 400)).toContain(spike);
			values[spike] = 1;
		}
	});

	it('keeps every gap of a bucket visible as a point that is not finite', () => {
		const x = Float64Array.from({ length: 1000 }, (_, i) => i);
		const values = x.map(i => (i === 500 ? Number.NaN : Math.sin(i)));
		expect(reduce(x, values, all(x), span(x), 20)).toContain(500);
	});

	it('returns every point while there are fewer than two a bucket', () => {
		const x = Float64Array.from({ length: 36 }, (_, i) => i);
		expect(reduce(x, x, all(x), span(x), 400)).toHaveLength(36);
	});

	it('leaves out points without x', () => {
		const x = Float64Array.from([0, Number.NaN, 2]);
		expect([...reduce(x, x, all(x), { min: 0, max: 2 }, 10)]).toEqual([0, 2]);
	});

	it('reduces a part from all its points and keeps one neighbour on each side', () => {
		const x = Float64Array.from({ length: 10_000 }, (_, i) => i);
		const values = x.map(i => (i === 5_005 ? 9 : 0));
		const kept = [...reduce(x, values, all(x), { min: 5_000, max: 5_009 }, 400)];
		expect(kept).toEqual(Array.from({ length: 12 }, (_, i) => 4_999 + i));
	});

	it('stays within its stretch', () => {
		const x = Float64Array.from([0, 1, 2, 0, 1, 2, 3]);
		const kept = reduce(x, x, { start: 3, end: 7 }, { min: 0, max: 3 }, 10);
		expect([...kept]).toEqual([3, 4, 5, 6]);
	});
});
