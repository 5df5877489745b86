import { describe, expect, it } from 'vitest';
import { countsOfMessages, countsOfSide } from '../../../../src/core/tokens/tokenCounts';
import { tokensAnswerFrom } from '../../../../src/core/tokens/tokensAnswer';

const side = {
	name: 'text',
	text: 'abcd',
	isExact: true,
	ids: [1, 2, 3, 4],
	pieces: ['a', 'b', 'c', 'd'],
	special: [{ at: 0, name: '<s>' }],
	loss: [[1, 3]],
	start: 0,
	stop: 2,
	hasSeam: false,
	messages: [
		{ message: 0, role: 'user', start: 0, stop: 1 },
		{ message: 1, role: 'assistant', start: 1, stop: 4 },
	],
};

describe('what a host says of an example', () => {
	it('is taken as it is when it has the form of an answer', () => {
		const answer = { sides: [side], maxLength: 2, packing: null, isDropped: false };
		expect(tokensAnswerFrom(answer)).toEqual(answer);
		const refused = { by: 'template', reason: 'no' };
		expect(tokensAnswerFrom({ refused, more: 1 })).toEqual({ refused });
	});

	it.each([
		['nothing', undefined],
		['no side', { sides: [] }],
		['another name', { sides: [{ ...side, name: 'both' }] }],
		['fewer pieces than ids', { sides: [{ ...side, pieces: ['abcd'] }] }],
		['pieces of another text', { sides: [{ ...side, text: 'abce' }] }],
		['a cut behind the end', { sides: [{ ...side, stop: 5 }] }],
		['loss before the beginning', { sides: [{ ...side, loss: [[-1, 2]] }] }],
		[
			'a message that ends before it begins',
			{ sides: [{ ...side, messages: [{ role: 'user', start: 2, stop: 1 }] }] },
		],
		['an unknown refuser', { refused: { by: 'nobody', reason: '' } }],
	])('is none of ours with %s', (_, value) => {
		expect(tokensAnswerFrom(value)).toBeUndefined();
	});

	it('is counted as far as the cut leaves it', () => {
		const read = tokensAnswerFrom({ sides: [side] })?.sides?.[0];
		expect(read && countsOfSide(read)).toEqual({ tokens: 4, kept: 2, trained: 1 });
		expect(read && countsOfMessages(read)).toEqual([
			{ role: 'user', tokens: 1, kept: 1, trained: 0 },
			{ role: 'assistant', tokens: 3, kept: 1, trained: 1 },
		]);
	});
});
