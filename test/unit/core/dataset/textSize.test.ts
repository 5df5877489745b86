import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sizeOfText, sumOfSizes } from '../../../../src/core/dataset/textSize';

describe('the size of a text', () => {
	it.each([
		['', 0, 0, 0],
		['Hello', 5, 1, 1],
		['Hello, world!', 13, 2, 4],
		['a 😀 b', 5, 2, 3],
		['12345', 5, 1, 2],
		['你好世界', 4, 4, 3],
		['internationalisation', 20, 1, 3],
	])('of %j is %i characters, %i words and about %i tokens', (text, characters, words, tokens) => {
		expect(sizeOfText(text)).toEqual({ characters, words, tokens });
	});

	it('counts code points as an iteration over the text does, lone surrogates too', () => {
		fc.assert(
			fc.property(
				fc.string({ unit: 'binary' }),
				fc.constantFrom('', '\ud800', '\udc00'),
				(a, b) => {
					const text = `${a}${b}${a}`;
					expect(sizeOfText(text).characters).toBe([...text].length);
				},
			),
			{ seed: 3 },
		);
	});

	it('never falls when a word is added', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme' }), text => {
				expect(sizeOfText(`${text} word`).tokens).toBeGreaterThanOrEqual(sizeOfText(text).tokens);
			}),
			{ seed: 5 },
		);
	});

	it('adds up', () => {
		expect(sumOfSizes([sizeOfText('Hello'), sizeOfText('Hello')])).toEqual({
			characters: 10,
			words: 2,
			tokens: 2,
		});
	});
});
