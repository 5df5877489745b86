import { bitOf, type FindingCode } from '../../core/dataset/findings/finding';
import type { Overlay, RowId, RowRef } from '../../core/dataset/overlay';
import type { ScanTable } from '../../core/dataset/rowScan';

/** A finding that a search gave to a row. */
export interface RowMark {
	/** Words of the finding, given where rows stand now; absent rows have no number. */
	readonly detail: (numberOf: (id: RowId) => number | undefined) => string | undefined;
	/** What it is in particular, where a search finds several kinds of things. */
	readonly kinds?: readonly MarkedKind[];
}

export interface MarkedKind {
	readonly code: string;
	/** Short, for lists. */
	readonly name: string;
	/** A whole sentence about the row. */
	readonly sentence: string;
}

interface KeptMark extends RowMark {
	/** What the row said when it was searched, where that is not the file's. */
	bytes: Uint8Array | undefined;
}

/**
 * Findings that come from a search on request and not from the scan: near-duplicates, contamination.
 * They stay with their rows over a save and go with an edit of the row.
 */
export class RowFindingMarks {
	readonly #marks = new Map<FindingCode, Map<RowId, KeptMark>>();

	/** Takes the place of an earlier search for the same. */
	set(
		code: FindingCode,
		marks: ReadonlyMap<RowId, RowMark & { readonly bytes: Uint8Array | undefined }>,
		scan: ScanTable,
		overlay: Overlay,
	): void {
		this.#marks.set(code, new Map([...marks].map(([id, mark]) => [id, { ...mark }])));
		this.apply(scan, overlay);
	}

	/** Bits of a row whose content is not the file's; the others' are in the scan table. */
	bitsOf({ id, bytes }: RowRef): number {
		let bits = 0;
		for (const [code, marks] of this.#marks) {
			const mark = marks.get(id);
			bits |= mark && mark.bytes === bytes ? bitOf(code) : 0;
		}
		return bits >>> 0;
	}

	/** What a search of several kinds found in a row, while the row says what it said then. */
	kindsOf({ id, bytes }: RowRef, code: FindingCode): readonly MarkedKind[] {
		const mark = this.#marks.get(code)?.get(id);
		return mark !== undefined && mark.bytes === bytes ? (mark.kinds ?? []) : [];
	}

	/** Rows that a search marked and that say what they said then. */
	*marked(code: FindingCode, overlay: Overlay): Generator<[RowId, RowMark]> {
		for (const [id, mark] of this.#marks.get(code) ?? []) {
			const row = overlay.row(id);
			if (row !== undefined && row.bytes === mark.bytes) {
				yield [id, mark];
			}
		}
	}

	detailOf({ id }: RowRef, code: FindingCode, overlay: Overlay): string | undefined {
		return this.#marks
			.get(code)
			?.get(id)
			?.detail(other => {
				const position = overlay.positionOf(other);
				return position === undefined ? undefined : position + 1;
			});
	}

	/** Before a save: what is marked is about to be the file's content. */
	beforeSave(overlay: Overlay): void {
		for (const marks of this.#marks.values()) {
			for (const [id, mark] of marks) {
				const row = overlay.row(id);
				if (row?.bytes === mark.bytes) {
					mark.bytes = undefined;
				} else {
					marks.delete(id);
				}
			}
		}
	}

	/** Writes the marks of the file's own rows into its scan table. */
	apply(scan: ScanTable, overlay: Overlay): void {
		for (const [code, marks] of this.#marks) {
			const rows: number[] = [];
			for (const [id, mark] of marks) {
				const base = mark.bytes ? undefined : overlay.row(id)?.base;
				if (base !== undefined) {
					rows.push(base);
				}
			}
			scan.mark(code, rows);
		}
	}

	clear(): void {
		this.#marks.clear();
	}
}
