import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rows, unknownPosition } from '../../../../src/core/metrics/rows';
import { Series } from '../../../../src/core/metrics/series';
import { SmoothedSeries } from '../../../../src/core/metrics/smoothedSeries';
import { smooth } from '../../../../src/core/metrics/smoothing';
import type { Smoothing } from '../../../../src/core/metrics/drawing';

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

interface Logged {
	readonly by: number;
	readonly value: number;
	readonly restart: boolean;
}

const curve = (min: number): fc.Arbitrary<Logged[]> =>
	fc.array(
		fc.record({
			by: fc.double({ min: 0, max: 50, noNaN: true }),
			value: fc.oneof(
				{ weight: 30, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
				fc.constantFrom(Number.NaN, Infinity, -Infinity),
			),
			restart: fc.oneof({ weight: 30, arbitrary: fc.constant(false) }, fc.constant(true)),
		}),
		{ minLength: min, maxLength: 150 },
	);

class Growing {
	readonly rows = new Rows();
	readonly series = new Series('loss', 'train', undefined, this.rows);
	#attempt = 1;
	#at = 0;

	append(points: readonly Logged[]): void {
		for (const { by, value, restart } of points) {
			this.#attempt += restart ? 1 : 0;
			this.#at = restart ? 0 : this.#at + by;
			this.series.push(
				this.rows.push(this.#attempt, { ...unknownPosition, step: this.#at }),
				value,
			);
		}
	}
}

function run(smoothed: SmoothedSeries): number[] {
	const steps = smoothed.advance();
	while (steps.next().done !== true) {
		// To the end.
	}
	return [...smoothed.values];
}

const reach = 5000;

/** W&B's published formula, for one stretch of finite values; its scale is 1,000. */
function timeWeightedReference(
	x: readonly number[],
	y: readonly number[],
	parameter: number,
): number[] {
	const weight = Math.min(Math.sqrt(parameter || 0), 0.999);
	return y.map((_, last) => {
		// In closed form: each value weighs by its distance to the last.
		let sum = 0;
		let weights = 0;
		for (let i = 0; i <= last; i++) {
			const distance = (((x[last] ?? 0) - (x[i] ?? 0)) / reach) * 1000;
			const its = i === last ? 1 : weight ** distance;
			sum += its * (y[i] ?? 0);
			weights += its;
		}
		return sum / weights;
	});
}

function meanReference(y: readonly number[], points: number): number[] {
	const half = (points - 1) / 2;
	return y.map((_, i) => {
		const near = y.slice(Math.max(0, i - half), i + half + 1);
		return near.reduce((sum, value) => sum + value, 0) / near.length;
	});
}

/** What a reference says of a whole series: of each stretch, and of its finite values, by itself. */
function ofStretches(
	{ series }: Growing,
	reference: (x: readonly number[], y: readonly number[]) => number[],
): number[] {
	const all = [...series.values];
	for (const { start, end } of series.stretches()) {
		const finite = all
			.map((_, i) => i)
			.filter(i => i >= start && i < end && Number.isFinite(all[i]));
		const x = series.x('step');
		const got = reference(
			finite.map(i => x[i] ?? 0),
			finite.map(i => series.values[i] ?? 0),
		);
		finite.forEach((i, at) => (all[i] = got[at] ?? 0));
	}
	return all;
}

function expectClose(got: readonly number[], want: readonly number[]): void {
	const scale = Math.max(1, ...want.filter(Number.isFinite).map(Math.abs));
	expect(got).toHaveLength(want.length);
	want.forEach((value, i) => {
		if (Number.isFinite(value)) {
			expect(Math.abs((got[i] ?? Number.NaN) - value) / scale).toBeLessThan(1e-9);
		} else {
			expect(got[i]).toBe(value);
		}
	});
}

const kinds = fc.oneof(
	weights.map((weight): Smoothing => ({ kind: 'ema', weight })),
	weights.map((weight): Smoothing => ({ kind: 'timeWeighted', weight })),
	fc
		.integer({ min: 0, max: 20 })
		.map((half): Smoothing => ({ kind: 'mean', points: 2 * half + 1 })),
);

describe('a smoothed series', () => {
	it('equals W&B’s time-weighted average to 1e-9', () => {
		fc.assert(
			fc.property(curve(1), weights, (points, weight) => {
				const growing = new Growing();
				growing.append(points);
				const got = run(
					new SmoothedSeries(growing.series, { kind: 'timeWeighted', weight }, 'step', reach),
				);
				expectClose(
					got,
					ofStretches(growing, (x, y) => timeWeightedReference(x, y, weight)),
				);
			}),
			{ seed: 7 },
		);
	});

	it('equals the plain mean of its window to 1e-9, fewer at the ends of a stretch', () => {
		fc.assert(
			fc.property(curve(1), fc.integer({ min: 0, max: 20 }), (points, half) => {
				const growing = new Growing();
				growing.append(
					points.map(logged => ({
						...logged,
						value: Number.isFinite(logged.value) ? logged.value : 1,
					})),
				);
				const smoothing: Smoothing = { kind: 'mean', points: 2 * half + 1 };
				const got = run(new SmoothedSeries(growing.series, smoothing, 'step', undefined));
				expectClose(
					got,
					ofStretches(growing, (_, y) => meanReference(y, 2 * half + 1)),
				);
			}),
			{ seed: 7 },
		);
	});

	it('leaves a huge value out of every mean whose window it is not in', () => {
		const growing = new Growing();
		growing.append(
			[...Array(60).keys()].map(i => ({ by: 1, value: i === 5 ? 1e300 : 0.1, restart: false })),
		);
		const got = run(
			new SmoothedSeries(growing.series, { kind: 'mean', points: 9 }, 'step', undefined),
		);
		expect(got.slice(10)).toEqual(got.slice(10).map(() => expect.closeTo(0.1, 15)));
	});

	it('is the same whether its points came at once or one after the other, and keeps older results', () => {
		fc.assert(
			fc.property(curve(2), kinds, fc.integer({ min: 1, max: 60 }), (points, smoothing, part) => {
				const atOnce = new Growing();
				atOnce.append(points);
				const growing = new Growing();
				const smoothed = new SmoothedSeries(growing.series, smoothing, 'step', reach);
				const half = smoothing.kind === 'mean' ? Math.floor(smoothing.points / 2) : 0;
				let before: number[] = [];
				for (let i = 0; i < points.length; i += part) {
					growing.append(points.slice(i, i + part));
					const now = run(smoothed);
					const kept = Math.max(0, before.length - half);
					expect(now.slice(0, kept)).toEqual(before.slice(0, kept));
					before = now;
				}
				expectClose(before, run(new SmoothedSeries(atOnce.series, smoothing, 'step', reach)));
			}),
			{ seed: 7 },
		);
	});

	it('weighs by the distance of its first points while nobody knows how long the run will be', () => {
		const growing = new Growing();
		const point = (value: number): Logged => ({ by: 10, value, restart: false });
		growing.append([4, 8].map(point));
		const smoothed = new SmoothedSeries(
			growing.series,
			{ kind: 'timeWeighted', weight: 0.81 },
			'step',
			undefined,
		);
		expect(run(smoothed)).toEqual([4, expect.closeTo((4 * 0.9 + 8) / 1.9, 12)]);
		growing.append([point(1)]);
		expect(run(smoothed).slice(0, 2)).toEqual([4, expect.closeTo((4 * 0.9 + 8) / 1.9, 12)]);
	});
});
