import type { RowPairs } from '../diff/rowPairing';

/** What became of a row of the copy's first state in the source meanwhile. */
export interface SourceRow {
	readonly row: number;
	/** It says there what it said when it was copied. */
	readonly isSame: boolean;
}

/** A change of the source. Its rows, and those of the copy, count from 0. */
export type MergeEdit =
	| { readonly kind: 'replace'; readonly source: number; readonly copy: number }
	| { readonly kind: 'delete'; readonly source: number }
	/** After a row of the source; -1 puts it before the first. */
	| { readonly kind: 'insert'; readonly after: number; readonly copy: number };

/** A row that was changed here and there in different ways: it stays as it is in the source. */
export interface MergeConflict {
	/** What was done in the copy, and then in the source. */
	readonly kind: 'changedChanged' | 'changedRemoved' | 'removedChanged';
	/** In the first state of the copy. */
	readonly base: number;
	readonly copy?: number;
	readonly source?: number;
}

export interface MergePlan {
	readonly edits: readonly MergeEdit[];
	readonly conflicts: readonly MergeConflict[];
	/** Changes of the copy that the source has already. */
	readonly already: number;
}

/**
 * Carries what was done to a copy over to its source. Rows that were only moved stay where the
 * source has them.
 *
 * @param pairs from the first state of the copy to what it is now
 * @param sourceOf where a row of the first state is in the source; `undefined` when it is gone
 * @param isEqual whether a row of the copy says what one of the source says
 * @param isAdded whether the source has got a row that says what an added row of the copy says
 */
export function planMerge(
	{ pairs, removed, added }: RowPairs,
	sourceOf: (base: number) => SourceRow | undefined,
	isEqual: (copy: number, source: number) => boolean,
	isAdded: (copy: number) => boolean,
): MergePlan {
	const edits: MergeEdit[] = [];
	const conflicts: MergeConflict[] = [];
	let already = 0;
	for (const { old: base, now: copy, isSame } of pairs) {
		const found = isSame ? undefined : sourceOf(base);
		if (isSame) {
			continue;
		}
		if (!found) {
			conflicts.push({ kind: 'changedRemoved', base, copy });
		} else if (found.isSame) {
			edits.push({ kind: 'replace', source: found.row, copy });
		} else if (isEqual(copy, found.row)) {
			already++;
		} else {
			conflicts.push({ kind: 'changedChanged', base, copy, source: found.row });
		}
	}
	for (const base of removed) {
		const found = sourceOf(base);
		if (!found) {
			already++;
		} else if (found.isSame) {
			edits.push({ kind: 'delete', source: found.row });
		} else {
			conflicts.push({ kind: 'removedChanged', base, source: found.row });
		}
	}
	const baseOf = new Map(pairs.map(({ old, now }) => [now, old]));
	for (const copy of added) {
		if (isAdded(copy)) {
			already++;
			continue;
		}
		edits.push({ kind: 'insert', after: placeBefore(copy, baseOf, sourceOf), copy });
	}
	return { edits, conflicts, already };
}

/** The row of the source that the nearest row before has there. */
function placeBefore(
	copy: number,
	baseOf: ReadonlyMap<number, number>,
	sourceOf: (base: number) => SourceRow | undefined,
): number {
	for (let row = copy - 1; row >= 0; row--) {
		const base = baseOf.get(row);
		const found = base === undefined ? undefined : sourceOf(base);
		if (found) {
			return found.row;
		}
	}
	return -1;
}
