import { NearCandidates } from '../near/nearCandidates';
import { ShingleReader, shingleSet, similarity } from '../near/wordShingles';

/**
 * Finds earlier texts that are nearly the same as a new one, and every answer is verified against
 * the shingles themselves. A text is known to later ones as soon as it was added. It holds the
 * shingles of all texts: right for prompts; `NearDuplicates` goes through whole rows.
 */
export class NearTexts {
	readonly #reader = new ShingleReader();
	readonly #candidates: NearCandidates;
	readonly #sets: Int32Array[] = [];

	/** @param threshold smallest Jaccard similarity of the shingles, up to 1 */
	constructor(private readonly threshold: number) {
		this.#candidates = new NearCandidates(threshold);
	}

	/** @returns numbers of earlier texts that are near, in the order in which they were added */
	add(text: string): readonly number[] {
		const shingles = this.#reader.read([text]);
		const found = this.#candidates.add(shingles);
		const own = shingleSet(shingles);
		this.#sets.push(own);
		return found
			.filter(other => similarity(own, this.#sets[other] ?? own) >= this.threshold)
			.sort((a, b) => a - b);
	}
}
