import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ShingleReader } from '../../../../../src/core/dataset/near/wordShingles';
import {
	decodePostings,
	listOfPair,
	listOfWord,
	PostingsBuilder,
} from '../../../../../src/core/responses/source/postings';
import { longestSharedRun, rankRows } from '../../../../../src/core/responses/source/rankRows';

test('lists hold exactly the rows in which a word or a pair stands, and how often', () => {
	const word = fc.integer({ min: 1, max: 12 });
	fc.assert(
		fc.property(
			fc.array(fc.array(fc.array(word, { maxLength: 9 }), { maxLength: 3 }), { maxLength: 400 }),
			rows => {
				const builder = new PostingsBuilder();
				for (const texts of rows) {
					builder.add(texts.map(text => Int32Array.from(text)));
				}
				const segment = builder.take();
				const inList = (list: number): Map<number, number> => {
					const found = new Map<number, number>();
					const from = segment.starts[list] ?? 0;
					decodePostings(segment.bytes.subarray(from, segment.starts[list + 1]), (row, times) =>
						found.set(row, times),
					);
					return found;
				};
				for (let first = 1; first <= 12; first++) {
					const words = new Map<number, number>();
					const pairs = new Map<number, number>();
					for (const [row, texts] of rows.entries()) {
						const times = texts.flat().filter(one => one === first).length;
						const pair = texts.flatMap(text =>
							text.filter((one, i) => one === first && text[i + 1] === 3),
						).length;
						if (times > 0) {
							words.set(row, times);
						}
						if (pair > 0) {
							pairs.set(row, pair);
						}
					}
					expect(inList(listOfWord(first))).toEqual(words);
					expect(inList(listOfPair(first, 3))).toEqual(pairs);
				}
				expect([...segment.lengths]).toEqual(rows.map(texts => texts.flat().length));
			},
		),
		{ seed: 3, numRuns: 60 },
	);
});

test('the longest shared run is that of a plain search', () => {
	const words = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 25 });
	fc.assert(
		fc.property(words, words, (phrase, row) => {
			const found = longestSharedRun(Int32Array.from(phrase), Int32Array.from(row));
			let longest = 0;
			const text = ` ${row.join(' ')} `;
			for (let from = 0; from < phrase.length; from++) {
				for (let to = from + 1; to <= phrase.length; to++) {
					if (text.includes(` ${phrase.slice(from, to).join(' ')} `)) {
						longest = Math.max(longest, to - from);
					}
				}
			}
			expect(found.length).toBe(longest);
			expect(row.slice(found.inWords, found.inWords + longest)).toEqual(
				phrase.slice(found.inPhrase, found.inPhrase + longest),
			);
		}),
		{ seed: 5, numRuns: 500 },
	);
});

test('a row with the rarer word comes before rows with common ones, over all segments', () => {
	const reader = new ShingleReader();
	const texts = Array.from({ length: 60 }, (_, i) =>
		i === 41 ? 'the marmoset of the house' : 'the house of the river',
	);
	const builders = [new PostingsBuilder(), new PostingsBuilder()];
	texts.forEach((text, i) => builders[i < 30 ? 0 : 1]?.add([reader.readWords(text).slice()]));
	const segments = builders.map(builder => builder.take());
	const words = reader.readWords('the marmoset').slice();
	const ranked = rankRows(
		[...words].map(word => ({
			lists: segments.map(({ bytes, starts }) =>
				bytes.subarray(starts[listOfWord(word)], starts[listOfWord(word) + 1]),
			),
		})),
		segments.map(({ lengths }) => lengths),
		3,
	);
	expect(ranked[0]?.row).toBe(41);
});
