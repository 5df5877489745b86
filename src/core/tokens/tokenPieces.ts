import type { TokenizerJson } from './tokenizerFiles';

const encoder = new TextEncoder();

/** The bytes of each token of a vocabulary, as its decoder would write them. */
export class TokenBytes {
	readonly #added: ReadonlyMap<string, Uint8Array>;
	readonly #decode: (token: string) => Uint8Array;

	constructor(tokenizer: TokenizerJson) {
		this.#added = new Map(
			(tokenizer.added_tokens ?? []).map(({ content }) => [content, encoder.encode(content)]),
		);
		this.#decode = isByteLevel(tokenizer) ? byteLevelBytes : metaspaceBytes;
	}

	of(token: string): Uint8Array {
		return this.#added.get(token) ?? this.#decode(token);
	}
}

/**
 * The part of a text that each token stands for; joined they are the text. A character that
 * several tokens share stands in the first of them, and a token that a tokenizer adds has none.
 */
export function tokenPieces(
	text: string,
	tokens: readonly string[],
	bytesOf: (token: string) => Uint8Array,
): string[] {
	const pieces: string[] = [];
	const walk = new TextWalk(text);
	for (const token of tokens) {
		pieces.push(walk.take(bytesOf(token)));
	}
	const rest = walk.rest();
	if (rest !== '') {
		pieces[Math.max(0, pieces.length - 1)] = (pieces.at(-1) ?? '') + rest;
	}
	return pieces;
}

/** Goes through a text by the bytes of its characters. */
class TextWalk {
	readonly #bytes: Uint8Array;
	#byte = 0;
	/** UTF-16 units that pieces have taken. */
	#taken = 0;

	constructor(private readonly text: string) {
		this.#bytes = encoder.encode(text);
	}

	take(token: Uint8Array): string {
		const length = this.#matching(token);
		if (length === 0) {
			return '';
		}
		const from = this.#taken;
		this.#byte += length;
		this.#taken = from + unitsOf(this.#bytes, this.#byte - length, this.#byte);
		return this.text.slice(from, this.#taken);
	}

	rest(): string {
		return this.text.slice(this.#taken);
	}

	/** Bytes of the text that a token covers: all of its own, or all but a space put before it. */
	#matching(token: Uint8Array): number {
		if (this.#starts(token, 0)) {
			return token.length;
		}
		return token[0] === 0x20 && this.#starts(token, 1) ? token.length - 1 : 0;
	}

	#starts(token: Uint8Array, skip: number): boolean {
		for (let i = skip; i < token.length; i++) {
			if (this.#bytes[this.#byte + i - skip] !== token[i]) {
				return false;
			}
		}
		return true;
	}
}

/** UTF-16 units of the characters that begin in a stretch of UTF-8. */
function unitsOf(bytes: Uint8Array, from: number, to: number): number {
	let units = 0;
	for (let i = from; i < to; i++) {
		const byte = bytes[i] ?? 0;
		if ((byte & 0xc0) !== 0x80) {
			units += byte >= 0xf0 ? 2 : 1;
		}
	}
	return units;
}

function isByteLevel(tokenizer: TokenizerJson): boolean {
	return JSON.stringify(tokenizer.decoder ?? null).includes('"ByteLevel"');
}

/** GPT-2's letters for bytes. */
const byteOfLetter = ((): ReadonlyMap<string, number> => {
	const letters = new Map<string, number>();
	let next = 256;
	for (let byte = 0; byte < 256; byte++) {
		const isPlain =
			(byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad && byte <= 0xff);
		letters.set(String.fromCodePoint(isPlain ? byte : next++), byte);
	}
	return letters;
})();

function byteLevelBytes(token: string): Uint8Array {
	const bytes: number[] = [];
	for (const letter of token) {
		const byte = byteOfLetter.get(letter);
		if (byte === undefined) {
			return encoder.encode(token);
		}
		bytes.push(byte);
	}
	return Uint8Array.from(bytes);
}

/** SentencePiece's spelling: `▁` for a space, `<0x0A>` for a byte that is no piece. */
function metaspaceBytes(token: string): Uint8Array {
	const byte = /^<0x([0-9A-F]{2})>$/.exec(token)?.[1];
	return byte === undefined
		? encoder.encode(token.replaceAll('▁', ' '))
		: Uint8Array.of(Number.parseInt(byte, 16));
}
