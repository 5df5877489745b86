/** Slots of the table; sentences beyond three quarters of them are not followed any more. */
const size = 2048;
const fullAt = 1536;
/** Words of the shortest sentence whose repetition means something. */
const fewestWords = 4;

/** Which sentences of one text come again, by hash. One object serves text after text. */
export class RepeatedSentences {
	readonly #hashes = new Int32Array(size);
	readonly #counts = new Uint16Array(size);
	readonly #rounds = new Uint32Array(size);
	#round = 0;
	#used = 0;
	#hash = 0;
	#words = 0;
	#start = 0;
	/** How often the most frequent sentence stands there. */
	mostOften = 0;
	/** Characters of all sentences that had been there before. */
	repeatedLength = 0;
	/** Where the most frequent sentence begins and ends, at its last place. */
	start = 0;
	stop = 0;

	clear(): void {
		this.#round++;
		this.#used = 0;
		this.#words = 0;
		this.#hash = 0;
		this.mostOften = 0;
		this.repeatedLength = 0;
	}

	/** The next word of the sentence, which begins at `start` in the text. */
	word(hash: number, start: number): void {
		if (this.#words === 0) {
			this.#start = start;
		}
		this.#words++;
		this.#hash = (Math.imul(this.#hash, 31) + hash) | 0;
	}

	/** The sentence ends at `at`. */
	end(at: number): void {
		if (this.#words >= fewestWords) {
			this.#count(at);
		}
		this.#words = 0;
		this.#hash = 0;
	}

	#count(at: number): void {
		const hash = this.#hash;
		let slot = (hash ^ (hash >>> 15)) & (size - 1);
		while (this.#rounds[slot] === this.#round && this.#hashes[slot] !== hash) {
			slot = (slot + 1) & (size - 1);
		}
		if (this.#rounds[slot] === this.#round) {
			const count = Math.min(0xffff, (this.#counts[slot] ?? 0) + 1);
			this.#counts[slot] = count;
			this.repeatedLength += at - this.#start;
			if (count > this.mostOften) {
				this.mostOften = count;
				this.start = this.#start;
				this.stop = at;
			}
		} else if (this.#used < fullAt) {
			this.#used++;
			this.#rounds[slot] = this.#round;
			this.#hashes[slot] = hash;
			this.#counts[slot] = 1;
		}
	}
}
