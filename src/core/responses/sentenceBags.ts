import type { TokenisedText } from './proseTokens';

/** Weighted token counts of one sentence. */
export interface SentenceBag {
	readonly counts: ReadonlyMap<number, number>;
	readonly weight: number;
	readonly words: number;
}

/** One sentence against one, or against the few it was split into or joined from. */
export interface SentenceLink {
	referenceStart: number;
	referenceEnd: number;
	otherStart: number;
	otherEnd: number;
}

/** Weight by token id, for the texts of one vocabulary. */
export type TokenWeights = Float64Array;

/**
 * A rare word says more about what a sentence is than "the" does; punctuation says little. What
 * counts is how often a text has it that has it most.
 */
export function tokenWeights(texts: readonly TokenisedText[]): TokenWeights {
	let size = 0;
	for (const text of texts) {
		for (const id of text.ids) {
			size = Math.max(size, id + 1);
		}
	}
	const weights = new Float64Array(size);
	const most = new Int32Array(size).fill(1);
	for (const text of texts) {
		const counts = new Int32Array(size);
		for (let i = 0; i < text.count; i++) {
			const id = text.ids[i] ?? 0;
			const count = (counts[id] ?? 0) + 1;
			counts[id] = count;
			most[id] = Math.max(most[id] ?? 1, count);
			weights[id] = text.words[i] === 1 ? 1 : 0.1;
		}
	}
	return weights.map((weight, id) => weight / Math.sqrt(most[id] ?? 1));
}

/** One bag for each sentence of a text. */
export function sentenceBags(text: TokenisedText, weights: TokenWeights): SentenceBag[] {
	const result: SentenceBag[] = [];
	for (let s = 0; s + 1 < text.sentenceStarts.length; s++) {
		const counts = new Map<number, number>();
		let weight = 0;
		let words = 0;
		const end = text.sentenceStarts[s + 1] ?? text.count;
		for (let i = text.sentenceStarts[s] ?? 0; i < end; i++) {
			const id = text.ids[i] ?? 0;
			counts.set(id, (counts.get(id) ?? 0) + 1);
			weight += weights[id] ?? 0;
			words += text.words[i] ?? 0;
		}
		result.push({ counts, weight, words });
	}
	return result;
}

/** Common weight of each two sentences: a table of one row per bag of `bagsA`. */
export function commonWeights(
	bagsA: readonly SentenceBag[],
	bagsB: readonly SentenceBag[],
	weights: TokenWeights,
): Float64Array {
	const postings = new Map<number, { sentence: number; count: number }[]>();
	for (const [sentence, bag] of bagsB.entries()) {
		for (const [id, count] of bag.counts) {
			const list = postings.get(id);
			if (list) {
				list.push({ sentence, count });
			} else {
				postings.set(id, [{ sentence, count }]);
			}
		}
	}
	const common = new Float64Array(bagsA.length * bagsB.length);
	for (const [i, bag] of bagsA.entries()) {
		const row = i * bagsB.length;
		for (const [id, count] of bag.counts) {
			const weight = weights[id] ?? 0;
			for (const posting of postings.get(id) ?? []) {
				const cell = row + posting.sentence;
				common[cell] = (common[cell] ?? 0) + weight * Math.min(count, posting.count);
			}
		}
	}
	return common;
}

/** Share of common weight (Dice), 0–1. */
export function likeness(a: SentenceBag, b: SentenceBag, common: number): number {
	return (2 * common) / (a.weight + b.weight);
}
