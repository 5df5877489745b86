import { describe, expect, it } from 'vitest';
import { MetricTables, type TableQuery } from '../../../../src/core/metrics/metricTables';
import { packPoints } from '../../../../src/core/metrics/packedPoints';
import { RunMetrics } from '../../../../src/core/metrics/runMetrics';
import { trainLines } from './builders';

function run(steps: number): RunMetrics {
	const metrics = new RunMetrics();
	metrics.append(packPoints(trainLines(steps, step => ({ loss: step }))));
	return metrics;
}

const column = (source: string) => ({ source, metric: 'loss', kind: 'train' as const });
const query = (fields: Partial<TableQuery>): TableQuery => ({
	axis: 'step',
	columns: [column('A'), column('B')],
	start: 0,
	count: 100,
	...fields,
});

describe('the pages of a table', () => {
	const runs = new Map([
		['A', run(250)],
		['B', run(20)],
	]);
	const rows = (fields: Partial<TableQuery>) =>
		new MetricTables().rows(query(fields), source => runs.get(source));

	it('begin at whole pages, so that the last may be short', () => {
		expect(rows({ start: 'last' })).toMatchObject({ start: 200, total: 250 });
		expect(rows({ start: 'last' }).x).toHaveLength(50);
		expect(rows({ start: 'last', count: 50 })).toMatchObject({ start: 200 });
		expect(rows({ start: 100 }).x[0]).toBe(101);
	});

	it('leave the column of a run or a metric that is not there empty', () => {
		const { isLogged } = rows({ columns: [column('A'), column('gone')], count: 3 });
		expect([...isLogged]).toEqual([1, 1, 1, 0, 0, 0]);
		expect(rows({ columns: [column('gone')], start: 'last' })).toMatchObject({ total: 0 });
	});

	it('have no more rows than a page can show, whatever is asked', () => {
		expect(rows({ count: 1e9 }).x).toHaveLength(250);
		expect(rows({ count: -1 }).x).toHaveLength(1);
		expect(rows({ start: 1e9 }).x).toHaveLength(0);
	});

	it('go on with what came in between', () => {
		const tables = new MetricTables();
		const growing = run(10);
		const total = () => tables.rows(query({}), () => growing).total;
		expect(total()).toBe(10);
		growing.append(packPoints(trainLines(12, step => ({ loss: step }))));
		expect(total()).toBe(12);
	});
});
