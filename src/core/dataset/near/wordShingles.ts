/** Words in a shingle; texts of fewer than twice as many are compared word by word. */
const shingleWords = 3;
/** Pieces with letters beyond ASCII whose words are remembered; real text repeats them. */
const mostPieces = 50_000;

const asciiWord = asciiWordTable();
/** Scripts that put no space between words: each letter counts as a word there. */
const spaceless =
	'\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}';
const wordsOfPiece = new RegExp(`[${spaceless}]|(?:(?![${spaceless}])[\\p{L}\\p{M}\\p{N}])+`, 'gu');

/**
 * Turns texts into hashes of their shingles: three words that follow each other. Case, spacing,
 * punctuation and Unicode form do not count, as in `normalisePrompt`. One pass over the letters,
 * without making strings, since near duplicates are looked for in whole files.
 */
export class ShingleReader {
	#words = new Int32Array(4096);
	#count = 0;
	readonly #pieces = new Map<string, readonly number[]>();

	/** Hashes of the words of a text, in order; valid until the next call. */
	readWords(text: string): Int32Array {
		this.#count = 0;
		this.#readText(text);
		return this.#words.subarray(0, this.#count);
	}

	/** Hashes of the texts one after another, repeated ones too; valid until the next call. */
	read(texts: readonly string[]): Int32Array {
		this.#count = 0;
		for (const text of texts) {
			this.#readText(text);
		}
		if (this.#count === 0) {
			// Signs alone (“:-)”) are told apart by the signs.
			const signs = texts.join('\n').normalize('NFKC').trim();
			if (signs !== '') {
				this.#push(hashOf(signs, 0, signs.length));
			}
		}
		const count = this.#count;
		const words = this.#words;
		if (count < 2 * shingleWords) {
			return words.subarray(0, count);
		}
		// In place: a shingle is written where its first word stood.
		const last = count - shingleWords;
		for (let i = 0; i <= last; i++) {
			const [a = 0, b = 0, c = 0] = [words[i], words[i + 1], words[i + 2]];
			words[i] = mixed(Math.imul(Math.imul(a, 0x9e3779b1) + b, 0x85ebca77) + c);
		}
		return words.subarray(0, last + 1);
	}

	#readText(text: string): void {
		const { length } = text;
		let start = -1;
		let hash = fnvStart;
		for (let i = 0; i < length; i++) {
			const unit = text.charCodeAt(i);
			if (unit < 128) {
				const letter = asciiWord[unit] ?? 0;
				if (letter !== 0) {
					start = start < 0 ? i : start;
					hash = Math.imul(hash ^ letter, fnvPrime);
				} else if (start >= 0) {
					this.#push(mixed(hash));
					start = -1;
					hash = fnvStart;
				}
				continue;
			}
			let end = i + 1;
			while (end < length && isOfPiece(text.charCodeAt(end))) {
				end++;
			}
			this.#readPiece(text.slice(start < 0 ? i : start, end));
			start = -1;
			hash = fnvStart;
			i = end - 1;
		}
		if (start >= 0) {
			this.#push(mixed(hash));
		}
	}

	/** Letters beyond ASCII with those that touch them. */
	#readPiece(piece: string): void {
		let words = this.#pieces.get(piece);
		if (!words) {
			const normal = piece.normalize('NFKC').toLowerCase();
			words = (normal.match(wordsOfPiece) ?? []).map(word => hashOf(word, 0, word.length));
			if (this.#pieces.size < mostPieces && piece.length < 64) {
				this.#pieces.set(piece, words);
			}
		}
		for (const word of words) {
			this.#push(word);
		}
	}

	#push(word: number): void {
		if (this.#count === this.#words.length) {
			const grown = new Int32Array(2 * this.#count);
			grown.set(this.#words);
			this.#words = grown;
		}
		this.#words[this.#count++] = word;
	}
}

/** The same as a set: sorted, each once. */
export function shingleSet(shingles: Int32Array): Int32Array {
	const sorted = shingles.slice().sort();
	let count = 0;
	for (let i = 0; i < sorted.length; i++) {
		if (i === 0 || sorted[i] !== sorted[i - 1]) {
			sorted[count++] = sorted[i] ?? 0;
		}
	}
	return sorted.slice(0, count);
}

/** Jaccard similarity of two sorted sets; 1 for two empty ones. */
export function similarity(a: Int32Array, b: Int32Array): number {
	let common = 0;
	for (let i = 0, j = 0; i < a.length && j < b.length;) {
		const x = a[i] ?? 0;
		const y = b[j] ?? 0;
		common += x === y ? 1 : 0;
		i += x <= y ? 1 : 0;
		j += y <= x ? 1 : 0;
	}
	const union = a.length + b.length - common;
	return union === 0 ? 1 : common / union;
}

/**
 * Lets every bit depend on every other one (the finaliser of MurmurHash3). Signed, as all hashes
 * here: engines keep signed 32-bit numbers in registers.
 */
export function mixed(value: number): number {
	let hash = value | 0;
	hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
	hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
	return hash ^ (hash >>> 16);
}

const fnvStart = 0x811c9dc5 | 0;
const fnvPrime = 0x01000193;

/** FNV-1a over UTF-16 units, then mixed. */
function hashOf(text: string, from: number, to: number): number {
	let hash = fnvStart;
	for (let i = from; i < to; i++) {
		hash = Math.imul(hash ^ text.charCodeAt(i), fnvPrime);
	}
	return mixed(hash);
}

function isOfPiece(unit: number): boolean {
	return unit >= 128 || asciiWord[unit] !== 0;
}

/** Small letter or digit for each ASCII letter or digit, else 0. */
function asciiWordTable(): Uint8Array {
	const table = new Uint8Array(128);
	for (let unit = 0; unit < 128; unit++) {
		const character = String.fromCharCode(unit);
		table[unit] = /[0-9A-Za-z]/.test(character) ? character.toLowerCase().charCodeAt(0) : 0;
	}
	return table;
}
