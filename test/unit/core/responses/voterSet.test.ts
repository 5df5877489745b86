import { expect, test } from 'vitest';
import { foldVoter, parseVoteLine, type SetEvent } from '../../../../src/core/responses/voterSet';
import type { VoteEvent } from '../../../../src/core/responses/vote';

let next = 0;
const base = () => ({
	schemaVersion: 1 as const,
	id: `v${next++}`,
	time: '2026-11-22T10:00:00Z',
	voter: 'ada',
});
function vote(kind: 'tie' | 'skip' | 'undo', promptId: string, repeat?: true): VoteEvent {
	const shown = { order: ['a', 'b'], blind: true, answers: { a: '1', b: '2' } };
	return { ...base(), ...shown, kind, promptId, ...(repeat ? { repeat } : {}) };
}
const seen = (): SetEvent => ({ ...base(), kind: 'tallySeen' });
const plan = (prompts: number): SetEvent => ({
	...base(),
	kind: 'plan',
	plan: { look: 'planned', prompts, lanes: 'all' },
});

test('a plan counts when it was made before the first vote, the last of several', () => {
	const folded = foldVoter([plan(3), plan(5), vote('tie', 'p'), plan(9)]);
	expect(folded.set.plan).toEqual({ look: 'planned', prompts: 5, lanes: 'all' });
	expect(foldVoter([vote('tie', 'p'), plan(9)]).set.plan).toBeUndefined();
});

test('votes after the counts were seen are marked, those before are not', () => {
	const { votes, set } = foldVoter([vote('tie', 'p'), seen(), vote('tie', 'q')]);
	expect(votes.map(({ promptId, afterTally }) => [promptId, afterTally])).toEqual([
		['p', undefined],
		['q', true],
	]);
	expect(set.tallySeen).toBe(true);
});

test('a repeat is no vote of the set, and an undo of one leaves the other alone', () => {
	const lines = [vote('tie', 'p'), vote('tie', 'p', true), vote('undo', 'p')];
	const folded = foldVoter(lines);
	expect(folded.votes).toEqual([]);
	expect([...folded.set.repeats.keys()]).toEqual(['p']);
});

test('skips are counted, decide nothing and are not what undo takes back', () => {
	const folded = foldVoter([
		vote('skip', 'p'),
		vote('skip', 'p'),
		vote('skip', 'p', true),
		vote('tie', 'q'),
		vote('skip', 'q'),
		vote('undo', 'q'),
	]);
	expect(folded.votes).toEqual([]);
	expect([...folded.set.skips.values()]).toEqual([2, 1, 1]);
});

test('lines about the set read back, and a wrong one says why', () => {
	for (const line of [plan(4), seen(), vote('skip', 'p'), vote('tie', 'p', true)]) {
		expect(parseVoteLine(JSON.stringify(line))).toEqual(line);
	}
	const wrong = { ...plan(4), plan: { look: 'planned', lanes: 'all', prompts: 0 } };
	expect(typeof parseVoteLine(JSON.stringify(wrong))).toBe('string');
	expect(typeof parseVoteLine('{"kind":"plan"')).toBe('string');
	expect(parseVoteLine(JSON.stringify({ ...seen(), schemaVersion: 2 }))).toContain('newer');
});
