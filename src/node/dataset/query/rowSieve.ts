import type { Query } from '../../../core/dataset/query/query';
import { rowExpression } from '../../../core/dataset/query/rowExpression';
import { rowLiterals } from '../../../core/dataset/query/rowLiterals';
import type { RowRangeBatch } from '../../../core/dataset/rowRanges';
import { LiteralSearch, rowsWithHiddenLetters } from './literalSearch';

/** Rules out most rows that a query would not pass, by their bytes, before they are read as JSON. */
export class RowSieve {
	readonly #literals: LiteralSearch | undefined;
	readonly #expression: RegExp | undefined;
	readonly #isExact: boolean;

	constructor(query: Query) {
		const literals = rowLiterals(query);
		this.#literals = literals && new LiteralSearch(literals);
		this.#expression = rowExpression(query);
		this.#isExact = (literals?.isExact ?? true) && this.#expression?.flags !== 'i';
	}

	/** Whether it can rule out any. */
	get isUseful(): boolean {
		return this.#literals !== undefined || this.#expression !== undefined;
	}

	/**
	 * The rows that may pass, ascending.
	 *
	 * @param rows where they stand in `bytes`
	 * @param atRow told before an expression is tried on a row, which may take long
	 */
	*rowsIn(
		bytes: Uint8Array,
		rows: RowRangeBatch,
		atRow: (row: number, length: number) => void,
	): Generator<number> {
		const hidden = rowsWithHiddenLetters(bytes, rows, this.#isExact);
		const candidates = this.#literals?.rowsIn(bytes, rows, hidden) ?? rows.starts.keys();
		const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
		for (const row of candidates) {
			if (this.#expression && !hidden.has(row)) {
				const start = rows.starts[row] ?? 0;
				const length = rows.lengths[row] ?? 0;
				atRow(row, length);
				if (!this.#expression.test(buffer.toString('latin1', start, start + length))) {
					continue;
				}
			}
			yield row;
		}
	}
}
