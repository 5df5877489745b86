import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowTest } from '../../../../src/core/dataset/query/matches';
import { parseQuery } from '../../../../src/core/dataset/query/parseQuery';
import { queryRowOf, type QueryRow } from '../../../../src/core/dataset/query/queryRow';
import { summarise, type Bar } from '../../../../src/core/dataset/statistics/columnSummary';
import { RowStatistics } from '../../../../src/core/dataset/statistics/rowStatistics';

const row = (value: unknown, number: number): QueryRow =>
	queryRowOf(new TextEncoder().encode(JSON.stringify(value)), {
		number,
		format: undefined,
		findings: 0,
		label: undefined,
		isEdited: false,
	});

const rowValue = fc.record({
	messages: fc.array(
		fc.record({
			role: fc.constantFrom('user', 'assistant'),
			content: fc.nat(5000).map(length => 'x'.repeat(length)),
		}),
		{ minLength: 1, maxLength: 3 },
	),
	score: fc.oneof(fc.double({ noNaN: true, min: -3, max: 3 }), fc.integer(), fc.constant(null)),
	meta: fc.record({ 'odd key': fc.constantFrom('a', 'say "hi"', 'true', ''), ok: fc.boolean() }),
});

function passing(rows: readonly QueryRow[], { term }: Bar): number {
	const parsed = parseQuery(term);
	if (!parsed.ok) {
		throw new Error(`${term}: ${parsed.error.message}`);
	}
	const test = rowTest(parsed.value);
	return rows.filter(one => test(one)).length;
}

describe('the statistics of rows', () => {
	it('have bars whose terms find exactly the rows that are counted', () => {
		fc.assert(
			fc.property(fc.array(rowValue, { minLength: 1, maxLength: 40 }), values => {
				const rows = values.map(row);
				const statistics = new RowStatistics();
				for (const one of rows) {
					statistics.add(one);
				}
				for (const { isOfMessages, bars } of summarise(statistics)) {
					for (const bar of bars) {
						const found = passing(rows, bar);
						// One row may have several such messages.
						expect(isOfMessages ? found <= bar.count && found > 0 === bar.count > 0 : found).toBe(
							isOfMessages ? true : bar.count,
						);
					}
				}
			}),
			{ seed: 71, numRuns: 200 },
		);
	});

	it('are the same whether counted at once or in parts', () => {
		fc.assert(
			fc.property(fc.array(rowValue, { maxLength: 30 }), fc.nat(30), (values, cut) => {
				const [whole, first, second, joined] = Array.from({ length: 4 }, () => new RowStatistics());
				for (const [i, value] of values.entries()) {
					whole?.add(row(value, i));
					(i < cut ? first : second)?.add(row(value, i));
				}
				for (const part of [first, second]) {
					joined?.addAll(structuredClone(part?.pack() ?? new Map()));
				}
				const byName = (of: RowStatistics | undefined) =>
					summarise(of ?? new RowStatistics()).toSorted((a, b) => (a.name < b.name ? -1 : 1));
				expect(byName(joined)).toEqual(byName(whole));
			}),
			{ seed: 72, numRuns: 100 },
		);
	});

	it('have round edges, and say what is in the middle', () => {
		const statistics = new RowStatistics();
		for (let n = 1; n <= 100; n++) {
			statistics.add(row({ text: 'x', score: n / 100 }, n));
		}
		const score = summarise(statistics).find(({ name }) => name === 'field.score');
		expect(score?.numbers).toMatchObject({ least: 0.01, median: 0.5, most: 1 });
		expect(score?.bars[0]).toEqual({
			label: '0 – 0.1',
			count: 9,
			term: 'field.score>=0 field.score<0.1',
		});
		expect(score?.bars.reduce((sum, { count }) => sum + count, 0)).toBe(100);
	});
});
