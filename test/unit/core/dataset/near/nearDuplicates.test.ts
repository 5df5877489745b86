import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalisePrompt } from '../../../../../src/core/dataset/clean/normalisedPrompt';
import { bandShape } from '../../../../../src/core/dataset/near/nearCandidates';
import { NearDuplicates, type NearPair } from '../../../../../src/core/dataset/near/nearDuplicates';
import { sketchInto, sketchSize } from '../../../../../src/core/dataset/near/sketch';
import {
	ShingleReader,
	shingleSet,
	similarity,
} from '../../../../../src/core/dataset/near/wordShingles';

function pairsOf(texts: readonly string[], threshold: number, memory?: number): NearPair[] {
	const near = new NearDuplicates(threshold, memory);
	texts.forEach(text => near.add([text]));
	return verified(near, texts);
}

function verified(near: NearDuplicates, texts: readonly string[]): NearPair[] {
	while (near.isPending) {
		texts.forEach((text, i) => {
			if (near.isWanted(i)) {
				near.verify(i, [text]);
			}
		});
		near.endPass();
	}
	return near.pairs();
}

/** The similarity as it is defined, on strings. */
function naiveSimilarity(a: string, b: string): number {
	const [x, y] = [a, b].map(text => {
		const words = normalisePrompt(text).split(' ');
		const size = words.length < 6 ? 1 : 3;
		return new Set(
			Array.from({ length: words.length - size + 1 }, (_, i) => words.slice(i, i + size).join(' ')),
		);
	}) as [Set<string>, Set<string>];
	const shared = [...x].filter(shingle => y.has(shingle)).length;
	return shared / (x.size + y.size - shared);
}

const vocabulary = Array.from({ length: 900 }, (_, i) => `word${i}`);

/** A linear congruential generator: the same on every machine. */
function seeded(seed: number): () => number {
	let state = seed;
	return () => (state = (state * 48_271) % 0x7fffffff) / 0x7fffffff;
}

describe('near duplicates', () => {
	it.each([0.6, 0.8, 0.9])('finds at least 95% of planted ones from %f on', threshold => {
		const random = seeded(7);
		const any = (): string => vocabulary[Math.floor(random() * vocabulary.length)] ?? '';
		const texts = Array.from({ length: 1500 }, () => {
			const words = Array.from({ length: 4 + Math.floor(300 * random() ** 3) }, any);
			const copy = [...words];
			for (let left = Math.floor(random() * (1 + words.length / 10)); left > 0; left--) {
				copy[Math.floor(random() * copy.length)] = any();
			}
			return [words.join(' '), copy.join(' ')];
		}).flat();
		const found = new Set(
			pairsOf(texts, threshold).map(({ earlier, later }) => `${earlier} ${later}`),
		);
		let [planted, hits] = [0, 0];
		for (let i = 0; i < texts.length; i += 2) {
			if (naiveSimilarity(texts[i] ?? '', texts[i + 1] ?? '') >= threshold) {
				planted++;
				hits += found.has(`${i} ${i + 1}`) ? 1 : 0;
			}
		}
		expect(planted).toBeGreaterThan(300);
		expect(hits / planted).toBeGreaterThanOrEqual(0.95);
	});

	it('reports no pair whose true similarity is below the threshold, and says the true one', () => {
		const few = fc.constantFrom(...vocabulary.slice(0, 12));
		const text = fc.array(few, { minLength: 1, maxLength: 40 }).map(words => words.join(' '));
		fc.assert(
			fc.property(
				fc.array(text, { maxLength: 30 }),
				fc.double({ min: 0.5, max: 1 }),
				(texts, t) => {
					for (const { earlier, later, similarity: said } of pairsOf(texts, t)) {
						expect(earlier).toBeLessThan(later);
						expect(said).toBeGreaterThanOrEqual(t);
						expect(said).toBeCloseTo(naiveSimilarity(texts[earlier] ?? '', texts[later] ?? ''), 10);
					}
				},
			),
		);
	});

	it('finds the same pairs when memory is short and many passes are needed', () => {
		const texts = Array.from({ length: 300 }, (_, i) =>
			Array.from({ length: 50 }, (_v, n) => vocabulary[((i % 60) * 7 + n * 3) % 900]).join(' '),
		);
		const whole = pairsOf(texts, 0.8);
		expect(whole.length).toBeGreaterThan(500);
		expect(pairsOf(texts, 0.8, 2000)).toEqual(whole);
	});

	it('compares texts with references, and never references with each other', () => {
		const near = new NearDuplicates(0.8);
		const texts = ['a b c d e f g h', 'a b c d e f g h', 'a b c d e f g h', 'q r s t u v w x'];
		near.addReference([texts[0] ?? '']);
		near.addReference([texts[1] ?? '']);
		near.add([texts[2] ?? '']);
		near.add([texts[3] ?? '']);
		expect(verified(near, texts)).toEqual([
			{ earlier: 0, later: 2, similarity: 1 },
			{ earlier: 1, later: 2, similarity: 1 },
		]);
	});

	it('takes case, punctuation, spacing and Unicode form for nothing, and empty texts for no pair', () => {
		const texts = [
			'Ein schöner Tag, don’t you think so?',
			'EIN SCHO\u0308NER  TAG — don t you think so',
			'',
			'',
		];
		expect(pairsOf(texts, 1)).toEqual([{ earlier: 0, later: 1, similarity: 1 }]);
	});

	it('tells texts apart that write no spaces', () => {
		const texts = [
			'我想知道如何清洗汽车的内部',
			'我想知道如何清洗汽车的外部',
			'今天天气很好我们去公园散步吧',
		];
		const [pair, ...others] = pairsOf(texts, 0.5);
		expect(others).toEqual([]);
		expect(pair).toMatchObject({ earlier: 0, later: 1 });
	});
});

describe('a sketch', () => {
	it('agrees in a share of its places that is the similarity, for short and long sets', () => {
		for (const size of [4, 40, 4000]) {
			let [difference, count] = [0, 0];
			for (let n = 0; n < 40; n++) {
				const from = n * 100_000;
				const shared = Math.floor((size * n) / 40);
				const make = (own: number): Int32Array =>
					new ShingleReader()
						.read([
							Array.from({ length: size }, (_, i) => `x${from + (i < shared ? i : i + own)}`).join(
								' ',
							),
						])
						.slice();
				const [a, b] = [make(0), make(50_000)];
				const sketches = [a, b].map(set => {
					const sketch = new Int32Array(sketchSize);
					sketchInto(set, sketch);
					return sketch;
				});
				const equal = sketches[0]?.filter((value, i) => value === sketches[1]?.[i]).length ?? 0;
				difference += equal / sketchSize - similarity(shingleSet(a), shingleSet(b));
				count++;
			}
			expect(Math.abs(difference / count)).toBeLessThan(0.02);
		}
	});

	it('is cut into bands that find pairs at the threshold', () => {
		for (const threshold of [0.5, 0.7, 0.8, 0.9, 0.95, 1]) {
			const { rows, bands } = bandShape(threshold);
			expect(rows * bands).toBeLessThanOrEqual(sketchSize);
			expect(1 - (1 - threshold ** rows) ** bands).toBeGreaterThanOrEqual(0.98);
		}
	});
});
