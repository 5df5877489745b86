import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PromptOverlap, usualOverlap } from '../../../../../src/core/dataset/near/promptOverlap';

const helicopters = 'How many helicopters can a human eat in one sitting?';
const car = 'Please describe in simple steps how to clean the inside of a car without any water';

function overlapOf(prompts: readonly string[], rule = usualOverlap): PromptOverlap {
	const overlap = new PromptOverlap(rule);
	prompts.forEach(prompt => overlap.add(prompt));
	return overlap;
}

/** The share as it is defined, on strings. */
function naiveShare(prompt: string, text: string, ngram: number): number {
	const [known, words] = [prompt.split(' '), text.split(' ')];
	if (known.length < ngram) {
		return prompt === text ? 1 : 0;
	}
	const runs = new Set(words.map((_, i) => words.slice(i, i + ngram).join(' ')));
	const covered = new Set<number>();
	for (let at = 0; at + ngram <= known.length; at++) {
		if (runs.has(known.slice(at, at + ngram).join(' '))) {
			known.slice(at, at + ngram).forEach((_, i) => covered.add(at + i));
		}
	}
	return covered.size / known.length;
}

describe('prompts of other sets', () => {
	it('are found whatever their case and punctuation, and within other words', () => {
		const overlap = overlapOf([car, helicopters]);
		expect(overlap.find('how many HELICOPTERS can a human eat, in one sitting')).toEqual({
			prompt: 1,
			share: 1,
		});
		expect(overlap.find(`Be brief. ${helicopters} Thanks!`)).toEqual({ prompt: 1, share: 1 });
	});

	it('are found where a part was changed, as far as enough of them is left', () => {
		const changed = car.replace('Please describe', 'Tell me');
		expect(overlapOf([car]).find(changed)).toEqual({ prompt: 0, share: 14 / 16 });
		expect(overlapOf([car], { ngram: 8, share: 0.9 }).find(changed)).toBeUndefined();
		expect(overlapOf([car], { ngram: 15, share: 0.5 }).find(changed)).toBeUndefined();
	});

	it('are not found by short phrases that many texts share', () => {
		const overlap = overlapOf([car, 'Write a poem']);
		expect(overlap.find('Tell me how to clean the inside of a house')).toBeUndefined();
		expect(overlap.find('Write a poem about the sea and its storms in autumn')).toBeUndefined();
		expect(overlap.find('write a poem!')).toEqual({ prompt: 1, share: 1 });
	});

	it('share with a text what a count over strings says', () => {
		const words = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 14 });
		const text = words.map(parts => parts.join(' '));
		fc.assert(
			fc.property(
				fc.array(text, { maxLength: 5 }),
				text,
				fc.integer({ min: 2, max: 5 }),
				(prompts, said, ngram) => {
					const shares = prompts.map(prompt => naiveShare(prompt, said, ngram));
					const best = Math.max(0, ...shares);
					const found = overlapOf(prompts, { ngram, share: 0.5 }).find(said);
					expect(found).toEqual(
						best >= 0.5 ? { prompt: shares.indexOf(best), share: best } : undefined,
					);
				},
			),
		);
	});
});
