import { mixed } from '../../dataset/near/wordShingles';

/** Terms share this many lists by hash: a list that two terms share only brings rows too many. */
export const listBits = 19;
export const lists = 1 << listBits;

/** The list of a word, given the hash of it. */
export function listOfWord(hash: number): number {
	return mixed(hash) & (lists - 1);
}

/** The list of two words that follow each other. */
export function listOfPair(first: number, second: number): number {
	return mixed(Math.imul(first, 0x9e3779b1) + second) & (lists - 1);
}

/** Rows of one part of an index: of each list the rows in which its terms stand, ascending. */
export interface PostingsSegment {
	/** Where each list begins in `bytes`, and their end as a last entry. */
	readonly starts: Uint32Array;
	readonly bytes: Uint8Array;
	/** Words of each row, up to 65,535. */
	readonly lengths: Uint16Array;
}

/**
 * Collects which terms stand in which rows of one segment. Of a row its words and its pairs of
 * neighbouring words are kept, each once, with how often it stands there.
 */
export class PostingsBuilder {
	#lists = new Int32Array(1 << 16);
	#rows = new Uint32Array(1 << 16);
	#times = new Uint8Array(1 << 16);
	#count = 0;
	readonly #lengths: number[] = [];
	/** Of the row being added: how often each list came. */
	readonly #seen = new Map<number, number>();

	/** Terms of all rows so far; decides when a segment is full. */
	get terms(): number {
		return this.#count;
	}

	get rows(): number {
		return this.#lengths.length;
	}

	/** @param texts hashes of the words of each text; pairs do not reach over their ends */
	add(texts: Iterable<Int32Array>): void {
		const seen = this.#seen;
		let length = 0;
		for (const words of texts) {
			length += words.length;
			for (let i = 0; i < words.length; i++) {
				const word = words[i] ?? 0;
				const list = listOfWord(word);
				seen.set(list, (seen.get(list) ?? 0) + 1);
				if (i > 0) {
					const pair = listOfPair(words[i - 1] ?? 0, word);
					seen.set(pair, (seen.get(pair) ?? 0) + 1);
				}
			}
		}
		const row = this.#lengths.length;
		for (const [list, times] of seen) {
			this.#push(list, row, times);
		}
		seen.clear();
		this.#lengths.push(Math.min(length, 0xffff));
	}

	/** The segment; the builder is empty afterwards. */
	take(): PostingsSegment {
		const order = this.#byList();
		const starts = new Uint32Array(lists + 1);
		let bytes = new Uint8Array(this.#count * 2 + 16);
		let at = 0;
		let next = 0;
		for (let list = 0; list < lists; list++) {
			starts[list] = at;
			let before = -1;
			for (; next < this.#count && this.#lists[order[next] ?? 0] === list; next++) {
				const entry = order[next] ?? 0;
				if (at + 8 > bytes.length) {
					const grown = new Uint8Array(bytes.length * 2);
					grown.set(bytes);
					bytes = grown;
				}
				const row = this.#rows[entry] ?? 0;
				const times = this.#times[entry] ?? 1;
				// The lowest bit says that the row has the term more than once.
				let gap = (row - before - 1) * 2 + (times > 1 ? 1 : 0);
				before = row;
				while (gap >= 0x80) {
					bytes[at++] = (gap & 0x7f) | 0x80;
					gap >>>= 7;
				}
				bytes[at++] = gap;
				if (times > 1) {
					bytes[at++] = times;
				}
			}
		}
		starts[lists] = at;
		const lengths = Uint16Array.from(this.#lengths);
		this.#count = 0;
		this.#lengths.length = 0;
		return { starts, bytes: bytes.slice(0, at), lengths };
	}

	/** Entries by list and within a list by row: a counting sort, which keeps the order of rows. */
	#byList(): Uint32Array {
		const ends = new Uint32Array(lists + 1);
		for (let i = 0; i < this.#count; i++) {
			const list = (this.#lists[i] ?? 0) + 1;
			ends[list] = (ends[list] ?? 0) + 1;
		}
		for (let list = 0; list < lists; list++) {
			ends[list + 1] = (ends[list + 1] ?? 0) + (ends[list] ?? 0);
		}
		const order = new Uint32Array(this.#count);
		for (let i = 0; i < this.#count; i++) {
			const list = this.#lists[i] ?? 0;
			const place = ends[list] ?? 0;
			order[place] = i;
			ends[list] = place + 1;
		}
		return order;
	}

	#push(list: number, row: number, times: number): void {
		if (this.#count === this.#lists.length) {
			const size = 2 * this.#count;
			const grownLists = new Int32Array(size);
			grownLists.set(this.#lists);
			this.#lists = grownLists;
			const grownRows = new Uint32Array(size);
			grownRows.set(this.#rows);
			this.#rows = grownRows;
			const grownTimes = new Uint8Array(size);
			grownTimes.set(this.#times);
			this.#times = grownTimes;
		}
		this.#lists[this.#count] = list;
		this.#rows[this.#count] = row;
		this.#times[this.#count] = Math.min(times, 255);
		this.#count++;
	}
}

/** Rows of one list of a segment, and how often the term stands in each. */
export function decodePostings(
	bytes: Uint8Array,
	visit: (row: number, times: number) => void,
): number {
	let row = -1;
	let count = 0;
	for (let at = 0; at < bytes.length; count++) {
		let gap = 0;
		let shift = 0;
		for (;;) {
			const byte = bytes[at++] ?? 0;
			gap += (byte & 0x7f) * 2 ** shift;
			shift += 7;
			if (byte < 0x80) {
				break;
			}
		}
		row += Math.floor(gap / 2) + 1;
		visit(row, gap % 2 === 1 ? (bytes[at++] ?? 1) : 1);
	}
	return count;
}
