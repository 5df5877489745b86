import { hiddenLetters } from '../../../core/dataset/query/plainLiteral';
import type { RowRangeBatch } from '../../../core/dataset/rowRanges';

/**
 * Finds the rows whose bytes may hold one of some literals, letter case aside, without reading them
 * as JSON. Some that it finds have none; none that has one is passed over.
 */
export class LiteralSearch {
	readonly #literals: RegExp;
	readonly #hidden = new RegExp(hiddenLetters.source, 'g');

	/** @param literals ASCII letters and spaces only */
	constructor(literals: readonly string[]) {
		this.#literals = new RegExp(literals.join('|'), 'gi');
	}

	/** Numbers of the rows, ascending. `starts` count in `bytes`. */
	rowsIn(bytes: Uint8Array, { starts, lengths }: RowRangeBatch): number[] {
		const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
		const found = new Set<number>();
		for (const search of [this.#literals, this.#hidden]) {
			let row = 0;
			for (search.lastIndex = 0; row < starts.length;) {
				const match = search.exec(text);
				if (!match) {
					break;
				}
				row = rowAt(starts, match.index, row);
				if (match.index < (starts[row] ?? 0) + (lengths[row] ?? 0)) {
					found.add(row);
				}
				row++;
				search.lastIndex = starts[row] ?? text.length;
			}
		}
		return [...found].sort((a, b) => a - b);
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
