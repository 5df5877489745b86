import { isTextContainer } from '../../core/dataset/container';
import type { RowRanges } from '../../core/dataset/rowRanges';
import { packRows, scanRow, type RowScanOptions, type ScanBatch } from '../../core/dataset/rowScan';
import type { ByteSource } from './byteSource';
import { sha256 } from './hash';
import { openRows, type PartDescription } from './partReading';
import { readPortions } from './rowReader';

/** Large enough that a row group is not decoded over and over. */
const scanWindow = 1 << 26;

/**
 * Formats, findings and keys of rows of one file, once they are found; in portions, so that the
 * thread can do something else in between.
 *
 * @param portionBytes text that is read at a time
 */
export async function* scanRows(
	description: PartDescription,
	source: ByteSource,
	ranges: RowRanges,
	options: RowScanOptions,
	portionBytes?: number,
): AsyncGenerator<ScanBatch> {
	const reader = await openRows(description, source, ranges, scanWindow);
	const about = Math.ceil(source.size / Math.max(1, reader.count));
	const sizeOf = isTextContainer(description.kind)
		? (row: number): number => ranges.end(row) - ranges.start(row)
		: (): number => about;
	for await (const { rows } of readPortions(reader, sizeOf, portionBytes)) {
		yield packRows(rows.map(row => scanRow(row, sha256, options)));
	}
}
