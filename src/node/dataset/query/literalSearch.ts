import { hiddenLetters } from '../../../core/dataset/query/plainLiteral';
import type { RowLiterals } from '../../../core/dataset/query/rowLiterals';
import type { RowRangeBatch } from '../../../core/dataset/rowRanges';

/** Needles of up to this length Node finds by their first byte, twice as fast as longer ones. */
const quickLength = 7;
/** From rare to frequent in English text. */
const byFrequency = 'ZQXJKVUYGHFONLRDPEMCBWSTAIzqxjkvbpygfwmucldrhsnioate ';
/** More of them are found faster by one expression. */
const mostNeedles = 3;

const escape = Buffer.from(hiddenLetters.escape);
const hiddenBytes = hiddenLetters.bytes.map(letters => Buffer.from(letters, 'latin1'));

/** Tells the next place of something in bytes from a place on; -1 for none. */
type Search = (from: number) => number;

/**
 * Finds the rows whose bytes may hold one of some literals without reading them as JSON. Some that
 * it finds have none; none that has one is passed over.
 */
export class LiteralSearch {
	readonly #needles: readonly Needle[] | undefined;
	readonly #expression: RegExp;

	constructor({ texts, isExact }: RowLiterals) {
		this.#needles = isExact && texts.length <= mostNeedles ? texts.map(needleOf) : undefined;
		this.#expression = new RegExp(texts.join('|'), isExact ? 'g' : 'gi');
	}

	/**
	 * Numbers of the rows, ascending. `starts` count in `bytes`.
	 *
	 * @param hidden the rows that `rowsWithHiddenLetters` found
	 */
	rowsIn(bytes: Uint8Array, rows: RowRangeBatch, hidden: ReadonlySet<number>): number[] {
		const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
		const found = new Set(hidden);
		for (const search of this.#literalsIn(buffer)) {
			addRows(search, rows, found);
		}
		return [...found].sort((a, b) => a - b);
	}

	#literalsIn(buffer: Buffer): Search[] {
		if (this.#needles) {
			return this.#needles.map(needle => from => needle.next(buffer, from));
		}
		const text = buffer.toString('latin1');
		const expression = this.#expression;
		return [
			from => {
				expression.lastIndex = from;
				return expression.exec(text)?.index ?? -1;
			},
		];
	}
}

/**
 * The rows that may hold a literal, or what an expression looks for, in another writing.
 *
 * @param isExact letter case counts, so that letters with an ASCII small form do not
 */
export function rowsWithHiddenLetters(
	bytes: Uint8Array,
	rows: RowRangeBatch,
	isExact: boolean,
): Set<number> {
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
	const found = new Set<number>();
	for (const search of hiddenIn(buffer, isExact)) {
		addRows(search, rows, found);
	}
	return found;
}

/** A literal, looked for by the stretch of it that begins with its rarest letter. */
class Needle {
	constructor(
		private readonly whole: Buffer,
		private readonly stretch: Buffer,
		private readonly offset: number,
	) {}

	next(buffer: Buffer, from: number): number {
		const { whole, stretch, offset } = this;
		for (let at = from + offset; ; at++) {
			at = buffer.indexOf(stretch, at);
			if (at < 0) {
				return -1;
			}
			const start = at - offset;
			if (whole.compare(buffer, start, Math.min(start + whole.length, buffer.length)) === 0) {
				return start;
			}
		}
	}
}

function needleOf(text: string): Needle {
	const last = Math.max(0, text.length - quickLength);
	let offset = 0;
	for (let at = 1; at <= last; at++) {
		if (byFrequency.indexOf(text.charAt(at)) < byFrequency.indexOf(text.charAt(offset))) {
			offset = at;
		}
	}
	const stretch = text.slice(offset, offset + quickLength);
	return new Needle(Buffer.from(text), Buffer.from(stretch), offset);
}

function hiddenIn(buffer: Buffer, isExact: boolean): Search[] {
	const folded = isExact ? [] : hiddenBytes;
	return [
		from => {
			for (let at = buffer.indexOf(escape, from); at >= 0; at = buffer.indexOf(escape, at + 1)) {
				if (hiddenLetters.digits.test(buffer.toString('latin1', at + 2, at + 6))) {
					return at;
				}
			}
			return -1;
		},
		...folded.map(needle => (from: number) => buffer.indexOf(needle, from)),
	];
}

/** Once in a row is enough: the search goes on behind it. */
function addRows(search: Search, { starts, lengths }: RowRangeBatch, found: Set<number>): void {
	let place = 0;
	for (let row = 0; row < starts.length; row++) {
		const next = search(place);
		if (next < 0) {
			return;
		}
		row = rowAt(starts, next, row);
		if (next < (starts[row] ?? 0) + (lengths[row] ?? 0)) {
			found.add(row);
		}
		place = starts[row + 1] ?? 0;
	}
}

/** The last row that starts at a place or before it. */
function rowAt(starts: Float64Array, place: number, from: number): number {
	let low = from;
	let high = starts.length - 1;
	while (low < high) {
		const middle = (low + high + 1) >> 1;
		if ((starts[middle] ?? 0) <= place) {
			low = middle;
		} else {
			high = middle - 1;
		}
	}
	return low;
}
