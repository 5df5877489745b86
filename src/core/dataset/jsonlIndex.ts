import { hasByteOrderMark, isBlank, type ContainerLayout, type RowIndexer } from './container';
import type { RowRanges } from './rowRanges';

const newline = 10;
const carriageReturn = 13;

/**
 * One row for each line that is not blank. A row's range leaves out the line end, the carriage
 * return before it and a byte order mark; a last line without an end is a row too.
 */
export class JsonlIndexer implements RowIndexer {
	/** Bytes seen in earlier chunks. */
	#seen = 0;
	#lineStart = 0;
	#lineIsBlank = true;
	/** Last byte of the earlier chunks: a CRLF may stand across two of them. */
	#lastByte = 0;
	#head: number[] | undefined = [];
	#firstSeparator: string | undefined;

	constructor(private readonly rows: RowRanges) {}

	push(chunk: Uint8Array): void {
		const from = this.#skipByteOrderMark(chunk);
		let at = from;
		for (;;) {
			const end = chunk.indexOf(newline, at);
			if (end < 0) {
				this.#lineIsBlank &&= isAllBlank(chunk, at, chunk.length);
				break;
			}
			const before = end > 0 ? chunk[end - 1] : this.#lastByte;
			this.#endLine(
				this.#seen + end,
				before === carriageReturn,
				this.#lineIsBlank && isAllBlank(chunk, at, end),
			);
			at = end + 1;
		}
		this.#seen += chunk.length;
		this.#lastByte = chunk[chunk.length - 1] ?? this.#lastByte;
	}

	finish(): ContainerLayout {
		if (!this.#lineIsBlank) {
			this.rows.push(this.#lineStart, this.#seen);
		}
		const { count } = this.rows;
		return {
			kind: 'jsonl',
			separator: this.#firstSeparator ?? '\n',
			prefixEnd: count === 0 ? this.#seen : this.rows.start(0),
			suffixStart: count === 0 ? this.#seen : this.rows.end(count - 1),
			size: this.#seen,
		};
	}

	#endLine(end: number, afterCarriageReturn: boolean, blank: boolean): void {
		this.#firstSeparator ??= afterCarriageReturn ? '\r\n' : '\n';
		if (!blank) {
			this.rows.push(this.#lineStart, afterCarriageReturn ? end - 1 : end);
		}
		this.#lineStart = end + 1;
		this.#lineIsBlank = true;
	}

	/** Where the text of this chunk begins. The mark may stand across the first chunks. */
	#skipByteOrderMark(chunk: Uint8Array): number {
		if (!this.#head) {
			return 0;
		}
		const had = this.#head.length;
		this.#head.push(...chunk.subarray(0, 3 - had));
		const marks = [0xef, 0xbb, 0xbf];
		const mayBe = this.#head.every((byte, i) => byte === marks[i]);
		if (mayBe && this.#head.length < 3) {
			// Too short to know. Counted as blank: a file that ends here has no row worth the name.
			return chunk.length;
		}
		const found = hasByteOrderMark(Uint8Array.from(this.#head));
		this.#head = undefined;
		if (found) {
			this.#lineStart = 3;
			return 3 - had;
		}
		this.#lineIsBlank &&= had === 0;
		return 0;
	}
}

function isAllBlank(bytes: Uint8Array, from: number, to: number): boolean {
	for (let i = from; i < to; i++) {
		if (!isBlank(bytes[i])) {
			return false;
		}
	}
	return true;
}
