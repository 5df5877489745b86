import { describe, expect, it } from 'vitest';
import { parsePreflightLine } from '../../../../../src/core/training/preflight/preflightLine';
import {
	hasErrors,
	PreflightFold,
	type RowOfLine,
} from '../../../../../src/core/training/preflight/preflightReport';

const itself: RowOfLine = (_dataset, line) => line;

function fold(lines: readonly object[], rowOfLine = itself): PreflightFold {
	const folded = new PreflightFold(rowOfLine);
	for (const line of lines) {
		const parsed = parsePreflightLine(JSON.stringify(line));
		if (parsed === undefined) {
			throw new Error(`no line: ${JSON.stringify(line)}`);
		}
		folded.take(parsed);
	}
	return folded;
}

const emptyReply = { line: 'finding', part: 'data', code: 'emptyReply', severity: 'error' };

describe('lines of a preflight', () => {
	it('become one kind per code and dataset, with all rows in order', () => {
		const kinds = fold([
			{ ...emptyReply, dataset: 0, rows: [7, 9] },
			{ ...emptyReply, dataset: 1, rows: [1] },
			{ ...emptyReply, dataset: 0, rows: [2, 9], rowValues: [{ message: 3 }, {}] },
		]).kinds();
		expect(kinds.map(({ dataset, rows }) => [dataset, rows])).toEqual([
			[0, [2, 7, 9]],
			[1, [1]],
		]);
		expect(kinds[0]?.ofRow).toEqual(new Map([[2, { message: 3 }]]));
	});

	it('name rows of the user’s own file, and none for lines that it never had', () => {
		const rowOf: RowOfLine = (_dataset, line) => (line < 100 ? line + 10 : undefined);
		const [kind] = fold([{ ...emptyReply, dataset: 0, rows: [1, 100] }], rowOf).kinds();
		expect(kind?.rows).toEqual([11]);
	});

	it('put errors first, then what most rows have', () => {
		const kinds = fold([
			{ ...emptyReply, code: 'a', severity: 'info', rows: [1, 2, 3] },
			{ ...emptyReply, code: 'b', severity: 'warning', rows: [1] },
			{ ...emptyReply, code: 'c', severity: 'warning', rows: [1, 2] },
			{ ...emptyReply, code: 'd' },
		]).kinds();
		expect(kinds.map(({ code }) => code)).toEqual(['d', 'c', 'b', 'a']);
		expect(hasErrors({ kinds })).toBe(true);
		expect(hasErrors({ kinds: kinds.slice(1) })).toBe(false);
	});

	it('keep findings without rows apart by what they say', () => {
		const trust = { line: 'finding', part: 'trust', code: 'remoteCode', severity: 'error' };
		const kinds = fold([
			{ ...trust, values: { hash: 'a' } },
			{ ...trust, values: { hash: 'b' } },
			{ ...trust, values: { hash: 'b' } },
		]).kinds();
		expect(kinds.map(({ values }) => values['hash'])).toEqual(['a', 'b']);
	});

	it('hold the last progress and the summary', () => {
		const folded = fold([
			{ line: 'progress', phase: 'tokens', done: 1, total: 9 },
			{ line: 'progress', phase: 'tokens', done: 9, total: 9 },
			{ line: 'summary', seconds: 2, datasets: [] },
		]);
		expect(folded.progress?.done).toBe(9);
		expect(folded.summary?.seconds).toBe(2);
	});

	it.each([
		['a word of a login script', 'Welcome to gpu1'],
		['half a line', '{"line":"finding","part":"da'],
		['another part', JSON.stringify({ ...emptyReply, part: 'moon' })],
		['another severity', JSON.stringify({ ...emptyReply, severity: 'fatal' })],
		['no code', JSON.stringify({ ...emptyReply, code: 5 })],
		['a list', '[1]'],
		['null', 'null'],
		['a progress without numbers', '{"line":"progress","phase":"tokens","done":"1","total":2}'],
	])('are not made of %s', (_what, text) => {
		expect(parsePreflightLine(text)).toBeUndefined();
	});

	it('lose rows that are none and a memory that is none, not the line', () => {
		const finding = parsePreflightLine(
			JSON.stringify({ ...emptyReply, rows: [1, -1, 'x', 2.5, 4], fix: 'rm -rf' }),
		);
		expect(finding).toMatchObject({ rows: [1, 4] });
		expect(finding).not.toHaveProperty('fix');
		const summary = parsePreflightLine(
			JSON.stringify({ line: 'summary', seconds: 1, datasets: [{}], memory: { low: 'much' } }),
		);
		expect(summary).toEqual({ line: 'summary', seconds: 1, datasets: [] });
	});
});
