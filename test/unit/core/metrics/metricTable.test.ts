import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellOf, MetricTable } from '../../../../src/core/metrics/metricTable';
import { packPoints } from '../../../../src/core/metrics/packedPoints';
import { RunMetrics } from '../../../../src/core/metrics/runMetrics';
import type { Series } from '../../../../src/core/metrics/series';
import type { MetricPoint } from '../../../../src/core/training/runLibrary';
import { point } from './builders';

function seriesOf(lines: readonly MetricPoint[], kind: 'train' | 'eval' = 'train'): Series {
	const metrics = new RunMetrics();
	metrics.append(packPoints(lines));
	const series = metrics.get('loss', kind);
	if (!series) {
		throw new Error('no loss');
	}
	return series;
}

function logged(...values: readonly (readonly [step: number, value: number, attempt?: number])[]) {
	return values.map(([step, loss, attempt = 1], i) =>
		point({ n: i + 1, step, attempt, values: { loss } }),
	);
}

/** Rows as people read them; a dash where nothing was logged. */
function read(table: MetricTable, start = 0, count = 100): readonly (readonly (number | '–')[])[] {
	const rows = table.rows(start, count);
	const columns = rows.x.length === 0 ? 0 : rows.values.length / rows.x.length;
	return Array.from(rows.x, (at, row) => [
		at,
		...Array.from({ length: columns }, (_, column) => cellOf(rows, column, row) ?? '–'),
	]);
}

describe('the table of logged values', () => {
	it('has a row for each position and a hole where a line logged nothing', () => {
		const a = seriesOf(logged([1, 0.5], [2, 0.4], [4, 0.2]));
		const b = seriesOf(logged([2, 9], [3, 8]));
		expect(read(new MetricTable([a, b], 'step'))).toEqual([
			[1, 0.5, '–'],
			[2, 0.4, 9],
			[3, '–', 8],
			[4, 0.2, '–'],
		]);
	});

	it('shows both values of a step that a restart logged again, in their order', () => {
		const series = seriesOf(logged([1, 1], [2, 2], [3, 3], [2, 22, 2], [3, 33, 2]));
		expect(read(new MetricTable([series], 'step'))).toEqual([
			[1, 1],
			[2, 2],
			[2, 22],
			[3, 3],
			[3, 33],
		]);
	});

	it('tells a logged NaN from nothing logged', () => {
		const a = seriesOf(logged([1, Number.NaN], [2, Infinity]));
		const b = seriesOf(logged([2, 1]));
		expect(read(new MetricTable([a, b], 'step'))).toEqual([
			[1, Number.NaN, '–'],
			[2, Infinity, 1],
		]);
	});

	it('counts points whose epoch is not known instead of making one up', () => {
		const { epoch: _, ...without } = point({ n: 2, values: { loss: 2 } });
		const series = seriesOf([point({ n: 1 }), without, point({ n: 3 })]);
		const rows = new MetricTable([series], 'epoch').rows(0, 10);
		expect(rows.withoutPosition).toBe(1);
		expect([...rows.x]).toEqual([0.01, 0.03]);
	});

	it('gives any part of its rows and nothing beyond its ends', () => {
		const table = new MetricTable([seriesOf(logged([1, 1], [2, 2], [3, 3]))], 'step');
		expect(read(table, 1, 1)).toEqual([[2, 2]]);
		expect(read(table, 2, 10)).toEqual([[3, 3]]);
		expect(read(table, 9, 10)).toEqual([]);
		expect(read(table, -5, 1)).toEqual([[1, 1]]);
		expect(table.rows(9, 10).total).toBe(3);
	});

	it('knows that it is out of date when a point came, or for another axis', () => {
		const metrics = new RunMetrics();
		metrics.append(packPoints([point({ n: 1 })]));
		const series = metrics.series;
		const table = new MetricTable(series, 'step');
		expect(table.isOf(series, 'step')).toBe(true);
		expect(table.isOf(series, 'time')).toBe(false);
		metrics.append(packPoints([point({ n: 2 })]));
		expect(table.isOf(series, 'step')).toBe(false);
	});

	it('holds every point of every line exactly once, by rising position', () => {
		const line = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.double()), {
			minLength: 1,
		});
		fc.assert(
			fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), lines => {
				const all = lines.map(values => seriesOf(logged(...values)));
				const rows = new MetricTable(all, 'step').rows(0, 10_000);
				expect([...rows.x]).toEqual([...rows.x].sort((a, b) => a - b));
				for (const [n, series] of all.entries()) {
					const values = Array.from(rows.x, (_, row) => cellOf(rows, n, row)).filter(
						value => value !== undefined,
					);
					expect(Float64Array.from(values).sort()).toEqual(series.values.slice().sort());
				}
			}),
			{ seed: 6, numRuns: 200 },
		);
	});
});
