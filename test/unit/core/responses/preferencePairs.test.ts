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

test('best among three makes two rows in TRL form with their provenance', () => {
	const { rows, skipped } = preferencePairs(source(texts, [vote({}, texts)]));
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
		const { rows, skipped } = preferencePairs(source(t, [v]));
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
