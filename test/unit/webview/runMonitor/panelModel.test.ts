import { describe, expect, it } from 'vitest';
import { packPoints } from '../../../../src/core/metrics/packedPoints';
import { panelsFor, type Panel } from '../../../../src/core/metrics/panels';
import { RunMetrics } from '../../../../src/core/metrics/runMetrics';
import type { MetricPoint } from '../../../../src/core/training/runLibrary';
import {
	nearestPoint,
	pointsAt,
	snap,
	stepCursor,
} from '../../../../webview/runMonitor/cursorPoints';
import {
	countPoints,
	drawPanel,
	panelLines,
	sharedRange,
	valueRange,
} from '../../../../webview/runMonitor/panelModel';
import type { ShownRun } from '../../../../webview/runMonitor/state';
import { point, trainLines } from '../../core/metrics/builders';

function shown(lines: MetricPoint[], id = 'A', slot = 0): ShownRun {
	const metrics = new RunMetrics();
	metrics.append(packPoints(lines));
	return { id, name: id, slot, metrics };
}

function lossPanel(...runs: ShownRun[]): Panel {
	const panel = panelsFor(
		['sft'],
		runs.flatMap(run => run.metrics.series),
	)[0];
	if (!panel) {
		throw new Error('no panel');
	}
	return panel;
}

const logged = { axis: 'step', smoothing: 0 } as const;

describe('what a panel draws', () => {
	it('is the loss of each step and TRL’s means, but the same numbers only once', () => {
		const lines = (every: number) =>
			Array.from({ length: 20 }, (_, i) => i + 1).flatMap(step => [
				point({ n: 2 * step - 1, step, kind: 'step', values: { loss: step } }),
				...(step % every === 0 ? [point({ n: 2 * step, step, values: { loss: step } })] : []),
			]);
		const [seldom, always] = [shown(lines(5)), shown(lines(1))];
		const kinds = (run: ShownRun) => panelLines(lossPanel(run), [run]).map(({ line }) => line.kind);
		expect(kinds(seldom)).toEqual(['step', 'train']);
		expect(kinds(always)).toEqual(['train']);
	});

	it('is every point while there are few, and never a line backwards', () => {
		const lines = [
			...trainLines(20, step => ({ loss: step })),
			...[10, 11, 12].map((step, i) =>
				point({ n: 21 + i, attempt: 2, step, values: { loss: step } }),
			),
		];
		const run = shown(lines);
		const model = panelLines(lossPanel(run), [run]);
		const drawing = drawPanel(model, logged, sharedRange([run], 'step'), 400);
		expect(countPoints(model)).toBe(23);
		expect(drawing.drawnPoints).toBe(23);
		const stretches = drawing.lines[0]?.logged ?? [];
		expect(stretches.map(points => points.length)).toEqual([20, 3]);
		for (const points of stretches) {
			const xs = points.map(({ x }) => x);
			expect(xs).toEqual(xs.toSorted((a, b) => a - b));
		}
	});

	it('holds a spike of one step in 100,000 and says how many points stand for how many', () => {
		const run = shown(trainLines(100_000, step => ({ loss: step === 54_321 ? 99 : 1 })));
		const model = panelLines(lossPanel(run), [run]);
		const drawing = drawPanel(model, logged, sharedRange([run], 'step'), 300);
		expect(drawing.lines[0]?.logged[0]).toContainEqual({ x: 54_321, y: 99 });
		expect(drawing.drawnPoints).toBeLessThan(1000);
		expect(countPoints(model)).toBe(100_000);
	});

	it('smooths from all points before reducing, and keeps evaluations as logged', () => {
		const lines = trainLines(2000, step => ({ loss: step % 2 }));
		const evaluation = point({ n: 2001, step: 2000, kind: 'eval', values: { eval_loss: 7 } });
		const run = shown([...lines, evaluation]);
		const model = panelLines(lossPanel(run), [run]);
		const view = { axis: 'step', smoothing: 0.99 } as const;
		const drawing = drawPanel(model, view, sharedRange([run], 'step'), 50);
		const [train, heldOut] = drawing.lines;
		expect(train?.smoothed[0]?.at(-1)?.y).toBeCloseTo(0.5, 1);
		expect(heldOut?.smoothed).toEqual([]);
		expect(heldOut?.logged[0]).toEqual([{ x: 2000, y: 7 }]);
	});

	it('shows NaN and infinities as gaps and says where they are', () => {
		const run = shown(
			trainLines(5, step => ({ loss: [1, Number.NaN, 3, -Infinity, 5][step - 1] ?? 0 })),
		);
		const model = panelLines(lossPanel(run), [run]);
		const drawing = drawPanel(model, logged, sharedRange([run], 'step'), 300);
		expect(drawing.notFinite).toEqual([2, 4]);
		expect(drawing.extent).toEqual({ min: 1, max: 5 });
	});

	it('has one range of x for all runs and axes, even for a single point', () => {
		const a = shown(trainLines(10, () => ({ loss: 1 })));
		const b = shown(
			trainLines(30, () => ({ loss: 1 })),
			'B',
			1,
		);
		expect(sharedRange([a, b], 'step')).toEqual({ min: 1, max: 30 });
		expect(sharedRange([a], 'time')).toEqual({ min: 2, max: 20 });
		expect(sharedRange([shown([point({ n: 3 })])], 'step')).toEqual({ min: 2.5, max: 3.5 });
		expect(sharedRange([], 'step')).toEqual({ min: -0.5, max: 0.5 });
	});

	it('gives one run a colour per line and several runs a colour each', () => {
		const lines = [point({ n: 1 }), point({ n: 2, kind: 'eval', values: { eval_loss: 1 } })];
		const a = shown(lines);
		const b = shown(lines, 'B', 1);
		const [train, heldOut] = panelLines(lossPanel(a), [a]);
		expect(train?.color).not.toBe(heldOut?.color);
		expect(train?.dash).not.toEqual(heldOut?.dash);
		const both = panelLines(lossPanel(a, b), [a, b]);
		expect(new Set(both.map(line => line.color)).size).toBe(2);
		expect(new Set(both.map(line => line.mark)).size).toBe(2);
	});
});

describe('the value axis', () => {
	it.each([
		[{ min: 0, max: 10 }, false, false, { min: 0, max: 10.6 }],
		[{ min: 0.5, max: 1 }, false, true, { min: 0.47, max: 1 }],
		[{ min: -1, max: 1 }, false, false, { min: -1.12, max: 1.12 }],
		[{ min: 2, max: 2 }, false, false, { min: 1.8, max: 2.2 }],
		[undefined, false, false, { min: 0, max: 1 }],
	])('over %o is honest about zero and one', (extent, logarithmic, isShare, expected) => {
		const range = valueRange(extent, logarithmic, isShare);
		expect(range.min).toBeCloseTo(expected.min, 9);
		expect(range.max).toBeCloseTo(expected.max, 9);
	});

	it('stays above zero when it is logarithmic', () => {
		expect(valueRange({ min: 1e-6, max: 1 }, true, false).min).toBeGreaterThan(0);
	});
});

describe('the cursor', () => {
	const run = shown([
		...[5, 10, 15, 20].map((step, i) => point({ n: i + 1, step, values: { loss: step } })),
		point({ n: 5, step: 12, kind: 'eval', values: { eval_loss: 3 } }),
		point({ n: 6, step: 15, attempt: 2, values: { loss: 99 } }),
	]);
	const lines = panelLines(lossPanel(run), [run]);

	it('shows logged values only, of a restart the newer', () => {
		const series = run.metrics.get('loss', 'train');
		expect(series && nearestPoint(series, 'step', 15)).toBe(4);
		expect(pointsAt(lines, 'step', 15).map(({ x, value }) => [x, value])).toEqual([
			[15, 99],
			[12, 3],
		]);
	});

	it('snaps to the nearest logged position of any line', () => {
		expect(snap(lines, 'step', 11.7)).toBe(12);
		expect(snap(lines, 'step', -100)).toBe(5);
		expect(snap([], 'step', 1)).toBeUndefined();
	});

	it('goes by keys from one logged position to the next and stops at the ends', () => {
		expect(stepCursor(lines, 'step', undefined, 1)).toBe(5);
		expect(stepCursor(lines, 'step', undefined, -1)).toBe(20);
		expect(stepCursor(lines, 'step', 10, 1)).toBe(12);
		expect(stepCursor(lines, 'step', 12, -1)).toBe(10);
		expect(stepCursor(lines, 'step', 5, -10)).toBe(5);
		expect(stepCursor(lines, 'step', 10, Infinity)).toBe(20);
		expect(stepCursor(lines, 'step', 10, -Infinity)).toBe(5);
		expect(stepCursor([], 'step', undefined, 1)).toBeUndefined();
	});
});
