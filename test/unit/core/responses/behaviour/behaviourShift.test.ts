import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { behaviourShift } from '../../../../../src/core/responses/behaviour/behaviourShift';
import { distinctivePhrases } from '../../../../../src/core/responses/behaviour/distinctivePhrases';
import { traitsOf, type TraitId } from '../../../../../src/core/responses/behaviour/trait';
import { ownPhrases } from '../../../../../src/core/dataset/findings/phraseList';
import type { Comparison } from '../../../../../src/core/responses/comparison';
import type { ModelResponse } from '../../../../../src/core/responses/response';

function answer(
	response: string,
	finishReason: ModelResponse['finishReason'] = 'stop',
): ModelResponse {
	return {
		promptId: '',
		promptIndex: 0,
		model: '',
		messages: [],
		response,
		finishReason,
		tokens: {},
		sampling: {},
		row: {},
	};
}

function comparisonOf(
	answers: Readonly<Record<string, readonly (string | ModelResponse | undefined)[]>>,
	tags: readonly (readonly string[])[] = [],
): Comparison {
	const prompts = Math.max(...Object.values(answers).map(({ length }) => length));
	return {
		header: {
			schemaVersion: 1,
			id: 'c',
			name: 'c',
			createdAt: '',
			models: Object.keys(answers).map(label => ({ label, ref: label })),
		},
		prompts: Array.from({ length: prompts }, (_, i) => ({
			id: `p${i}`,
			messages: [{ role: 'user', content: 'What is it?' }],
			tags: tags[i] ?? [],
			line: i,
			extra: {},
		})),
		responses: new Map(
			Object.entries(answers).map(([label, texts]) => [
				label,
				new Map(
					texts.flatMap((text, i) =>
						text === undefined
							? []
							: [[`p${i}`, typeof text === 'string' ? answer(text) : text] as const],
					),
				),
			]),
		),
		votes: [],
		brokenLines: [],
	};
}

function traits(text: string): TraitId[] {
	return [...(traitsOf(answer(text), undefined, ownPhrases)?.traits ?? [])];
}

describe('the traits of an answer', () => {
	it.each<[string, TraitId[]]>([
		['Plain words.', []],
		['Three of them:\n\n- one\n- two', ['list']],
		['1. First do this.', ['list']],
		['A dash - here - is no list.', []],
		['## Steps\n\nGo on.', ['heading']],
		['#hashtag is no heading', []],
		['It is **very** big.', ['bold']],
		['2 ** 3 ** 4 is a power.', []],
		['```js\n1\n```', ['code']],
		['Sure! Here it is.', ['opener']],
		['Of course, it is.', ['opener']],
		['Surely not.', []],
		["It's important to note that it is so.", ['hedge']],
		['It’s worth mentioning.', ['hedge']],
		['I cannot help with that request.', ['refusal']],
		["As an AI language model, I don't have personal opinions.", ['personalPreface']],
		['It is done.\n<|user|>\nAnd then?', ['roleTag']],
		['It is done. [/INST]', ['roleTag']],
		['Good.\n### Human: more', ['heading', 'roleTag']],
		['The user: that is you.', []],
		['   ', ['empty']],
	])('of %j are %j', (text, expected) => {
		expect(traits(text)).toEqual(expected);
	});

	it('counts characters as code points and says when an answer did not stop', () => {
		const found = traitsOf(answer('a😀é', 'length'), undefined, ownPhrases);
		expect(found?.characters).toBe(3);
		expect([...(found?.traits ?? [])]).toEqual(['neverStops']);
	});

	it('are not asked of what a server refused to answer', () => {
		expect(traitsOf(answer('HTTP 500', 'error'), undefined, ownPhrases)).toBeUndefined();
	});
});

describe('a behaviour shift', () => {
	it('compares only prompts that both models answered', () => {
		// The second model answered none of the prompts that ask for lists.
		const base = ['- a', '- b', '- c', '- d', 'x', 'y', 'z', 'u', 'v'];
		const sft = [undefined, undefined, undefined, undefined, 'x', 'y', 'z', 'u', 'v'];
		const [all] = behaviourShift(comparisonOf({ base, sft }));
		const list = all?.models[1]?.traits.find(({ trait }) => trait === 'list');
		expect(all?.models[0]?.traits[0]?.share?.value).toBeCloseTo(4 / 9);
		expect(list?.share?.value).toBe(0);
		expect(list?.shift).toMatchObject({ value: 0, prompts: 5, isClear: false });
	});

	it('is clear only beyond what chance does, and never from a handful of prompts', () => {
		const many = Array.from({ length: 40 }, () => 'Sure, yes.');
		const none = Array.from({ length: 40 }, () => 'Yes.');
		const opener = (base: string[], sft: string[]): boolean | undefined =>
			behaviourShift(comparisonOf({ base, sft }))[0]?.models[1]?.traits.find(
				({ trait }) => trait === 'opener',
			)?.shift?.isClear;
		expect(opener(none, many)).toBe(true);
		expect(opener(none, none)).toBe(false);
		expect(opener(none, [...many.slice(0, 1), ...none.slice(1)])).toBe(false);
		expect(opener(none.slice(0, 3), many.slice(0, 3))).toBe(false);
	});

	it('has a slice for each tag of five prompts or more, with the prompts behind each figure', () => {
		const texts = ['Sure.', 'a', 'b', 'c', 'd', 'e', 'f'];
		const tags = [['math'], ['math'], ['math'], ['math'], ['math'], ['style'], ['style']];
		const slices = behaviourShift(comparisonOf({ base: texts }, tags));
		expect(slices.map(({ tag, prompts }) => [tag, prompts])).toEqual([
			[undefined, 7],
			['math', 5],
		]);
		const opener = slices[1]?.models[0]?.traits.find(({ trait }) => trait === 'opener');
		expect(opener?.promptIds).toEqual(['p0']);
	});

	it('keeps every share and every difference inside its interval, whatever the answers', () => {
		const texts = fc.array(fc.constantFrom('Sure.', '- a', 'No.', '', '# T', '**b**'), {
			minLength: 2,
			maxLength: 20,
		});
		fc.assert(
			fc.property(texts, texts, (base, sft) => {
				for (const { models } of behaviourShift(comparisonOf({ base, sft }))) {
					for (const { share, shift, answers, promptIds } of models.flatMap(m => m.traits)) {
						expect(promptIds).toHaveLength(answers);
						if (share) {
							expect(share.low).toBeLessThanOrEqual(share.value + 1e-12);
							expect(share.high).toBeGreaterThanOrEqual(share.value - 1e-12);
						}
						if (shift) {
							expect(shift.low).toBeLessThanOrEqual(shift.value);
							expect(shift.high).toBeGreaterThanOrEqual(shift.value);
						}
					}
				}
			}),
			{ seed: 7, numRuns: 100 },
		);
	});
});

describe('distinctive phrases', () => {
	const common = Array.from(
		{ length: 40 },
		(_, i) => `It stands in house ${i % 4} by the old river.`,
	);

	it('name a planted phrase with its counts, and nothing that both say', () => {
		const mine = common.map((text, i) => (i < 20 ? `I would be glad to help. ${text}` : text));
		const found = distinctivePhrases(comparisonOf({ base: common, sft: mine }), 'sft', 'base');
		expect(found[0]).toMatchObject({ answers: 20, referenceAnswers: 0 });
		expect('^ i would be glad to help').toContain(found[0]?.phrase);
		expect(found.some(({ phrase }) => phrase.includes('river'))).toBe(false);
	});

	it('count answers, so that one answer in a loop does not stand for its model', () => {
		const mine = common.map((text, i) => (i === 0 ? 'loop the loop '.repeat(200) : text));
		const found = distinctivePhrases(comparisonOf({ base: common, sft: mine }), 'sft', 'base');
		expect(found.map(({ phrase }) => phrase)).not.toContain('loop');
	});

	it('are none between equal answers', () => {
		expect(distinctivePhrases(comparisonOf({ base: common, sft: common }), 'sft', 'base')).toEqual(
			[],
		);
	});
});
