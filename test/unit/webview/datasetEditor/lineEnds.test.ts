import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepLineEnds } from '../../../../webview/datasetEditor/lineEnds';

const field = (text: string): string => text.replaceAll(/\r\n|\r/g, '\n');

describe('line ends of an edited text', () => {
	it.each([
		['a\r\nb\r\nc', 'a\nB\nc', 'a\r\nB\r\nc'],
		['a\r\nb\r\nc', 'a\nb\nnew\nc', 'a\r\nb\r\nnew\r\nc'],
		['a\r\nb\nc\rd', 'a\nx\nc\nd', 'a\r\nx\nc\rd'],
		['a\r\nb', '', ''],
		['a\nb', 'a\nb\nc', 'a\nb\nc'],
	])('stay where nobody touched them: %j', (before, typed, after) => {
		expect(keepLineEnds(before, typed)).toBe(after);
	});

	it('are all kept when nothing was typed, and never change what is read', () => {
		const text = fc
			.array(fc.constantFrom('a', 'b', '\r\n', '\r', '\n', ''))
			.map(all => all.join(''));
		fc.assert(
			fc.property(text, text, (before, typed) => {
				expect(keepLineEnds(before, field(before))).toBe(before);
				expect(field(keepLineEnds(before, field(typed)))).toBe(field(typed));
			}),
			{ seed: 11, numRuns: 500 },
		);
	});
});
