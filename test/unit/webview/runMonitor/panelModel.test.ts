import { describe, expect, it } from 'vitest';
import type { LineDrawing, PanelDrawing } from '../../../../src/core/metrics/drawing';
import type { Panel } from '../../../../src/core/metrics/panels';
import { axes } from '../../../../src/core/metrics/rows';
import { valueRange, wholeOf } from '../../../../src/core/metrics/valueRange';
import { pixelsOf } from '../../../../webview/runMonitor/chart/projection';
import { foundIn, pointsAt, snap } from '../../../../webview/runMonitor/cursorPoints';
import { countsOf, modelLines, shownExtents } from '../../../../webview/runMonitor/panelModel';
import { colorOf } from '../../../../webview/runMonitor/palette';
import { lineDrawing } from './builders';

const panel: Panel = {
	id: 'loss',
	title: 'Loss',
	healthy: '',
	group: '',
	lines: [
		{ metric: 'loss', kind: 'train', label: 'train', role: 0 },
		{ metric: 'loss', kind: 'eval', label: 'held-out', role: 0 },
	],
};

const drawingOf = (...lines: LineDrawing[]): PanelDrawing => ({
	panel: 'loss',
	axis: 'step',
	range: { min: 0, max: 100 },
	lines,
});
const [a, b] = [
	{ id: 'A', name: 'A', slot: 0 },
	{ id: 'B', name: 'B', slot: 1 },
];

describe('the lines of a panel', () => {
	it('have one colour each with one run, and their run’s with several', () => {
		const of = (...ids: string[]): PanelDrawing =>
			drawingOf(...ids.flatMap(id => [lineDrawing(id, 0), lineDrawing(id, 1)]));
		const [train, heldOut] = modelLines(panel, of('A'), [a]);
		expect(train?.color).not.toBe(heldOut?.color);
		expect(train?.dash).not.toEqual(heldOut?.dash);
		const both = modelLines(panel, of('B', 'A'), [a, b]);
		expect(both.map(line => line.shown.id)).toEqual(['A', 'A', 'B', 'B']);
		expect(new Set(both.map(line => line.color)).size).toBe(2);
		expect(new Set(both.map(line => line.mark)).size).toBe(2);
	});

	it('keep their run’s colour while all other runs are hidden', () => {
		const [alone] = modelLines(panel, drawingOf(lineDrawing('B', 0)), [b], true);
		expect(alone?.color).toBe(colorOf(b.slot));
	});

	it('are without those of a run that was hidden since', () => {
		const drawing = drawingOf(lineDrawing('A', 0), lineDrawing('B', 0));
		expect(modelLines(panel, drawing, [b]).map(line => line.shown.id)).toEqual(['B']);
	});

	it('say what one value stands for', () => {
		const facts = { ...lineDrawing('A', 0).facts, granularity: { kind: 'mean', of: 10 } as const };
		const [line] = modelLines(panel, drawingOf({ ...lineDrawing('A', 0), facts }), [a]);
		expect(line?.label).toBe('train, mean of 10 steps');
	});

	it('count what is drawn of what is shown, and span the values of the part shown', () => {
		const wide = lineDrawing('A', 0, [
			[-1, 99],
			[5, 2],
			[6, -3],
			[101, 99],
		]);
		const lines = modelLines(panel, drawingOf({ ...wide, pointsShown: 2, notPositive: 1 }), [a]);
		expect(countsOf(lines)).toMatchObject({ drawn: 2, shown: 2, notPositive: 1 });
		expect(shownExtents(lines, { min: 0, max: 100 })).toEqual({
			all: { min: -3, max: 2 },
			positive: { min: 2, max: 2 },
		});
	});
});

describe('the value axis', () => {
	it.each([
		[{ min: 0, max: 10 }, false, undefined, { min: 0, max: 10.6 }],
		[{ min: 0.5, max: 1 }, false, 1, { min: 0.47, max: 1 }],
		[{ min: 2, max: 100 }, false, wholeOf({ unit: '%' }), { min: 0, max: 100 }],
		[{ min: 2, max: 200 }, false, 100, { min: 0, max: 211.88 }],
		[{ min: -1, max: 1 }, false, undefined, { min: -1.12, max: 1.12 }],
		[{ min: 2, max: 2 }, false, undefined, { min: 1.8, max: 2.2 }],
		[undefined, false, undefined, { min: 0, max: 1 }],
	])('over %o is honest about zero and one', (extent, logarithmic, whole, expected) => {
		const range = valueRange(extent, logarithmic, whole);
		expect(range.min).toBeCloseTo(expected.min, 9);
		expect(range.max).toBeCloseTo(expected.max, 9);
	});

	it.each([
		[{ min: -1e308, max: 1.5e308 }, false],
		[{ min: 1.7e308, max: 1.7e308 }, false],
		[{ min: 5e-324, max: 1.7e308 }, true],
		[{ min: 1.7e308, max: 1.7e308 }, true],
	])(
		'over %o has a place for each value, near the ends of all numbers too',
		(extent, logarithmic) => {
			const values = valueRange(extent, logarithmic, undefined);
			expect([values.min, values.max].every(Number.isFinite)).toBe(true);
			const frame = { left: 0, right: 100, top: 0, bottom: 100 };
			const pixels = pixelsOf({ range: { min: 0, max: 1 }, values, logarithmic, ...frame });
			const placed = (value: number): number => pixels.y(logarithmic ? Math.log10(value) : value);
			const low = placed(Math.max(extent.min, values.min));
			const high = placed(extent.max);
			expect(low).toBeLessThanOrEqual(100);
			expect(high).toBeGreaterThanOrEqual(0);
			expect(low >= high).toBe(true);
		},
	);

	it('stays above zero when it is logarithmic', () => {
		expect(valueRange({ min: 1e-6, max: 1 }, true, undefined).min).toBeGreaterThan(0);
	});
});

describe('the cursor', () => {
	const train = lineDrawing('A', 0, [
		[5, 5],
		[10, 10],
		[15, 15],
		[20, 20],
		[15, 99],
	]);
	const lines = modelLines(
		panel,
		drawingOf(
			{ ...train, logged: { ...train.logged, starts: [0, 4] } },
			lineDrawing('A', 1, [[12, 3]]),
		),
		[a],
	);

	it('shows drawn values only, of a restart the newer', () => {
		expect(pointsAt(lines, 15).map(({ x, value }) => [x, value])).toEqual([
			[15, 99],
			[12, 3],
		]);
	});

	it('snaps to the nearest place of any line', () => {
		expect(snap(lines, 11.7)).toBe(12);
		expect(snap(lines, -100)).toBe(5);
		expect(snap([], 1)).toBeUndefined();
	});

	it('takes over what the host found, with all places', () => {
		const found = {
			points: [
				{ panel: 'other', runId: 'A', line: 0 },
				{ panel: 'loss', runId: 'A', line: 1 },
			],
			numbers: Float64Array.from([9, ...axes.map(() => 9), 3, ...axes.map((_, i) => i)]),
		};
		const points = foundIn(found, panel, lines, 'epoch');
		expect(points.map(({ value, x, at }) => [value, x, at?.step])).toEqual([[3, 1, 0]]);
	});
});
