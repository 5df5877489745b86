import { pairRows, type PairableRows, type RowPairs } from '../../../core/dataset/diff/rowPairing';
import { ShingleReader, shingleSet, similarity } from '../../../core/dataset/near/wordShingles';
import type { DatasetFile } from '../datasetFile';
import { checkCancelled } from '../expected';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
/** Shared words from which a row without an id is known again after a change. */
const leastAlike = 0.2;

/**
 * Which row of one version is which of the other. Both must be scanned.
 *
 * @param what is named when it is cancelled
 */
export async function pairDatasets(
	old: DatasetFile,
	now: DatasetFile,
	what: string,
	signal?: AbortSignal,
): Promise<RowPairs> {
	const field = commonId(old, now);
	const rowsOf = ({ scan, rows }: DatasetFile): PairableRows => ({
		count: rows.count,
		nameOf: row => (field === undefined ? scan.contentKeyOf(row) : scan.nameKeyOf(row)),
		contentOf: row => scan.contentKeyOf(row),
	});
	const reader = new ShingleReader();
	const setOf = async (file: DatasetFile, row: number): Promise<Int32Array> =>
		shingleSet(reader.read([decoder.decode(await file.readRow(row))]));
	return pairRows(rowsOf(old), rowsOf(now), async (a, b) => {
		checkCancelled(signal, what);
		return similarity(await setOf(old, a), await setOf(now, b)) >= leastAlike;
	});
}

/** The field that names an example in both. */
export function commonId(old: DatasetFile, now: DatasetFile): string | undefined {
	return old.scan.idField === now.scan.idField ? old.scan.idField : undefined;
}
