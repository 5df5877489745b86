import { expect, test } from 'vitest';
import { preferencePairs, type PairSource } from '../../../../src/core/responses/preferencePairs';
import { parseResponse, type ModelResponse } from '../../../../src/core/responses/response';
import type { Vote } from '../../../../src/core/responses/vote';

const order = ['dpo', 'base', 'sft'];
const sha256 = (text: string): string => `hash of ${text}`;

function response(text: string, model: string): ModelResponse {
	const parsed = parseResponse(
		JSON.stringify({
			n: 1,
			promptId: 'p',
			promptIndex: 0,
			response: text,
			sampling: { temperature: 0.7, seed: 1 },
		}),
		model,
	);
	if (typeof parsed === 'string') {
		throw new Error(parsed);
	}
	return parsed;
}

function vote(change: Partial<Vote>, texts: Record<string, string>): Vote {
	return {
		id: 'v1',
		time: '2026-11-22T10:00:00Z',
		voter: 'ada',
		promptId: 'p',
		verdict: 'best',
		best: 'sft',
		order,
		blind: true,
		answers: Object.fromEntries(Object.entries(texts).map(([k, v]) => [k, sha256(v)])),
		...change,
	};
}

function source(texts: Record<string, string>, votes: readonly Vote[]): PairSource {
	return {
		comparisonId: 'c',
		models: [
			{ label: 'base', ref: 'base' },
			{ label: 'sft', ref: 'run:01@4' },
			{ label: 'dpo', ref: 'run:02' },
		],
		votes,
		messages: () => [{ role: 'user', content: 'Hi' }],
		response: label => (texts[label] === undefined ? undefined : response(texts[label], label)),
		sha256,
	};
}

const texts = { base: 'One.', sft: 'Two.', dpo: 'Three.' };

test('by the rule of each, best among three makes two rows in TRL form with their provenance', () => {
	const { rows, skipped } = preferencePairs(source(texts, [vote({}, texts)]), 'each');
	expect(skipped).toEqual([]);
	expect(rows.map(row => row.pair)).toEqual(
		['Three.', 'One.'].map(rejected => ({
			prompt: [{ role: 'user', content: 'Hi' }],
			chosen: [{ role: 'assistant', content: 'Two.' }],
			rejected: [{ role: 'assistant', content: rejected }],
		})),
	);
	expect(rows[1]?.provenance).toMatchObject({
		comparisonId: 'c',
		promptId: 'p',
		voteId: 'v1',
		voter: 'ada',
		order,
		blind: true,
		chosen: { label: 'sft', ref: 'run:01@4', sampling: { seed: 1 }, sha256: 'hash of Two.' },
		rejected: { label: 'base', ref: 'base' },
	});
});

test('with the worst rule a named worst makes one row', () => {
	const { rows } = preferencePairs(source(texts, [vote({ worst: 'base' }, texts)]), 'worst');
	expect(rows.map(row => row.provenance.rejected.label)).toEqual(['base']);
});

test('ties, both bad, equal, empty, missing and changed answers make no row and say so', () => {
	const skipsOf = (t: Record<string, string>, v: Vote): (string | undefined)[] => {
		const { rows, skipped } = preferencePairs(source(t, [v]), 'each');
		expect(rows).toEqual([]);
		return skipped.map(skip => skip.reason);
	};
	expect(skipsOf(texts, vote({ verdict: 'tie', best: undefined }, texts))).toEqual(['tie']);
	expect(skipsOf(texts, vote({ verdict: 'bothBad', best: undefined }, texts))).toEqual(['bothBad']);
	const equal = { base: 'Two.', sft: 'Two.', dpo: ' Two.\n' };
	expect(skipsOf(equal, vote({}, equal))).toEqual(['identical', 'identical']);
	const empty = { base: 'One.', sft: ' ', dpo: 'Three.' };
	expect(skipsOf(empty, vote({}, empty))).toEqual(['emptyChosen', 'emptyChosen']);
	expect(skipsOf({ sft: 'Two.' }, vote({}, texts))).toEqual(['answerMissing', 'answerMissing']);
	const other = { base: 'One.', sft: 'Another.', dpo: 'Three.' };
	expect(skipsOf(other, vote({}, texts))).toEqual(['answerChanged', 'answerChanged']);
});

test('without another wish a prompt makes one pair: against the named worst, else one that is drawn', () => {
	const named = preferencePairs(source(texts, [vote({ worst: 'base' }, texts)]));
	expect(named.rows.map(row => row.provenance)).toMatchObject([
		{ rule: 'one', rejected: { label: 'base' } },
	]);
	const drawn = new Set<string>();
	for (let i = 0; i < 40; i++) {
		const { rows, skipped } = preferencePairs(source(texts, [vote({ promptId: `p${i}` }, texts)]));
		expect(rows).toHaveLength(1);
		expect(skipped).toEqual([]);
		drawn.add(rows[0]?.provenance.rejected.label ?? '');
		const again = preferencePairs(source(texts, [vote({ promptId: `p${i}`, id: 'v9' }, texts)]));
		expect(again.rows[0]?.pair).toEqual(rows[0]?.pair);
	}
	expect([...drawn].toSorted()).toEqual(['base', 'dpo']);
	const equal = { base: 'Two.', sft: 'Two.', dpo: 'Three.' };
	const left = preferencePairs(source(equal, [vote({}, equal)]));
	expect(left.rows.map(row => row.provenance.rejected.label)).toEqual(['dpo']);
});

test('of several voters one speaks for the prompt, and none where they disagree', () => {
	const bob = { voter: 'bob', id: 'v2' };
	const agreed = preferencePairs(
		source(texts, [vote({}, texts), vote({ ...bob, worst: 'dpo' }, texts)]),
	);
	expect(agreed.rows.map(row => row.provenance)).toMatchObject([
		{ voter: 'bob', rejected: { label: 'dpo' } },
	]);
	expect(agreed.skipped).toMatchObject([{ voter: 'ada', reason: 'samePrompt' }]);
	const split = preferencePairs(
		source(texts, [vote({}, texts), vote({ ...bob, best: 'dpo' }, texts)]),
	);
	expect(split.rows).toEqual([]);
	expect(split.skipped.map(({ reason }) => reason)).toEqual(['votersDisagree', 'votersDisagree']);
});

test('the rule of named worsts passes over a vote that names none', () => {
	const { rows, skipped } = preferencePairs(source(texts, [vote({}, texts)]), 'worst');
	expect(rows).toEqual([]);
	expect(skipped).toMatchObject([{ reason: 'noWorst' }]);
});

test('pairs with an answer of a hosted model are left out, or carry the note on its terms', () => {
	const hosted: PairSource = {
		...source(texts, [vote({ worst: 'base' }, texts)]),
		licenceNote: (_, ref) => (ref === 'base' ? 'terms' : undefined),
	};
	expect(preferencePairs(hosted).skipped).toMatchObject([{ label: 'base', reason: 'hosted' }]);
	const { rows } = preferencePairs({ ...hosted, withHosted: true });
	expect(rows[0]?.provenance.rejected).toMatchObject({ label: 'base', licenceNote: 'terms' });
	expect(rows[0]?.provenance.chosen).not.toHaveProperty('licenceNote');
});

test('a second turn follows what the model said in the first, or makes no pair', () => {
	const turns = [
		{ role: 'user', content: 'Hi' },
		{ role: 'user', content: 'Again' },
	];
	const said = (own: string): object[] => [
		{ role: 'user', content: 'Hi' },
		{ role: 'assistant', content: own },
		{ role: 'user', content: 'Again' },
	];
	const dialogue = (own: Record<string, string>): PairSource => {
		const plain = source(texts, [vote({ worst: 'base' }, texts)]);
		return {
			...plain,
			messages: () => turns,
			response: label => {
				const answer = plain.response(label, 'p');
				return answer && { ...answer, messages: said(own[label] ?? '') as typeof turns };
			},
		};
	};
	const same = preferencePairs(dialogue({ sft: 'Hello', base: 'Hello' }));
	expect(same.rows[0]?.pair.prompt).toEqual(said('Hello'));
	const other = preferencePairs(dialogue({ sft: 'Hello', base: 'Yes?' }));
	expect(other.skipped).toMatchObject([{ reason: 'ownTurns' }]);
});
