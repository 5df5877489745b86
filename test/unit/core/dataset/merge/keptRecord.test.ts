import { describe, expect, it } from 'vitest';
import {
	parseKeptRecord,
	runsOf,
	sourceRowOf,
	type KeptRecord,
} from '../../../../../src/core/dataset/merge/keptRecord';

const record: KeptRecord = {
	version: 1,
	source: 'gpu1:/data/chats.jsonl',
	file: 'chats.jsonl',
	fingerprint: { size: 1, modified: '2', inode: '3', head: '4' },
	keptAt: '2026-01-01T00:00:00.000Z',
};

describe('the record of a copy', () => {
	it('names the row of the source that each row of a slice is', () => {
		const rows = [7, 2, 3, 4, 9];
		const runs = runsOf(rows);
		expect(runs).toEqual([
			[7, 8],
			[2, 5],
			[9, 10],
		]);
		const rowOf = sourceRowOf({ ...record, rows: runs });
		expect(rows.map((_, i) => rowOf(i))).toEqual(rows);
		expect(rowOf(5)).toBeUndefined();
		expect(sourceRowOf(record)(12)).toBe(12);
	});

	it('is read as it was written', () => {
		const slice = { ...record, rows: runsOf([1, 2]), query: 'len>9' };
		expect(parseKeptRecord(JSON.stringify(slice))).toEqual(slice);
		expect(parseKeptRecord(JSON.stringify(record))).toEqual(record);
	});

	it.each([
		'no json',
		'null',
		'[]',
		JSON.stringify({ ...record, version: 2 }),
		JSON.stringify({ ...record, file: '../../secret.jsonl' }),
		JSON.stringify({ ...record, fingerprint: null }),
		JSON.stringify({ ...record, rows: 'all' }),
		JSON.stringify({ ...record, rows: [[3, 1]] }),
		JSON.stringify({ ...record, rows: [[0, 1.5]] }),
		JSON.stringify({ ...record, keptAt: 5 }),
	])('is none when somebody wrote %s', text => {
		expect(parseKeptRecord(text)).toBeUndefined();
	});
});
