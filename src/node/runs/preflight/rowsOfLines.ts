import type { RowOfLine } from '../../../core/training/preflight/preflightReport';
import type { ReadyDataset } from '../trainingData';

/**
 * Which row of the user's own file a line of what was sent came from: rows that were left out have
 * no line. Undefined for a line behind the last.
 */
export function rowsOfLines(
	datasets: readonly Pick<ReadyDataset, 'leftOut' | 'record'>[],
): RowOfLine {
	const maps = datasets.map(({ leftOut, record }) => new Gaps(leftOut, record.rows));
	return (dataset, line) => maps[dataset]?.rowOf(line);
}

class Gaps {
	/** For each row that was left out, the lines before it; ascending. */
	readonly #linesBefore: Float64Array;

	constructor(
		leftOut: ReadyDataset['leftOut'],
		private readonly lines: number | undefined,
	) {
		this.#linesBefore = Float64Array.from(leftOut, ({ row }, index) => row - 1 - index);
	}

	rowOf(line: number): number | undefined {
		if (this.lines !== undefined && line > this.lines) {
			return undefined;
		}
		let low = 0;
		let high = this.#linesBefore.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if ((this.#linesBefore[middle] ?? 0) < line) {
				low = middle + 1;
			} else {
				high = middle;
			}
		}
		return line + low;
	}
}
