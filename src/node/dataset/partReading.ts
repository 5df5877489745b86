import type { Compression, ContainerKind, ContainerLayout } from '../../core/dataset/container';
import type { CsvDialect } from '../../core/dataset/csvRecord';
import type { RowRanges } from '../../core/dataset/rowRanges';
import { ArrowRows } from './arrow/arrowRows';
import type { ByteSource } from './byteSource';
import { CsvRows } from './csvRows';
import { ParquetRows } from './parquetRows';
import { TextRows, type RowReader } from './rowReader';

/** What any thread needs to read one file of a dataset by itself. It can be posted. */
export interface PartDescription {
	readonly path: string;
	readonly kind: ContainerKind;
	/** Stamp of the file that the calling thread has open; empty for a document that is no file. */
	readonly stamp: string;
	readonly compression?: Compression;
	/** File that the text is unpacked into; complete once the file is indexed. */
	readonly unpackedPath?: string;
	readonly csv?: CsvDialect;
}

/**
 * The rows of a file as JSON.
 *
 * @param source the text where it is packed, else the file
 * @param ranges where the rows of text stand; may still grow
 * @param window unpacked bytes that are decoded in one go; more is faster and needs more memory
 */
export async function openRows(
	{ path, kind, csv }: PartDescription,
	source: ByteSource,
	ranges: RowRanges,
	window?: number,
): Promise<RowReader> {
	if (kind === 'parquet') {
		return ParquetRows.open(source, path, window);
	}
	if (kind === 'arrow') {
		return ArrowRows.open(source, path);
	}
	const records = new TextRows(source, ranges, path);
	return csv ? new CsvRows(records, csv) : records;
}

/** The layout of a file that says itself where its rows are. */
export function layoutOf(kind: ContainerKind, size: number): ContainerLayout {
	return { kind, separator: '\n', prefixEnd: 0, suffixStart: size, size };
}
