import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	LiteralSearch,
	rowsWithHiddenLetters,
} from '../../../../../src/node/dataset/query/literalSearch';

const word = fc.stringMatching(/^[A-Za-z]{1,6}(?: [A-Za-z]{1,6}){0,2}$/);

describe('the search for literals', () => {
	it('finds exactly the rows that hold one of them', () => {
		fc.assert(
			fc.property(
				fc.array(word, { minLength: 1, maxLength: 5 }),
				fc.boolean(),
				fc.array(fc.array(fc.oneof(word, fc.constant('\n')), { maxLength: 6 })),
				fc.func(fc.boolean()),
				(texts, isExact, lines, isPlanted) => {
					const rows = lines.map((words, i) => {
						const planted = texts[i % texts.length] ?? '';
						const text = isPlanted(i) ? [...words, planted, ...words] : words;
						return text.join(' ').replaceAll('\n', ' ');
					});
					const starts = new Float64Array(rows.length);
					const lengths = new Uint32Array(rows.length);
					let at = 0;
					for (const [i, row] of rows.entries()) {
						starts[i] = at;
						lengths[i] = row.length;
						at += row.length + 1;
					}
					const expression = new RegExp(texts.join('|'), isExact ? '' : 'i');
					const wanted = rows.flatMap((row, i) => (expression.test(row) ? [i] : []));
					const search = new LiteralSearch({ texts, isExact });
					const bytes = Buffer.from(rows.join('\n'));
					expect(search.rowsIn(bytes, { starts, lengths }, new Set())).toEqual(wanted);
				},
			),
			{ seed: 54, numRuns: 3000 },
		);
	});

	it('finds the rows that may hide letters', () => {
		const rows = ['{"a":"\\u0041"}', '{"a":"b"}', '{"a":"\u212a"}', '{"a":"ſ"}', '{"a":"\\u00fc"}'];
		const bytes = Buffer.from(rows.join('\n'));
		const lengths = Uint32Array.from(rows, row => Buffer.byteLength(row));
		let at = 0;
		const starts = Float64Array.from(lengths, length => (at += length + 1) - length - 1);
		const ranges = { starts, lengths };
		expect([...rowsWithHiddenLetters(bytes, ranges, false)].sort((a, b) => a - b)).toEqual([
			0, 2, 3,
		]);
		expect([...rowsWithHiddenLetters(bytes, ranges, true)]).toEqual([0]);
	});
});
