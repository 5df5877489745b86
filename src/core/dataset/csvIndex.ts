import { hasByteOrderMark, type ContainerLayout, type RowIndexer } from './container';
import type { CsvDialect } from './csvRecord';
import type { RowRanges } from './rowRanges';

const newline = 10;
const carriageReturn = 13;
const quote = 34;

type State =
	| 'fieldStart'
	| 'plain'
	| 'quoted'
	/** After a quote inside quotes: the end of the field, or half of a quote that is meant. */
	| 'quoteInQuoted';

/**
 * The byte range of each record of a CSV file (RFC 4180) without its line end. The first record is
 * the header and no row; lines without a character are none either.
 */
export class CsvIndexer implements RowIndexer {
	#state: State = 'fieldStart';
	#seen = 0;
	#recordStart = 0;
	#fields = 1;
	#lastByte = 0;
	#hasHeader = false;
	#ragged = 0;
	#firstRagged = 0;
	#separator: string | undefined;
	readonly #delimiter: number;

	constructor(
		private readonly rows: RowRanges,
		private readonly dialect: CsvDialect,
	) {
		this.#delimiter = dialect.delimiter.charCodeAt(0);
	}

	/** The first chunk has at least three bytes, unless the file has fewer. */
	push(chunk: Uint8Array): void {
		let i = 0;
		if (this.#seen === 0 && hasByteOrderMark(chunk)) {
			this.#recordStart = 3;
			i = 3;
		}
		for (; i < chunk.length; i++) {
			if (this.#state === 'quoted') {
				const end = chunk.indexOf(quote, i);
				if (end < 0) {
					break;
				}
				i = end;
				this.#state = 'quoteInQuoted';
				continue;
			}
			this.#take(chunk[i] ?? 0, chunk, i);
		}
		this.#seen += chunk.length;
		this.#lastByte = chunk[chunk.length - 1] ?? this.#lastByte;
	}

	finish(): ContainerLayout {
		const isOpen = this.#state === 'quoted';
		const endedLine = this.#recordStart >= this.#seen;
		this.#endRecord(this.#seen);
		const { count } = this.rows;
		const fault = isOpen
			? `a quote that opens in row ${Math.max(1, count)} is never closed`
			: this.#raggedFault();
		const separator = this.#separator ?? '\n';
		return {
			kind: 'csv',
			separator,
			prefixEnd: count === 0 ? this.#seen : this.rows.start(0),
			suffixStart: count === 0 ? this.#seen : this.rows.end(count - 1),
			size: this.#seen,
			...(count === 0 && !endedLine ? { opening: separator } : {}),
			...(fault === undefined ? {} : { fault }),
		};
	}

	#take(byte: number, chunk: Uint8Array, i: number): void {
		if (byte === quote && this.#state !== 'plain') {
			this.#state = 'quoted';
		} else if (byte === this.#delimiter) {
			this.#fields++;
			this.#state = 'fieldStart';
		} else if (byte === newline) {
			const before = i > 0 ? chunk[i - 1] : this.#lastByte;
			const isAfterReturn = before === carriageReturn;
			this.#separator ??= isAfterReturn ? '\r\n' : '\n';
			this.#endRecord(this.#seen + i - (isAfterReturn ? 1 : 0));
			this.#recordStart = this.#seen + i + 1;
			this.#state = 'fieldStart';
		} else {
			this.#state = 'plain';
		}
	}

	#endRecord(end: number): void {
		const fields = this.#fields;
		this.#fields = 1;
		if (end <= this.#recordStart) {
			return;
		}
		if (!this.#hasHeader) {
			this.#hasHeader = true;
			return;
		}
		this.rows.push(this.#recordStart, end);
		if (fields !== this.dialect.columns.length) {
			this.#ragged++;
			this.#firstRagged ||= this.rows.count;
		}
	}

	#raggedFault(): string | undefined {
		if (this.#ragged === 0) {
			return undefined;
		}
		const rows = this.#ragged === 1 ? '1 row has' : `${this.#ragged} rows have`;
		return `${rows} another number of fields than the header’s ${this.dialect.columns.length}; the first is row ${this.#firstRagged}`;
	}
}
