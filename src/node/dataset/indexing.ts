import type { ContainerKind, ContainerLayout, RowIndexer } from '../../core/dataset/container';
import { JsonArrayIndexer } from '../../core/dataset/jsonArrayIndex';
import { JsonlIndexer } from '../../core/dataset/jsonlIndex';
import { RowRanges, type RowRangeBatch } from '../../core/dataset/rowRanges';
import { packRows, scanRow, type ScanBatch } from '../../core/dataset/rowScan';
import type { ByteSource } from './byteSource';
import { sha256 } from './hash';
import { ParquetRows } from './parquetRows';
import { readPortions, TextRows, type RowReader } from './rowReader';

/** What is learnt of a file while it is read, in this order: rows, then their scan. */
export type IndexingEvent =
	| { readonly kind: 'rowsFound'; readonly batch: RowRangeBatch; readonly bytesRead: number }
	| { readonly kind: 'indexed'; readonly layout: ContainerLayout }
	| { readonly kind: 'rowsScanned'; readonly batch: ScanBatch };

/** The first portion is small, so that rows are on screen at once. */
const firstPortion = 1 << 16;
const portion = 1 << 22;

/**
 * Reads a file once for its rows and, when asked, once more for formats, findings and keys. The
 * same in a worker and in the calling thread.
 */
export async function* indexing(
	source: ByteSource,
	kind: ContainerKind,
	options: { readonly scan: boolean; readonly path: string },
): AsyncGenerator<IndexingEvent> {
	if (kind === 'parquet') {
		yield { kind: 'indexed', layout: parquetLayout(source.size) };
		if (options.scan) {
			yield* scanning(await ParquetRows.open(source), () => 4096);
		}
		return;
	}
	const ranges = new RowRanges();
	const indexer: RowIndexer =
		kind === 'jsonl' ? new JsonlIndexer(ranges) : new JsonArrayIndexer(ranges);
	let told = 0;
	for (let at = 0; at < source.size;) {
		const end = Math.min(source.size, at + (at === 0 ? firstPortion : portion));
		indexer.push(await source.read(at, end));
		at = end;
		if (ranges.count > told) {
			yield { kind: 'rowsFound', batch: ranges.slice(told), bytesRead: at };
			told = ranges.count;
		}
	}
	const layout = indexer.finish();
	if (ranges.count > told) {
		yield { kind: 'rowsFound', batch: ranges.slice(told), bytesRead: source.size };
	}
	yield { kind: 'indexed', layout };
	if (options.scan) {
		const sizeOf = (row: number): number => ranges.end(row) - ranges.start(row);
		yield* scanning(new TextRows(source, ranges, options.path), sizeOf);
	}
}

async function* scanning(
	reader: RowReader,
	sizeOf: (row: number) => number,
): AsyncGenerator<IndexingEvent> {
	for await (const { rows } of readPortions(reader, sizeOf)) {
		yield { kind: 'rowsScanned', batch: packRows(rows.map(row => scanRow(row, sha256))) };
	}
}

export function parquetLayout(size: number): ContainerLayout {
	return { kind: 'parquet', separator: '\n', prefixEnd: 0, suffixStart: size, size };
}
