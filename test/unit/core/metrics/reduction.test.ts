import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockPyramid } from '../../../../src/core/metrics/blockPyramid';
import { reduce, reduceByBlocks } from '../../../../src/core/metrics/reduction';

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

/** Grown in parts, as by appends. */
function blocksOf(values: Float64Array, part: number): BlockPyramid {
	const blocks = new BlockPyramid();
	for (let end = 0; end < values.length; end += part) {
		blocks.extend(values, end);
	}
	blocks.extend(values);
	return blocks;
}

/** Long enough for blocks of two levels, with values and places that repeat. */
const longCurve = fc
	.record({
		seed: fc.integer({ min: 1, max: 1e6 }),
		length: fc.integer({ min: 1, max: 40_000 }),
		kinds: fc.integer({ min: 2, max: 1000 }),
	})
	.map(({ seed, length, kinds }) => {
		let state = seed;
		const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
		const x = new Float64Array(length);
		const values = new Float64Array(length);
		let at = random() * 100;
		for (let i = 0; i < length; i++) {
			at += random() < 0.2 ? 0 : random() < 0.001 ? 500 : random();
			x[i] = at;
			const value = Math.floor(random() * kinds);
			values[i] = value === 0 && random() < 0.1 ? [Number.NaN, Infinity, -Infinity][i % 3]! : value;
		}
		return { x, values };
	});

describe('the reduction by blocks', () => {
	it('chooses exactly the points that looking at each of them chooses', () => {
		fc.assert(
			fc.property(
				longCurve,
				fc.integer({ min: 1, max: 900 }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				fc.integer({ min: 1, max: 9000 }),
				({ x, values }, buckets, a, b, part) => {
					const whole = span(x);
					const at = (share: number): number => whole.min + share * (whole.max - whole.min);
					const blocks = blocksOf(values, part);
					for (const range of [whole, { min: at(Math.min(a, b)), max: at(Math.max(a, b)) }]) {
						expect(reduceByBlocks(x, values, blocks, all(x), range, buckets)).toEqual(
							reduce(x, values, all(x), range, buckets),
						);
					}
				},
			),
			{ seed: 7, numRuns: 150 },
		);
	});

	it('draws a spike of one step among a million, wherever it is, up or down', () => {
		const count = 1_000_000;
		const x = Float64Array.from({ length: count }, (_, i) => i);
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: count - 1 }),
				fc.constantFrom(50, -50, Number.NaN, Infinity),
				(spike, value) => {
					const values = new Float64Array(count).fill(1);
					values[spike] = value;
					const kept = reduceByBlocks(x, values, blocksOf(values, count), all(x), span(x), 400);
					expect(kept).toContain(spike);
					expect(kept.length).toBeLessThan(1300);
				},
			),
			{ seed: 7, numRuns: 25 },
		);
	});

	it('counts what is not finite and what lies outside as looking at each point does', () => {
		fc.assert(
			fc.property(
				longCurve,
				fc.double({ min: 0, max: 1, noNaN: true }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				({ values }, a, b) => {
					const [start = 0, end = 0] = [a, b]
						.map(share => Math.floor(share * values.length))
						.sort((c, d) => c - d);
					const part = [...values.subarray(start, end)];
					const blocks = blocksOf(values, 5000);
					expect(blocks.countNotFinite(values, start, end)).toBe(
						part.filter(value => !Number.isFinite(value)).length,
					);
					expect(blocks.countOutside(values, start, end, 1, 3)).toBe(
						part.filter(value => Number.isFinite(value) && (value < 1 || value > 3)).length,
					);
				},
			),
			{ seed: 7, numRuns: 100 },
		);
	});
});
