import { describe, expect, it } from 'vitest';
import type { Look, PanelDrawing, Smoothing } from '../../../../src/core/metrics/drawing';
import { nearestPoint, placeFrom } from '../../../../src/core/metrics/nearestPoint';
import { packDrawing, unpackDrawing } from '../../../../src/core/metrics/packedDrawing';
import { packPoints } from '../../../../src/core/metrics/packedPoints';
import {
	chartLines,
	PanelDrawer,
	roomyRange,
	wholeRange,
	type DrawnSource,
} from '../../../../src/core/metrics/panelDrawing';
import { panelsFor, type Panel } from '../../../../src/core/metrics/panels';
import { RunMetrics } from '../../../../src/core/metrics/runMetrics';
import type { MetricPoint } from '../../../../src/core/training/runLibrary';
import { point, trainLines } from './builders';

function source(lines: readonly MetricPoint[], id = 'A', loggingSteps?: number): DrawnSource {
	const metrics = new RunMetrics();
	metrics.append(packPoints(lines));
	return { id, metrics, ...(loggingSteps === undefined ? {} : { loggingSteps }) };
}

function lossPanel(...sources: DrawnSource[]): Panel {
	const panel = panelsFor(
		['sft'],
		sources.flatMap(({ metrics }) => metrics.series),
	)[0];
	if (!panel) {
		throw new Error('no panel');
	}
	return panel;
}

const plain: Look = { axis: 'step', smoothing: { kind: 'none' }, clipOutliers: false };

function draw(
	sources: readonly DrawnSource[],
	look: Partial<Look> = {},
	pixels = 300,
): PanelDrawing {
	const its = { ...plain, ...look };
	const range = its.zoom ?? wholeRange(sources, its.axis);
	const options = { look: its, range, pixels, reach: undefined };
	const work = new PanelDrawer().draw(lossPanel(...sources), sources, options);
	for (;;) {
		const step = work.next();
		if (step.done === true) {
			return step.value;
		}
	}
}

const pairs = ({ x, y }: { x: Float64Array; y: Float64Array }): number[][] =>
	Array.from(x, (at, i) => [at, y[i] ?? 0]);

describe('the drawing of a panel', () => {
	it('has the loss of each step and TRL’s means, but the same numbers only once', () => {
		const lines = (every: number) =>
			Array.from({ length: 20 }, (_, i) => i + 1).flatMap(step => [
				point({ n: 2 * step - 1, step, kind: 'step', values: { loss: step } }),
				...(step % every === 0 ? [point({ n: 2 * step, step, values: { loss: step } })] : []),
			]);
		const kinds = (run: DrawnSource) =>
			chartLines(lossPanel(run), [run]).map(({ line }) => line.kind);
		expect(kinds(source(lines(5)))).toEqual(['step', 'train']);
		expect(kinds(source(lines(1)))).toEqual(['train']);
	});

	it('is every point while there are few, and never a line backwards', () => {
		const lines = [
			...trainLines(20, step => ({ loss: step })),
			...[10, 11, 12].map((step, i) =>
				point({ n: 21 + i, attempt: 2, step, values: { loss: step } }),
			),
		];
		const [line] = draw([source(lines)]).lines;
		expect(line?.facts.points).toBe(23);
		expect(line?.pointsShown).toBe(23);
		expect(line?.logged.starts).toEqual([0, 20]);
		const xs = [...(line?.logged.x ?? [])];
		expect(xs).toEqual([...Array.from({ length: 20 }, (_, i) => i + 1), 10, 11, 12]);
	});

	it('holds a spike of one step in 100,000, and draws a part anew from all of its points', () => {
		const run = source(trainLines(100_000, step => ({ loss: step === 54_321 ? 99 : 1 })));
		const [whole] = draw([run]).lines;
		expect(pairs(whole!.logged)).toContainEqual([54_321, 99]);
		expect(whole?.logged.x.length).toBeLessThan(1000);
		const [part] = draw([run], { zoom: { min: 54_300, max: 54_399 } }).lines;
		expect(part?.pointsShown).toBe(100);
		expect([...(part?.logged.x ?? [])]).toEqual(Array.from({ length: 102 }, (_, i) => 54_299 + i));
	});

	it.each<Smoothing>([
		{ kind: 'ema', weight: 0.99 },
		{ kind: 'timeWeighted', weight: 0.99 },
		{ kind: 'mean', points: 51 },
	])(
		'averages all points before reducing them, and keeps evaluations as logged: $kind',
		smoothing => {
			const lines = trainLines(2000, step => ({ loss: step % 2 }));
			const evaluation = point({ n: 2001, step: 2000, kind: 'eval', values: { eval_loss: 7 } });
			const [train, heldOut] = draw([source([...lines, evaluation])], { smoothing }, 50).lines;
			expect(train?.smoothed?.y.at(-1)).toBeCloseTo(0.5, 1);
			expect(new Set(train?.logged.y)).toEqual(new Set([0, 1]));
			expect(heldOut?.smoothed).toBeUndefined();
			expect(pairs(heldOut!.logged)).toEqual([[2000, 7]]);
		},
	);

	it('keeps NaN and infinities as gaps and counts them', () => {
		const values = [1, Number.NaN, 3, -Infinity, 5];
		const [line] = draw([source(trainLines(5, step => ({ loss: values[step - 1] ?? 0 })))]).lines;
		expect(line?.notFinite).toBe(2);
		expect([...(line?.logged.y ?? [])]).toEqual([1, Number.NaN, 3, Number.NaN, 5]);
		expect(line?.facts).toMatchObject({ lowest: 1, highest: 5, first: 1, last: 5, lastStep: 5 });
	});

	it('counts values that have no logarithm, in the part shown', () => {
		const run = source(trainLines(9, step => ({ loss: step - 3 })));
		expect(draw([run]).lines[0]?.notPositive).toBe(3);
		expect(draw([run], { zoom: { min: 3, max: 9 } }).lines[0]?.notPositive).toBe(1);
	});

	it('clips what lies far outside and counts it, and nothing where all values are usual', () => {
		const usual = trainLines(1000, step => ({ loss: 1 + Math.sin(step) }));
		expect(draw([source(usual)], { clipOutliers: true }).clip).toBeUndefined();
		const spiked = trainLines(1000, step => ({
			loss: step % 400 === 0 ? 1e6 : 1 + Math.sin(step),
		}));
		const drawing = draw([source(spiked)], { clipOutliers: true });
		expect(drawing.clip?.max).toBeLessThan(100);
		expect(drawing.lines[0]?.clipped).toBe(2);
	});

	it('leaves out points without a place on the axis, and counts those with one', () => {
		const lines = [1, 2, 3].map(step =>
			point({ n: step, step, values: { loss: step, ...(step === 2 ? { num_tokens: 64 } : {}) } }),
		);
		const [line] = draw([source(lines)], { axis: 'tokens' }).lines;
		expect(pairs(line!.logged)).toEqual([[64, 2]]);
		expect(line?.pointsShown).toBe(1);
	});

	it('says what one value stands for: a mean over steps, one of them, or that nobody knows', () => {
		const lines = [10, 20, 30].map((step, i) =>
			point({ n: i + 1, step, values: { loss: 1, grad_norm: 2 } }),
		);
		const granularity = (of: DrawnSource): unknown => draw([of]).lines[0]?.facts.granularity;
		expect(granularity(source(lines, 'A', 10))).toEqual({ kind: 'mean', of: 10 });
		expect(granularity(source(lines))).toEqual({ kind: 'unknown', of: 10 });
		// A run that records every step by itself, with a trainer that logs every tenth.
		const each = trainLines(9, () => ({ loss: 1 }));
		expect(granularity(source(each, 'A', 10))).toBeUndefined();
		expect(
			granularity(
				source(
					trainLines(9, () => ({ loss: 1 })),
					'A',
					1,
				),
			),
		).toBeUndefined();
	});

	it('is one axis for all runs, even for a single point', () => {
		const a = source(trainLines(10, () => ({ loss: 1 })));
		const b = source(
			trainLines(30, () => ({ loss: 1 })),
			'B',
		);
		expect(wholeRange([a, b], 'step')).toEqual({ min: 1, max: 30 });
		expect(wholeRange([a], 'time')).toEqual({ min: 2, max: 20 });
		expect(wholeRange([source([point({ n: 3 })])], 'step')).toEqual({ min: 2.5, max: 3.5 });
		expect(wholeRange([], 'step')).toEqual({ min: -0.5, max: 0.5 });
	});

	it('has little room at the end for what comes, and none where each step has its pixels', () => {
		expect(roomyRange({ min: 1, max: 10_001 })).toEqual({ min: 1, max: 10_048 });
		expect(roomyRange({ min: 1, max: 10_048 })).toEqual({ min: 1, max: 10_048 });
		expect(roomyRange({ min: 1, max: 30 })).toEqual({ min: 1, max: 30 });
		for (const max of [0.5, 3, 777.7, 1e9]) {
			const { min, max: end } = roomyRange({ min: 0, max });
			expect(min).toBe(0);
			expect(end).toBeGreaterThanOrEqual(max);
			expect(end - max).toBeLessThan(max / 128);
		}
	});

	it('survives the way to a page, where NaN is only in arrays', () => {
		const lines = trainLines(500, step => ({ loss: step === 500 ? Number.NaN : step }));
		const look = { smoothing: { kind: 'ema', weight: 0.5 }, clipOutliers: true } as const;
		const drawing = draw([source(lines, 'A', 5)], look);
		const { numbers, ...rest } = packDrawing(drawing);
		const arrived = { ...(JSON.parse(JSON.stringify(rest)) as typeof rest), numbers };
		expect(unpackDrawing(arrived)).toEqual(drawing);
	});
});

describe('logged places', () => {
	const { metrics } = source([
		...[5, 10, 15, 20].map((step, i) => point({ n: i + 1, step, values: { loss: step } })),
		point({ n: 5, step: 12, kind: 'eval', values: { eval_loss: 3 } }),
		point({ n: 6, step: 15, attempt: 2, values: { loss: 99 } }),
	]);
	const all = metrics.series;

	it('are found by the nearest, of a restart the newer', () => {
		const series = metrics.get('loss', 'train');
		const value = (at: number): unknown => series?.values[nearestPoint(series, 'step', at)];
		expect([-9, 6, 8, 15, 99].map(value)).toEqual([5, 5, 10, 99, 20]);
	});

	it('follow each other by keys and stop at the ends', () => {
		expect(placeFrom(all, 'step', undefined, 1)).toBe(5);
		expect(placeFrom(all, 'step', undefined, -1)).toBe(20);
		expect(placeFrom(all, 'step', 10, 1)).toBe(12);
		expect(placeFrom(all, 'step', 12, -1)).toBe(10);
		expect(placeFrom(all, 'step', 5, -10)).toBe(5);
		expect(placeFrom(all, 'step', 10, Infinity)).toBe(20);
		expect(placeFrom(all, 'step', 10, -Infinity)).toBe(5);
		expect(placeFrom([], 'step', undefined, 1)).toBeUndefined();
	});
});
