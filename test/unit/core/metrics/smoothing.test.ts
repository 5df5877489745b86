import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smooth } from '../../../../src/core/metrics/smoothing';

const whole = (values: Float64Array): { start: number; end: number }[] => [
	{ start: 0, end: values.length },
];

/** TensorBoard's formula, term by term. */
function reference(values: readonly number[], weight: number): number[] {
	return values.map((_, i) => {
		const seen = values.slice(0, i + 1);
		const sum = seen.reduce((total, v, j) => total + (1 - weight) * weight ** (i - j) * v, 0);
		return sum / (1 - weight ** (i + 1));
	});
}

const finite = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
	minLength: 1,
	maxLength: 200,
});
const weights = fc.double({ min: 0, max: 0.999, noNaN: true });

describe('smoothing', () => {
	it('equals the debiased average of TensorBoard to 1e-9', () => {
		fc.assert(
			fc.property(finite, weights, (list, weight) => {
				const values = Float64Array.from(list);
				const got = smooth(values, whole(values), weight);
				reference(list, weight).forEach((want, i) => {
					const scale = Math.max(1, ...list.map(Math.abs));
					expect(Math.abs((got[i] ?? Number.NaN) - want) / scale).toBeLessThan(1e-9);
				});
			}),
			{ seed: 7 },
		);
	});

	it('never changes an older value when points are added', () => {
		fc.assert(
			fc.property(finite, finite, weights, (before, after, weight) => {
				const short = Float64Array.from(before);
				const long = Float64Array.from([...before, ...after]);
				const smoothed = smooth(long, whole(long), weight);
				expect(smoothed.subarray(0, short.length)).toEqual(smooth(short, whole(short), weight));
			}),
			{ seed: 7 },
		);
	});

	it('keeps NaN as a gap that does not touch its neighbours', () => {
		const values = Float64Array.from([4, Number.NaN, 4, Infinity, 4]);
		const smoothed = smooth(values, whole(values), 0.9);
		expect(smoothed[1]).toBeNaN();
		expect(smoothed[3]).toBe(Infinity);
		for (const i of [0, 2, 4]) {
			expect(smoothed[i]).toBeCloseTo(4, 12);
		}
	});

	it('starts anew in each stretch', () => {
		const values = Float64Array.from([10, 10, 1, 1]);
		const stretches = [
			{ start: 0, end: 2 },
			{ start: 2, end: 4 },
		];
		expect(smooth(values, stretches, 0.9)[2]).toBeCloseTo(1, 12);
	});

	it('is as logged at weight 0', () => {
		const values = Float64Array.from([3, 1, 2]);
		expect(smooth(values, whole(values), 0)).toEqual(values);
	});
});
