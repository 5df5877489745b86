import { isBlank, type ContainerLayout, type RowIndexer } from './container';
import type { RowRanges } from './rowRanges';

const quote = 34;
const comma = 44;
const backslash = 92;
const openBracket = 91;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;

type State =
	/** Before the first value of the file. */
	| 'start'
	/** Between two values. */
	| 'gap'
	/** In a number, a word, or something broken, up to a comma, a bracket or a blank. */
	| 'bare'
	/** In an object or an array that is a row. */
	| 'nested'
	/** In a string that is itself a row. */
	| 'string'
	/** After the closing bracket of the file. */
	| 'end';

/**
 * The byte range of each element of a JSON array, without building anything. A file that does not
 * begin with `[` is read as one value after another.
 */
export class JsonArrayIndexer implements RowIndexer {
	#state: State = 'start';
	#seen = 0;
	#isArray = false;
	#depth = 0;
	#inString = false;
	#escaped = false;
	#valueStart = 0;
	#open = 0;
	#close: number | undefined;
	#fault: string | undefined;
	/** Bytes between the first two rows, or before the first one, as an example of a separator. */
	#gap: number[] = [];
	#separator: string | undefined;
	#opening = '';

	constructor(private readonly rows: RowRanges) {}

	push(chunk: Uint8Array): void {
		for (let i = 0; i < chunk.length; i++) {
			const byte = chunk[i] ?? 0;
			if (this.#state === 'nested') {
				i = this.#pushNested(chunk, i);
			} else {
				this.#pushByte(byte, this.#seen + i);
			}
		}
		this.#seen += chunk.length;
	}

	finish(): ContainerLayout {
		if (this.#state === 'bare' || this.#state === 'nested' || this.#state === 'string') {
			if (this.#state !== 'bare') {
				this.#fault ??= 'the last value is cut off';
			}
			this.#endValue(this.#seen);
		}
		if (this.#isArray && this.#close === undefined) {
			this.#fault ??= 'the closing “]” is missing';
		}
		const { count } = this.rows;
		const empty = count === 0;
		return {
			kind: this.#isArray ? 'jsonArray' : 'jsonValues',
			separator: this.#separator ?? (this.#isArray ? `,${this.#opening || ' '}` : '\n'),
			prefixEnd: empty ? (this.#isArray ? this.#open : this.#seen) : this.rows.start(0),
			suffixStart: empty ? (this.#close ?? this.#seen) : this.rows.end(count - 1),
			size: this.#seen,
			...(this.#fault === undefined ? {} : { fault: this.#fault }),
		};
	}

	#pushByte(byte: number, at: number): void {
		switch (this.#state) {
			case 'start':
				this.#begin(byte, at);
				return;
			case 'gap':
				this.#pushGap(byte, at);
				return;
			case 'bare':
				if (byte === comma || byte === closeBracket || isBlank(byte)) {
					this.#endValue(at);
					this.#pushGap(byte, at);
				}
				return;
			case 'string':
				if (this.#endsString(byte)) {
					this.#endValue(at + 1);
				}
				return;
			case 'end':
				if (!isBlank(byte)) {
					this.#fault ??= 'there is more text after the closing “]”';
				}
				return;
			case 'nested':
				return;
		}
	}

	#begin(byte: number, at: number): void {
		const isMark = at < 3 && [0xef, 0xbb, 0xbf][at] === byte;
		if (isBlank(byte) || isMark) {
			return;
		}
		this.#state = 'gap';
		if (byte === openBracket) {
			this.#isArray = true;
			this.#open = at + 1;
		} else {
			this.#pushGap(byte, at);
		}
	}

	#pushGap(byte: number, at: number): void {
		if (isBlank(byte) || byte === comma) {
			this.#rememberGap(byte);
		} else if (byte === closeBracket && this.#isArray) {
			this.#close = at;
			this.#state = 'end';
		} else {
			this.#beginValue(byte, at);
		}
	}

	#beginValue(byte: number, at: number): void {
		const gap = String.fromCharCode(...this.#gap);
		if (this.rows.count === 0) {
			this.#opening = gap;
		} else if (this.rows.count === 1 && (!this.#isArray || gap.includes(','))) {
			this.#separator = gap;
		}
		this.#gap = [];
		this.#valueStart = at;
		if (byte === openBrace || byte === openBracket) {
			this.#state = 'nested';
			this.#depth = 1;
		} else {
			this.#state = byte === quote ? 'string' : 'bare';
		}
	}

	#rememberGap(byte: number): void {
		if (this.rows.count <= 1 && this.#gap.length < 256) {
			this.#gap.push(byte);
		}
	}

	/** Goes on inside an object or an array; answers the index of the last byte it took. */
	#pushNested(chunk: Uint8Array, from: number): number {
		let inString = this.#inString;
		let escaped = this.#escaped;
		let depth = this.#depth;
		let i = from;
		for (; i < chunk.length; i++) {
			const byte = chunk[i] ?? 0;
			if (inString) {
				if (escaped) {
					escaped = false;
				} else if (byte === backslash) {
					escaped = true;
				} else if (byte === quote) {
					inString = false;
				}
			} else if (byte === quote) {
				inString = true;
			} else if (byte === openBrace || byte === openBracket) {
				depth++;
			} else if (byte === closeBrace || byte === closeBracket) {
				depth--;
				if (depth === 0) {
					this.#inString = false;
					this.#endValue(this.#seen + i + 1);
					return i;
				}
			}
		}
		this.#inString = inString;
		this.#escaped = escaped;
		this.#depth = depth;
		return i;
	}

	#endsString(byte: number): boolean {
		if (this.#escaped) {
			this.#escaped = false;
			return false;
		}
		this.#escaped = byte === backslash;
		return byte === quote;
	}

	#endValue(end: number): void {
		this.rows.push(this.#valueStart, end);
		this.#state = 'gap';
		this.#depth = 0;
		this.#escaped = false;
	}
}
