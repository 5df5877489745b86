import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matches } from '../../../../../src/core/dataset/query/matches';
import type { Query } from '../../../../../src/core/dataset/query/query';
import { queryRowOf } from '../../../../../src/core/dataset/query/queryRow';
import { RowSieve } from '../../../../../src/node/dataset/query/rowSieve';
import { anyQuery } from '../../../core/dataset/query/queryArbitrary';
import { rowText } from '../../../core/dataset/query/queryRows';
import { anyExpression } from '../../../core/dataset/query/regexArbitrary';

const noMarks = { number: 1, format: undefined, findings: 0, label: undefined, isEdited: false };

function sieved(query: Query, rows: readonly string[]): number[] {
	const bytes = Buffer.from(rows.join('\n'));
	const lengths = Uint32Array.from(rows, row => Buffer.byteLength(row));
	let at = 0;
	const starts = Float64Array.from(lengths, length => (at += length + 1) - length - 1);
	return [...new RowSieve(query).rowsIn(bytes, { starts, lengths }, () => {})];
}

function keepsWhatPasses(query: Query, rows: readonly string[]): void {
	const passed = rows.flatMap((row, i) =>
		matches(query, queryRowOf(Buffer.from(row), noMarks)) ? [i] : [],
	);
	expect(sieved(query, rows)).toEqual(expect.arrayContaining(passed));
}

describe('the sieve for rows', () => {
	const rows = fc.array(
		rowText.filter(text => !text.includes('\n')),
		{ maxLength: 5 },
	);

	it('keeps every row that passes', () => {
		fc.assert(fc.property(anyQuery, rows, keepsWhatPasses), { seed: 55, numRuns: 5000 });
	});

	it('keeps every row that an expression of any shape finds', () => {
		const query = fc
			.tuple(anyExpression, fc.constantFrom('', 'i', 'iu', 's'))
			.map(([source, flags]): Query => ({
				root: { kind: 'text', value: { kind: 'regex', source, flags } },
			}));
		fc.assert(fc.property(query, rows, keepsWhatPasses), { seed: 56, numRuns: 8000 });
	});

	it.each([
		[String.raw`Q[.-\]]Z`, String.raw`{"text":"Q\\Z"}`],
		[String.raw`Hi[!-\~]+ who`, String.raw`{"text":"Hi\" who"}`],
		[String.raw`Q[\ -\]]Z`, String.raw`{"text":"Q\/Z"}`],
	])('keeps what a range with an escaped end finds: /%s/', (source, row) => {
		keepsWhatPasses({ root: { kind: 'text', value: { kind: 'regex', source, flags: '' } } }, [row]);
	});

	it('keeps a row whose call is shown with spaces that its JSON has not', () => {
		const call = { function: { name: 'go', arguments: { a: { b: 1 } } } };
		const row = JSON.stringify({
			messages: [
				{ role: 'user', content: 'Hi' },
				{ role: 'assistant', content: '', tool_calls: [call] },
			],
		});
		keepsWhatPasses(
			{ root: { kind: 'text', value: { kind: 'regex', source: '   ', flags: '' } } },
			[row],
		);
	});

	it('leaves out rows without reading them', () => {
		const query: Query = {
			root: {
				kind: 'text',
				value: { kind: 'regex', source: '[.!?] [a-z]+ [a-z]', flags: '' },
			},
		};
		const lines = ['{"text":"One. Two"}', '{"text":"one. two three"}', '{"text":"a\\u0042"}'];
		expect(sieved(query, lines)).toEqual([1, 2]);
	});
});
