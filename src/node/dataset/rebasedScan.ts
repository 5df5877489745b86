import type { Overlay, RowId } from '../../core/dataset/overlay';
import {
	packRows,
	type ScanBatch,
	type ScannedRow,
	type ScanTable,
} from '../../core/dataset/rowScan';

/** The scan of the file that a save writes, without reading its rows again. */
export function rebasedScan(
	scan: ScanTable,
	overlay: Overlay,
	scanOwn: (id: RowId, bytes: Uint8Array) => ScannedRow,
): ScanBatch[] {
	return [...overlay.runs()].map(run =>
		run.kind === 'own' ? packRows([scanOwn(run.id, run.bytes)]) : scan.slice(run.from, run.to),
	);
}
