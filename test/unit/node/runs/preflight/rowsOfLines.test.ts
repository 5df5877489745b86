import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowsOfLines } from '../../../../../src/node/runs/preflight/rowsOfLines';

const record = { split: 'train', path: '/store/x.jsonl' } as const;

describe('rows of the lines that were sent', () => {
	it('counts over the rows that were left out', () => {
		const leftOut = [1, 4, 5].map(row => ({ row, reason: 'no reply' }));
		const rowOf = rowsOfLines([{ record: { ...record, rows: 3 }, leftOut }]);
		expect([1, 2, 3].map(line => rowOf(0, line))).toEqual([2, 3, 6]);
	});

	it('knows no row for a line behind the last, or of a dataset that was not sent', () => {
		const rowOf = rowsOfLines([{ record: { ...record, rows: 2 }, leftOut: [] }]);
		expect(rowOf(0, 3)).toBeUndefined();
		expect(rowOf(1, 1)).toBeUndefined();
	});

	it('finds every row that was kept, whichever were left out', () => {
		fc.assert(
			fc.property(fc.array(fc.boolean(), { maxLength: 200 }), kept => {
				const rows = kept.map((isKept, index) => ({ row: index + 1, isKept }));
				const leftOut = rows
					.filter(({ isKept }) => !isKept)
					.map(({ row }) => ({ row, reason: '' }));
				const sent = rows.filter(({ isKept }) => isKept).map(({ row }) => row);
				const rowOf = rowsOfLines([{ record: { ...record, rows: sent.length }, leftOut }]);
				expect(sent.map((_, index) => rowOf(0, index + 1))).toEqual(sent);
			}),
			{ seed: 5 },
		);
	});
});
