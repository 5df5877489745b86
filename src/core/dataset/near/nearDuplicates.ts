import { NearCandidates } from './nearCandidates';
import { ShingleReader, shingleSet, similarity } from './wordShingles';

/** Two texts by their numbers, and the Jaccard similarity of their shingles. */
export interface NearPair {
	readonly earlier: number;
	readonly later: number;
	readonly similarity: number;
}

/** Bytes of shingles that are held at once while pairs are verified. */
const mostHeld = 256 << 20;

/**
 * Finds all pairs of texts that are nearly the same, in a file of any size: a first pass over the
 * texts names candidates, and further passes, nearly always one, verify each of them against the
 * shingles themselves. Only what candidates need is held in memory.
 *
 * Use: `add` or `addReference` for every text in order; then, while `isPending`, `verify` for every
 * text that `isWanted`, in the same order, and `endPass`.
 */
export class NearDuplicates {
	readonly #reader = new ShingleReader();
	readonly #candidates: NearCandidates;
	/** Earlier texts that are still to be compared with a later one. */
	#pending = new Map<number, number[]>();
	/** How many later texts wait for an earlier one. */
	readonly #uses = new Map<number, number>();
	readonly #sets = new Map<number, Int32Array>();
	#held = 0;
	readonly #pairs: NearPair[] = [];

	/** @param threshold smallest similarity, above 0 and up to 1 */
	constructor(
		readonly threshold: number,
		private readonly memory = mostHeld,
	) {
		this.#candidates = new NearCandidates(threshold);
	}

	/** Texts added so far; the next one gets this number. */
	get count(): number {
		return this.#candidates.count;
	}

	add(texts: readonly string[]): void {
		const number = this.count;
		const found = this.#candidates.add(this.#reader.read(texts));
		if (found.length > 0) {
			this.#pending.set(number, found);
			for (const earlier of found) {
				this.#uses.set(earlier, (this.#uses.get(earlier) ?? 0) + 1);
			}
		}
	}

	/** A text that others are compared with, and that is not compared itself. */
	addReference(texts: readonly string[]): void {
		this.#candidates.add(this.#reader.read(texts), true);
	}

	/** Whether another pass is needed. */
	get isPending(): boolean {
		return this.#pending.size > 0;
	}

	isWanted(number: number): boolean {
		return this.#pending.has(number) || this.#uses.has(number);
	}

	verify(number: number, texts: readonly string[]): void {
		const set = shingleSet(this.#reader.read(texts));
		const waiting = (this.#pending.get(number) ?? []).filter(
			earlier => !this.#compare(number, set, earlier),
		);
		if (waiting.length > 0) {
			this.#pending.set(number, waiting);
		} else {
			this.#pending.delete(number);
		}
		if (this.#uses.has(number) && this.#held < this.memory) {
			this.#sets.set(number, set);
			this.#held += set.byteLength;
		}
	}

	/** Whether the earlier text was at hand. */
	#compare(later: number, set: Int32Array, earlier: number): boolean {
		const other = this.#sets.get(earlier);
		if (!other) {
			return false;
		}
		const similar = similarity(set, other);
		if (similar >= this.threshold) {
			this.#pairs.push({ earlier, later, similarity: similar });
		}
		const uses = (this.#uses.get(earlier) ?? 1) - 1;
		if (uses > 0) {
			this.#uses.set(earlier, uses);
		} else {
			this.#uses.delete(earlier);
			this.#sets.delete(earlier);
			this.#held -= other.byteLength;
		}
		return true;
	}

	endPass(): void {
		this.#sets.clear();
		this.#held = 0;
	}

	/** Verified pairs, by the later text and then the earlier one. */
	pairs(): NearPair[] {
		return this.#pairs.sort((a, b) => a.later - b.later || a.earlier - b.earlier);
	}
}
