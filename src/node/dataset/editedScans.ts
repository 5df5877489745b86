import type { RowId } from '../../core/dataset/overlay';
import { scanRow, type ScannedRow } from '../../core/dataset/rowScan';
import type { DatasetFile } from './datasetFile';
import { sha256 } from './hash';

/** Scans of rows whose content is not the file's, each made when it is asked for. */
export class EditedScans {
	readonly #known = new Map<RowId, { readonly bytes: Uint8Array; readonly scan: ScannedRow }>();

	/** @param file whose mapping says how rows are read */
	of(id: RowId, bytes: Uint8Array, file: DatasetFile): ScannedRow {
		const known = this.#known.get(id);
		if (known?.bytes === bytes) {
			return known.scan;
		}
		const { row, ...rest } = scanRow(bytes, sha256, file);
		// What the row says is read again when it is needed; many edited rows stay small that way.
		const example = { kind: 'json', value: null } as const;
		const scan = { ...rest, row: { ...row, example } };
		this.#known.set(id, { bytes, scan });
		return scan;
	}

	clear(): void {
		this.#known.clear();
	}
}
