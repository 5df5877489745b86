import { expect, test } from 'vitest';
import type { Comparison } from '../../../../../src/core/responses/comparison';
import { comparisonStatistics } from '../../../../../src/core/responses/statistics/comparisonStatistics';
import type { Vote } from '../../../../../src/core/responses/vote';
import type { VotePlan, VoterSet } from '../../../../../src/core/responses/voterSet';

function vote(promptId: string, change: Partial<Vote> = {}): Vote {
	return {
		id: promptId,
		time: '',
		voter: 'ada',
		promptId,
		verdict: 'best',
		best: 'a',
		order: ['a', 'b'],
		blind: true,
		answers: { a: '1', b: '2' },
		...change,
	};
}

function voted(votes: readonly Vote[], plan?: VotePlan, repeats: readonly Vote[] = []): Comparison {
	const set: VoterSet = {
		voter: 'ada',
		...(plan ? { plan } : {}),
		tallySeen: false,
		repeats: new Map(repeats.map(one => [one.promptId, one])),
		skips: new Map(),
	};
	const models = ['a', 'b'].map(label => ({ label, ref: label }));
	return {
		header: { schemaVersion: 1, id: 'c', name: 'c', createdAt: '', models },
		prompts: [],
		responses: new Map(),
		votes,
		sets: new Map([['ada', set]]),
		brokenLines: [],
	};
}

const planned: VotePlan = { look: 'planned', prompts: 2, lanes: 'all' };

test('the narrower interval needs a number that every voter set and reached before looking', () => {
	const two = [vote('p'), vote('q')];
	const lookOf = (comparison: Comparison) => comparisonStatistics(comparison).look;
	expect(lookOf(voted(two, planned))).toEqual({ kind: 'planned', prompts: 2 });
	expect(lookOf(voted(two.slice(1), planned))).toEqual({ kind: 'anytime', prompts: 2 });
	expect(lookOf(voted([vote('p'), vote('q', { afterTally: true })], planned)).kind).toBe('anytime');
	expect(lookOf(voted(two))).toEqual({ kind: 'anytime' });
	expect(lookOf(voted([...two, vote('q', { voter: 'bob' })], planned)).kind).toBe('anytime');
});

test('hidden repeats tell how steady votes are and count in no rate', () => {
	const votes = Array.from({ length: 20 }, (_, i) => vote(`p${i}`));
	const again = votes.map((one, i) => (i < 5 ? { ...one, best: 'b' } : one));
	const { consistency, slices } = comparisonStatistics(voted(votes, undefined, again));
	expect(consistency).toMatchObject({ repeats: 20, same: { value: 0.75 } });
	expect(slices[0]?.pairs[0]).toMatchObject({ prompts: 20, wins: 0, losses: 20 });
	const other = again.map(one => ({ ...one, answers: { a: 'changed', b: '2' } }));
	expect(comparisonStatistics(voted(votes, undefined, other)).consistency.repeats).toBe(0);
});
