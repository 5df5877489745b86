import { expect, test } from 'vitest';
import type { ModelPair } from '../../../../src/core/responses/statistics/modelPair';
import type { Tally } from '../../../../src/protocol/responseDiff';
import { intervalOf, moreWords, tallyNotes } from '../../../../webview/responseDiff/tallyWords';

const pair: ModelPair = {
	label: 'b',
	against: 'a',
	prompts: 30,
	wins: 20,
	losses: 8,
	ties: 2,
	share: { value: 0.7, low: 0.52, high: 0.83 },
	anytime: { low: 0.44, high: 0.88 },
	isSeparated: false,
	morePrompts: 1234,
};
const planned = { kind: 'planned', prompts: 30 } as const;
const anytime = { kind: 'anytime' } as const;

test('the interval is the one that the way of looking allows, and separates by it', () => {
	expect(intervalOf(pair, planned)).toBe(pair.share);
	expect(intervalOf(pair, anytime)).toBe(pair.anytime);
	expect(moreWords(pair, planned)).toBe('separated');
	expect(moreWords(pair, anytime)).toBe('about 1,200 more prompts');
	expect(moreWords({ ...pair, morePrompts: 0 }, anytime)).toBe('a few more prompts');
	expect(moreWords({ ...pair, morePrompts: undefined }, anytime)).toBe('no difference to go by');
});

test('the notes say what holds, the left side, repeats from twenty on, and late votes', () => {
	const tally: Tally = {
		rows: [],
		ties: 1,
		bothBad: 2,
		voters: 1,
		skips: 1,
		afterTally: 3,
		statistics: {
			slices: [],
			againstReference: [],
			agreement: [],
			consistency: { repeats: 3 },
			leftChoice: { votes: 20, left: 12, interval: { low: 0.39, high: 0.78 }, expected: 0.5 },
			look: { kind: 'anytime', prompts: 40 },
		},
	};
	const notes = tallyNotes(tally).join('\n');
	expect(notes).toContain('40 prompts were set and not reached');
	expect(notes).toContain('1 tie and 2 all bad');
	expect(notes).toContain('60% of 20 votes (39–78%)');
	expect(notes).toContain('said from 20 on');
	expect(notes).toContain('3 votes given after counts were seen');
	const same = { value: 0.75, low: 0.53, high: 0.89 };
	const steady = { ...tally.statistics, consistency: { repeats: 20, same }, look: planned };
	const later = tallyNotes({ ...tally, statistics: steady }).join('\n');
	expect(later).toContain('75% got the same vote (53–89%)');
	expect(later).toContain('30 prompts were set before the first vote, and reached');
});
