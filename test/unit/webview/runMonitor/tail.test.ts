import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LineDrawing } from '../../../../src/core/metrics/drawing';
import { fillColumns } from '../../../../webview/runMonitor/chart/columns';
import { changedFrom } from '../../../../webview/runMonitor/chart/tail';
import type { ModelLine } from '../../../../webview/runMonitor/panelModel';
import { lineDrawing } from './builders';

type Points = readonly (readonly [number, number])[];

const projection = {
	range: { min: 0, max: 1000 },
	values: { min: 0, max: 10 },
	logarithmic: false,
	left: 50,
	right: 350,
	top: 10,
	bottom: 110,
};
/** Far enough from what a mark or a dot may cover. */
const around = 8;
const pixelOf = (x: number): number => 50 + 0.3 * x;

const rising = (count: number): Points => Array.from({ length: count }, (_, i) => [i, i % 10]);

function line(drawn: LineDrawing, fields: Partial<ModelLine> = {}): ModelLine {
	return {
		key: drawn.source,
		shown: { id: drawn.source, name: drawn.source, slot: 0 },
		line: { metric: 'loss', label: 'loss', kind: 'train', role: 0 },
		label: 'loss',
		drawn,
		color: 'series-blue',
		dash: [],
		mark: 'circle',
		...fields,
	};
}

const of = (points: Points, starts: readonly number[] = [0]): ModelLine => {
	const drawn = lineDrawing('A', 0, points);
	return line({ ...drawn, logged: { ...drawn.logged, starts } });
};

it('keeps all that is left of the point before a new one, and of its mark', () => {
	const [before, now] = [of(rising(500)), of(rising(501))];
	expect(changedFrom([before], [now], projection)).toBeCloseTo(pixelOf(499) - around);
});

it('keeps what is left of the last point with a value where only NaN came', () => {
	const gap: Points = [...rising(500), [500, Number.NaN], [501, Number.NaN]];
	const [before, now] = [of(gap), of([...gap, [502, 3]])];
	expect(changedFrom([before], [now], projection)).toBeCloseTo(pixelOf(499) - around);
	const logarithmic = { ...projection, values: { min: 0.1, max: 10 }, logarithmic: true };
	const zeros: Points = [...rising(499), [499, 0], [500, 0]];
	expect(changedFrom([of(zeros)], [of([...zeros, [501, 3]])], logarithmic)).toBeCloseTo(
		pixelOf(498) - around,
	);
});

it('begins where the last points of a reduced line became others', () => {
	const moved: Points = [...rising(490), [493, 4], [497, 5]];
	expect(changedFrom([of(rising(500))], [of(moved)], projection)).toBeCloseTo(
		pixelOf(489) - around,
	);
});

it('draws nothing again where the lines are the same', () => {
	expect(changedFrom([of(rising(400))], [of(rising(400))], projection)).toBe(Infinity);
});

it('draws all again where anything but the end of a line may be another', () => {
	const before = of(rising(500));
	const grown = lineDrawing('A', 0, rising(501));
	const others: Record<string, readonly ModelLine[]> = {
		'a line more': [before, line(lineDrawing('B', 0, rising(400)))],
		'another run': [line(lineDrawing('B', 0, rising(501)))],
		'another colour': [line(grown, { color: 'series-red' })],
		'another dash': [line(grown, { dash: [4, 3] })],
		'an average': [line({ ...grown, smoothed: grown.logged })],
		'a new stretch': [of([...rising(500), [50, 1]], [0, 500])],
		'another beginning': [of([[-20, 1], ...rising(500).slice(1)])],
	};
	for (const [name, now] of Object.entries(others)) {
		expect(changedFrom([before], now, projection), name).toBeUndefined();
	}
});

it('draws all again where a line is a path, or was one, whose edges would be others', () => {
	expect(changedFrom([of(rising(40))], [of(rising(41))], projection)).toBeUndefined();
	expect(changedFrom([of(rising(360))], [of(rising(361))], projection)).toBeUndefined();
	expect(changedFrom([of(rising(361))], [of(rising(362))], projection)).toBeCloseTo(
		pixelOf(360) - around,
	);
	const few = line(lineDrawing('B', 0, rising(20)));
	expect(changedFrom([of(rising(500)), few], [of(rising(501)), few], projection)).toBeUndefined();
});

it('cuts no mark of another line off, nor one beside that', () => {
	const others = [470, 440, 380].map(end => of(rising(500).map(([x, y]) => [(x * end) / 499, y])));
	const [before, now] = [of(rising(500)), of(rising(501))];
	expect(changedFrom([before, ...others], [now, ...others], projection)).toBeCloseTo(
		pixelOf(440) - around,
	);
});

/** What a canvas is asked to fill at or beyond a pixel. */
function filled(drawn: LineDrawing, from: number | undefined, beyond: number): readonly unknown[] {
	const rectangles: unknown[] = [];
	const context = {
		globalAlpha: 1,
		fillRect(...rectangle: readonly number[]) {
			if ((rectangle[0] ?? 0) >= beyond) {
				rectangles.push([this.globalAlpha, ...rectangle]);
			}
		},
	};
	const look = { color: 'red', opacity: 0.8, width: 1.75, dash: [6, 3], mark: undefined };
	fillColumns(context as unknown as CanvasRenderingContext2D, drawn.logged, projection, look, from);
	return rectangles;
}

it('fills the same columns beyond a pixel whether or not it is to fill those before it', () => {
	const value = fc.oneof(
		{ weight: 9, arbitrary: fc.double({ min: 0, max: 10, noNaN: true }) },
		fc.constant(Number.NaN),
	);
	const stretch = fc.array(fc.tuple(fc.double({ min: -100, max: 1100, noNaN: true }), value), {
		minLength: 1,
		maxLength: 60,
	});
	fc.assert(
		fc.property(
			fc.array(stretch, { minLength: 1, maxLength: 3 }),
			fc.integer({ min: 40, max: 360 }),
			(stretches, from) => {
				const sorted = stretches.map(points => points.toSorted(([a], [b]) => a - b));
				let start = 0;
				const starts = sorted.map(({ length }) => (start += length) - length);
				const drawn = lineDrawing('A', 0, sorted.flat());
				const its = { ...drawn, logged: { ...drawn.logged, starts } };
				expect(filled(its, from, from)).toEqual(filled(its, undefined, from));
			},
		),
		{ seed: 6 },
	);
});
