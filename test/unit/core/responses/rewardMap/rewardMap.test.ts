import { describe, expect, it } from 'vitest';
import { rewardMap } from '../../../../../src/core/responses/rewardMap/rewardMap';
import {
	parseRewardMapLine,
	type ScoredAnswer,
} from '../../../../../src/core/responses/rewardMap/scoredAnswer';

function line(tokens: readonly string[], more: object = {}): string {
	const policy = tokens.map((_, i) => -0.25 * i);
	return JSON.stringify({
		n: 1,
		promptId: 'p',
		tokens,
		ids: tokens.map((_, i) => i),
		ending: tokens.length,
		policy,
		again: policy.map(value => value + 0.01),
		reference: policy.map((value, i) => value - i),
		policyTop: tokens.map(() => [[' a', -0.5]]),
		referenceTop: tokens.map(() => [[' b', -0.75]]),
		...more,
	});
}

function scored(tokens: readonly string[], more: object = {}): ScoredAnswer {
	const answer = parseRewardMapLine(line(tokens, more));
	if (answer === undefined) {
		throw new Error('a good line is read');
	}
	return answer;
}

describe('a reward map', () => {
	it('has sums of sentences that add up to the whole, with the ending of the template apart', () => {
		const map = rewardMap(scored(['A', ' kite', '.', ' It', ' flies', '!', '</s>'], { ending: 6 }));
		expect(map.ratios).toEqual([0, 1, 2, 3, 4, 5, 6]);
		expect(map.sum).toBe(21);
		expect(map.sentences.map(({ text, sum, isEnding }) => [text, sum, isEnding])).toEqual([
			['A kite.', 3, false],
			[' It flies!', 12, false],
			['</s>', 6, true],
		]);
		expect(map.noise.largest).toBeCloseTo(0.01);
		expect(map.noise.sum).toBeCloseTo(0.07);
	});

	it('begins a sentence at the token with its first letter, also where line breaks lie between', () => {
		const map = rewardMap(scored(['One', '\n\n', '- ', 'two', ' 🪁', '', '\n', 'three']));
		expect(map.sentences.map(({ text }) => text)).toEqual(['One\n\n', '- two 🪁\n', 'three']);
		expect(map.sentences.map(({ start, stop }) => [start, stop])).toEqual([
			[0, 2],
			[2, 7],
			[7, 8],
		]);
	});

	it('of an answer that could not be scored says why and has no figures', () => {
		const answer = parseRewardMapLine('{"n":1,"promptId":"p","model":"m","problem":"tooLong"}');
		expect(answer).toMatchObject({ promptId: 'p', model: 'm', problem: 'tooLong', tokens: [] });
	});

	it.each([
		'',
		'{"n":1,',
		'[]',
		'null',
		line(['a'], { policy: [1, 2] }),
		line(['a'], { again: ['NaN'] }),
		line([]),
	])('is not read out of a broken line: %s', text => {
		expect(parseRewardMapLine(text)).toBeUndefined();
	});

	it('takes alternatives that are there, and none of a shape that nobody knows', () => {
		const answer = scored(['a', 'b'], { policyTop: [[[' x', -1], ['y']], 7] });
		expect(answer.tokens.map(token => token.policyTop)).toEqual([
			[{ text: ' x', logProb: -1 }],
			[],
		]);
	});
});
