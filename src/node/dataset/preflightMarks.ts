import type { RowId } from '../../core/dataset/overlay';
import type { PreflightKind } from '../../core/training/preflight/preflightReport';
import { detailOfRow, wordsFor } from '../../core/training/preflight/preflightWords';
import type { DatasetModel } from './datasetModel';
import type { MarkedKind, RowMark } from './rowFindingMarks';

/**
 * Marks the rows that a check on a host has something to say about, in place of what an earlier one
 * said. The rows are those of the file as it is on disk.
 */
export function markPreflight(model: DatasetModel, kinds: readonly PreflightKind[]): void {
	const found = new Map<number, MarkedKind[]>();
	for (const kind of kinds) {
		const { name, sentence } = wordsFor(kind);
		for (const row of kind.rows) {
			const detail = detailOfRow(kind, row);
			const said = `${capital(sentence)}${detail === '' ? '' : ` (${detail})`}.`;
			const own = found.get(row);
			const marked = { code: kind.code, name, sentence: said };
			if (own === undefined) {
				found.set(row, [marked]);
			} else {
				own.push(marked);
			}
		}
	}
	const idOf = idsOfDisk(model);
	const marks = new Map<RowId, RowMark & { readonly bytes: Uint8Array | undefined }>();
	for (const [row, own] of found) {
		const id = idOf(row - 1);
		if (id !== undefined) {
			const detail = own.map(({ sentence }) => sentence).join(' ');
			marks.set(id, { bytes: undefined, detail: () => detail, kinds: own });
		}
	}
	model.marks.set('preflight', marks, model.file.scan, model.overlay);
	model.touch();
}

/** The rows of the file on disk by their places there, whatever lies over it. */
function idsOfDisk({ overlay }: DatasetModel): (base: number) => RowId | undefined {
	if (!overlay.isChanged) {
		return base => (base < overlay.count ? overlay.rowAt(base).id : undefined);
	}
	const ids = new Map<number, RowId>();
	for (let position = 0; position < overlay.count; position++) {
		const { id, base } = overlay.rowAt(position);
		if (base !== undefined) {
			ids.set(base, id);
		}
	}
	return base => ids.get(base);
}

function capital(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
