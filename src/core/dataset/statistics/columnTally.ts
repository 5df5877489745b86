/** Different texts that are counted one by one; with more of them the column is one of free text. */
const mostTexts = 1000;
/** Characters of a text that count; longer ones are free text too. */
const longestText = 120;
/** Whole numbers below this are counted by value, in little room. */
const dense = 1 << 15;

/** The values of one column of some rows, as they travel between threads. */
export interface PackedTally {
	/** How often each whole number from 0 occurs; absent when none does. */
	readonly counts: Uint32Array;
	readonly others: Float64Array;
	/** By text, or by `true`, `false` and `null` without quotes. */
	readonly texts: ReadonlyMap<string, number>;
	/** Texts that are too many or too long to be counted one by one. */
	readonly freeTexts: number;
}

/** Counts the values of one column. */
export class ColumnTally {
	#counts = new Uint32Array(64);
	#others: number[] = [];
	readonly #texts = new Map<string, number>();
	#freeTexts = 0;

	/** @param value a number, a text as JSON writes it in quotes, or a word of JSON */
	add(value: number | string): void {
		if (typeof value === 'string') {
			this.#addText(value, 1);
		} else if (Number.isInteger(value) && value >= 0 && value < dense) {
			this.#reserve(value);
			this.#counts[value] = (this.#counts[value] ?? 0) + 1;
		} else {
			this.#others.push(value);
		}
	}

	addAll({ counts, others, texts, freeTexts }: PackedTally): void {
		this.#reserve(counts.length - 1);
		for (const [value, count] of counts.entries()) {
			this.#counts[value] = (this.#counts[value] ?? 0) + count;
		}
		for (const value of others) {
			this.#others.push(value);
		}
		for (const [text, count] of texts) {
			this.#addText(text, count);
		}
		this.#freeTexts += freeTexts;
	}

	pack(): PackedTally {
		return {
			counts: this.#counts,
			others: Float64Array.from(this.#others),
			texts: this.#texts,
			freeTexts: this.#freeTexts,
		};
	}

	/** Each number that occurs, ascending, and how often. */
	numbers(): { readonly value: number; readonly count: number }[] {
		const found: { value: number; count: number }[] = [];
		for (const [value, count] of this.#counts.entries()) {
			if (count > 0) {
				found.push({ value, count });
			}
		}
		for (const value of this.#others) {
			found.push({ value, count: 1 });
		}
		found.sort((a, b) => a.value - b.value);
		const joined: { value: number; count: number }[] = [];
		for (const one of found) {
			const last = joined.at(-1);
			if (last?.value === one.value) {
				last.count += one.count;
			} else {
				joined.push(one);
			}
		}
		return joined;
	}

	/** Each text that occurs, the most frequent first. */
	texts(): { readonly text: string; readonly count: number }[] {
		return [...this.#texts]
			.map(([text, count]) => ({ text, count }))
			.sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1));
	}

	get freeTexts(): number {
		return this.#freeTexts;
	}

	#addText(text: string, count: number): void {
		const known = this.#texts.get(text);
		if (known === undefined && (text.length > longestText || this.#texts.size >= mostTexts)) {
			this.#freeTexts += count;
		} else {
			this.#texts.set(text, (known ?? 0) + count);
		}
	}

	#reserve(value: number): void {
		if (value >= this.#counts.length) {
			const grown = new Uint32Array(Math.max(value + 1, this.#counts.length * 2));
			grown.set(this.#counts);
			this.#counts = grown;
		}
	}
}
