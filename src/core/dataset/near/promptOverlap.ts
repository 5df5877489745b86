import { mixed, ShingleReader } from './wordShingles';

export interface OverlapRule {
	/** Words that must follow each other in both texts. */
	readonly ngram: number;
	/** Share of a prompt's words that such runs must cover, above 0 and up to 1. */
	readonly share: number;
}

/** Eight words and half of the prompt, the rule that Tülu 3 was decontaminated by. */
export const usualOverlap: OverlapRule = { ngram: 8, share: 0.5 };

export interface Overlap {
	/** Number of the known prompt, in the order in which they were added. */
	readonly prompt: number;
	/** Share of its words that stand in the text in runs of n. */
	readonly share: number;
}

/** Places remembered of one run of words; a phrase that half of all prompts share tells little. */
const mostPlaces = 200;

/**
 * Knows the prompts of evaluations and finds them in other texts, also where words around or
 * between were changed. Case, punctuation and spacing do not count. A prompt of fewer words than a
 * run is found only where a text says the same as a whole.
 */
export class PromptOverlap {
	readonly #reader = new ShingleReader();
	readonly #prompts: Int32Array[] = [];
	readonly #places = new Map<number, { readonly prompt: number; readonly at: number }[]>();

	constructor(private readonly rule: OverlapRule) {}

	/** Prompts known so far; the next one gets this number. */
	get count(): number {
		return this.#prompts.length;
	}

	add(text: string): void {
		const words = this.#reader.readWords(text).slice();
		const prompt = this.#prompts.push(words) - 1;
		const size = Math.min(this.rule.ngram, words.length);
		const runs = size === 0 ? 0 : words.length - size + 1;
		for (let at = 0; at < runs; at++) {
			const key = runKey(words, at, size);
			const places = this.#places.get(key);
			if (!places) {
				this.#places.set(key, [{ prompt, at }]);
			} else if (places.length < mostPlaces) {
				places.push({ prompt, at });
			}
		}
	}

	/** The known prompt that stands most fully in the text; the first of several. */
	find(text: string): Overlap | undefined {
		const words = this.#reader.readWords(text);
		const covered = new Map<number, Uint8Array>();
		const { ngram } = this.rule;
		if (words.length > 0 && words.length < ngram) {
			this.#cover(words, 0, words.length, covered);
		}
		for (let at = 0; at + ngram <= words.length; at++) {
			this.#cover(words, at, ngram, covered);
		}
		let best: Overlap | undefined;
		for (const [prompt, marks] of covered) {
			const share = marks.reduce((sum, mark) => sum + mark, 0) / marks.length;
			const isBetter =
				!best || share > best.share || (share === best.share && prompt < best.prompt);
			if (share >= this.rule.share && isBetter) {
				best = { prompt, share };
			}
		}
		return best;
	}

	/** Marks the words of every prompt that has this run of the text. */
	#cover(words: Int32Array, from: number, size: number, covered: Map<number, Uint8Array>): void {
		for (const { prompt, at } of this.#places.get(runKey(words, from, size)) ?? []) {
			const known = this.#prompts[prompt] ?? words;
			const isWhole = size === this.rule.ngram || known.length === size;
			if (isWhole && sameRun(known, at, words, from, size)) {
				const marks = covered.get(prompt) ?? new Uint8Array(known.length);
				covered.set(prompt, marks.fill(1, at, at + size));
			}
		}
	}
}

function runKey(words: Int32Array, from: number, size: number): number {
	let key = size;
	for (let i = from; i < from + size; i++) {
		key = mixed(Math.imul(key, 31) + (words[i] ?? 0));
	}
	return key;
}

function sameRun(a: Int32Array, from: number, b: Int32Array, at: number, size: number): boolean {
	for (let i = 0; i < size; i++) {
		if (a[from + i] !== b[at + i]) {
			return false;
		}
	}
	return true;
}
