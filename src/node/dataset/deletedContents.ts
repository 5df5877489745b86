import type { Overlay, RowId } from '../../core/dataset/overlay';
import type { DatasetFile } from './datasetFile';
import { readRowRefs } from './readRowRefs';

/** Bytes of deleted rows that are kept over a save, so that undo can bring them back. */
const mostKept = 64 << 20;

/** What undo may want back after a save, as far as it is small enough to be kept. */
export async function deletedContents(
	file: DatasetFile,
	overlay: Overlay,
): Promise<Map<RowId, Uint8Array>> {
	const contents = new Map<RowId, Uint8Array>();
	const rows = overlay.deletedRows();
	const size = rows.reduce((sum, { base }) => sum + file.sizeOf(base), 0);
	if (size > mostKept) {
		return contents;
	}
	const read = await readRowRefs(
		file,
		rows.map(row => ({ ...row, bytes: undefined })),
	);
	for (const [i, { id }] of rows.entries()) {
		contents.set(id, Uint8Array.from(read[i] ?? []));
	}
	return contents;
}
