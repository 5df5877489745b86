import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { onlyHere } from '../../../../src/core/responses/onlyHere';
import { sharedSpans } from '../../../../src/core/responses/sharedSpans';

const words = 'rake shed wide light mat cat sat near door 猫は静かに שלום'.split(' ');
const texts = fc.array(
	fc
		.array(fc.tuple(fc.constantFrom(...words), fc.constantFrom(' ', ' ', '. ', '\n')), {
			maxLength: 60,
		})
		.map(parts => parts.map(([word, gap]) => word + gap).join('')),
	{ minLength: 1, maxLength: 6 },
);

describe('passages that several answers share', () => {
	const shown = (all: readonly string[], lane: number): [string, readonly number[]][] =>
		(sharedSpans(all)[lane] ?? []).map(({ start, end, lanes }) => [
			all[lane]?.slice(start, end) ?? '',
			lanes,
		]);

	test('have three words or more, wherever they stand and whatever their case', () => {
		const all = [
			'You can eat as many as you like.',
			'No. As many as you like, said he.',
			'As many birds.',
		];
		expect(shown(all, 0)).toEqual([['as many as you like', [1]]]);
		expect(shown(all, 1)).toEqual([['As many as you like', [0]]]);
		expect(shown(all, 2)).toEqual([]);
	});

	test('are cut where other answers share them', () => {
		expect(shown(['one two three four five', 'one two three', 'two three four five'], 0)).toEqual([
			['one', [1]],
			['two three', [1, 2]],
			['four five', [2]],
		]);
	});

	test('are words that the other text really has, and an answer that is absent shares none', () => {
		fc.assert(
			fc.property(texts, all => {
				const spans = sharedSpans(all);
				const bare = (text: string): string => text.toLowerCase().replaceAll(/[\s.]+/g, ' ');
				for (const [lane, list] of spans.entries()) {
					let before = 0;
					for (const { start, end, lanes } of list) {
						expect(start).toBeGreaterThanOrEqual(before);
						expect(end).toBeGreaterThan(start);
						before = end;
						expect(lanes).not.toContain(lane);
						for (const other of lanes) {
							for (const word of bare(all[lane]?.slice(start, end) ?? '').split(' ')) {
								expect(bare(all[other] ?? '')).toContain(word);
							}
						}
					}
				}
			}),
			{ numRuns: 200, seed: 3 },
		);
		expect(sharedSpans(['one two three', undefined])).toEqual([[], []]);
	});
});

describe('what only one answer says', () => {
	const shown = (all: readonly string[], lane: number): string[] =>
		(onlyHere(all)[lane] ?? []).map(({ start, end }) => all[lane]?.slice(start, end) ?? '');

	test('is its sentences without a counterpart anywhere in the others', () => {
		const all = [
			'Helicopters are made of metal. They cannot be eaten by people. Try an apple.',
			'A person cannot eat metal helicopters. Helicopters are made of metal.',
			'They cannot be eaten by any people. Rotors spin very fast.',
		];
		expect(shown(all, 0)).toEqual(['Try an apple.']);
		expect(shown(all, 2)).toEqual(['Rotors spin very fast.']);
	});

	test('is nothing for equal answers, for one answer alone, and all of it among strangers', () => {
		expect(onlyHere(['The cat sat down.', 'The cat sat down.'])).toEqual([[], []]);
		expect(onlyHere(['The cat sat down.', undefined])).toEqual([[], []]);
		expect(shown(['Blue whales sing songs.', 'Trains run late today.'], 1)).toEqual([
			'Trains run late today.',
		]);
	});

	test('is in order and inside the text, also for texts of any kind', () => {
		fc.assert(
			fc.property(fc.oneof(texts, fc.array(fc.string({ unit: 'binary' }))), all => {
				for (const [lane, list] of onlyHere(all).entries()) {
					let before = 0;
					for (const { start, end } of list) {
						expect(start).toBeGreaterThanOrEqual(before);
						expect(end).toBeGreaterThan(start);
						before = end;
					}
					expect(before).toBeLessThanOrEqual(all[lane]?.length ?? 0);
				}
			}),
			{ numRuns: 200, seed: 4 },
		);
	});

	test('two answers of 4,000 sentences end', () => {
		const long = (seed: number): string =>
			Array.from(
				{ length: 4000 },
				(_, i) => `The w${(i * seed) % 97} is v${(i * 7) % 89} now.`,
			).join(' ');
		expect(onlyHere([long(3), long(5)])).toHaveLength(2);
		expect(sharedSpans([long(3), long(5)])).toHaveLength(2);
	});
});
