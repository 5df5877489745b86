import type { RowRef } from '../../core/dataset/overlay';
import type { DatasetFile } from './datasetFile';

/** The rows' content, in the order asked for. Neighbours in the file are read in one go. */
export async function readRowRefs(
	file: DatasetFile,
	rows: readonly RowRef[],
): Promise<Uint8Array[]> {
	const contents: Uint8Array[] = [];
	for (let i = 0; i < rows.length;) {
		const row = rows[i] as RowRef;
		if (row.bytes || row.base === undefined) {
			contents.push(row.bytes ?? new Uint8Array());
			i++;
			continue;
		}
		let to = i + 1;
		while (to < rows.length && continues(rows[to - 1] as RowRef, rows[to] as RowRef)) {
			to++;
		}
		contents.push(...(await file.rows.readRows(row.base, row.base + to - i)));
		i = to;
	}
	return contents;
}

function continues(a: RowRef, b: RowRef): boolean {
	return !b.bytes && a.base !== undefined && b.base === a.base + 1;
}
