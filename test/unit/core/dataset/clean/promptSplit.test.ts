import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NearTexts } from '../../../../../src/core/dataset/clean/nearTexts';
import {
	ShingleReader,
	shingleSet,
	similarity,
} from '../../../../../src/core/dataset/near/wordShingles';
import { PromptSplit } from '../../../../../src/core/dataset/clean/promptSplit';
import { recogniseBytes } from '../../../../../src/core/dataset/format';

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const words = 'how do I clean wash a the car boat house quickly well today with soap water'.split(
	' ',
);
const prompt = fc
	.array(fc.constantFrom(...words), { minLength: 1, maxLength: 14 })
	.map(parts => parts.join(' '));

function sidesOf(prompts: readonly string[], near?: number): string[] {
	const split = new PromptSplit({
		test: 0.4,
		seed: 1,
		hash,
		...(near === undefined ? {} : { near: new NearTexts(near) }),
	});
	return prompts.map((text, i) => {
		const bytes = new TextEncoder().encode(JSON.stringify({ prompt: text, completion: `${i}` }));
		return split.sideOf(recogniseBytes(bytes), bytes);
	});
}

describe('a split by prompt', () => {
	it('moves no other row when one is added anywhere', () => {
		fc.assert(
			fc.property(fc.array(prompt), prompt, fc.nat(), (prompts, added, at) => {
				const place = at % (prompts.length + 1);
				const after = sidesOf(prompts.toSpliced(place, 0, added));
				expect(after.toSpliced(place, 1)).toEqual(sidesOf(prompts));
			}),
		);
	});

	it('moves no other row when rows are appended, near duplicates together too', () => {
		fc.assert(
			fc.property(fc.array(prompt), fc.array(prompt), (prompts, added) => {
				const after = sidesOf([...prompts, ...added], 0.6);
				expect(after.slice(0, prompts.length)).toEqual(sidesOf(prompts, 0.6));
			}),
		);
	});

	it('never has a prompt, however it is written, or one near to it on both sides', () => {
		fc.assert(
			fc.property(fc.array(prompt, { minLength: 2 }), prompts => {
				const written = prompts.flatMap(text => [text, ` ${text.toUpperCase()}?`]);
				const sides = sidesOf(written, 0.6);
				const on = (side: string): Int32Array[] =>
					written
						.filter((_, i) => sides[i] === side)
						.map(text => shingleSet(new ShingleReader().read([text])));
				for (const train of on('train')) {
					for (const test of on('test')) {
						expect(similarity(train, test)).toBeLessThan(0.6);
					}
				}
			}),
		);
	});

	it('puts about the asked share on the test side', () => {
		const prompts = Array.from({ length: 2000 }, (_, i) => `question number ${i}`);
		const tests = sidesOf(prompts).filter(side => side === 'test').length;
		expect(tests / 2000).toBeGreaterThan(0.36);
		expect(tests / 2000).toBeLessThan(0.44);
	});
});
