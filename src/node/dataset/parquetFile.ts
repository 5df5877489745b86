import type { Compressors, FileMetaData, SchemaElement, SchemaTree } from 'hyparquet';
import {
	brotliCompressSync,
	brotliDecompressSync,
	gunzipSync,
	gzipSync,
	zstdCompressSync,
	zstdDecompressSync,
} from 'node:zlib';
import type { ByteSource } from './byteSource';
import { isTextLeaf } from './parquetValues';

/** A value per row of one column, as it is stored: no dates, no rounded numbers. */
export type StoredColumn = readonly unknown[];

const exactText = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const anyText = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes that a page may unpack to: far beyond what any writer makes, and no more than memory has. */
const largestPage = 1 << 30;
/** A copy of 64 bytes takes 3 of snappy. */
const mostBySnappy = 22;

/** A few bytes can unpack to more than memory holds: none does beyond what its page says it is. */
function decompressors(snappy: (input: Uint8Array, output: Uint8Array) => void): Compressors {
	const limit = (length: number): { maxOutputLength: number } => {
		if (length > largestPage) {
			throw new Error(`a page of it would unpack to ${Math.round(length / 2 ** 20)} MB`);
		}
		return { maxOutputLength: Math.max(1, length) };
	};
	return {
		GZIP: (input, length) => gunzipSync(input, limit(length)),
		ZSTD: (input, length) => zstdDecompressSync(input, limit(length)),
		BROTLI: (input, length) => brotliDecompressSync(input, limit(length)),
		SNAPPY: (input, length) => {
			limit(length);
			if (length > input.length * mostBySnappy) {
				throw new Error('a page of it is said to be larger than it can be');
			}
			const output = new Uint8Array(length);
			snappy(input, output);
			return output;
		},
	};
}

/** What re-encoded columns can be packed with, beside snappy, which the writer brings. */
export const compressors = {
	GZIP: (input: Uint8Array): Uint8Array => gzipSync(input),
	ZSTD: (input: Uint8Array): Uint8Array => zstdCompressSync(input),
	BROTLI: (input: Uint8Array): Uint8Array => brotliCompressSync(input),
};

/** A Parquet file with its metadata. The reader is loaded with its first use. */
export class ParquetFile {
	private constructor(
		readonly source: ByteSource,
		readonly metadata: FileMetaData,
		/** The same with leaves that say only how they are stored. */
		readonly stored: FileMetaData,
		/** One node a column, with what its values mean. */
		readonly columns: readonly SchemaTree[],
	) {}

	static async open(source: ByteSource): Promise<ParquetFile> {
		const { parquetMetadataAsync, parquetSchema } = await import('hyparquet');
		if (source.size < 12) {
			throw new Error('it is too short for a Parquet file');
		}
		const metadata = await parquetMetadataAsync(asBuffer(source), { geoparquet: false });
		const stored = { ...metadata, schema: metadata.schema.map(storedElement) };
		return new ParquetFile(source, metadata, stored, parquetSchema(metadata).children);
	}

	get count(): number {
		return Number(this.metadata.num_rows);
	}

	/** First row of each row group, and the number of all rows. */
	get groupStarts(): number[] {
		const starts = [0];
		for (const group of this.metadata.row_groups) {
			starts.push((starts.at(-1) ?? 0) + Number(group.num_rows));
		}
		return starts;
	}

	/**
	 * Columns of some rows by name; `to` is exclusive.
	 *
	 * @param strict throws for text that is not UTF-8, which could not be written as it was
	 */
	async readColumns(
		from: number,
		to: number,
		options: { readonly columns?: string[]; readonly strict?: boolean } = {},
	): Promise<readonly Readonly<Record<string, unknown>>[]> {
		const { parquetReadObjects, snappyUncompress } = await import('hyparquet');
		const decoder = options.strict === true ? exactText : anyText;
		return parquetReadObjects({
			file: asBuffer(this.source),
			metadata: this.stored,
			...(options.columns ? { columns: options.columns } : {}),
			rowStart: from,
			rowEnd: to,
			compressors: decompressors(snappyUncompress),
			utf8: false,
			geoparquet: false,
			useOffsetIndex: true,
			parsers: {
				stringFromBytes: bytes => bytes && decoder.decode(bytes),
				timestampFromNanoseconds: nanos => nanos,
			},
		});
	}
}

function storedElement(element: SchemaElement): SchemaElement {
	if (element.type === undefined) {
		return element;
	}
	const { type, type_length, repetition_type, name } = element;
	return {
		type,
		name,
		...(type_length === undefined ? {} : { type_length }),
		...(repetition_type === undefined ? {} : { repetition_type }),
		...(isTextLeaf(element) && type === 'BYTE_ARRAY' ? { converted_type: 'UTF8' } : {}),
	};
}

function asBuffer(source: ByteSource): {
	byteLength: number;
	slice(start: number, end?: number): Promise<ArrayBuffer>;
} {
	return {
		byteLength: source.size,
		async slice(start, end) {
			const wanted = (end ?? source.size) - start;
			const bytes = await source.read(start, end ?? source.size);
			if (bytes.length < wanted) {
				throw new Error('it became shorter while it was open');
			}
			const copy = new ArrayBuffer(bytes.length);
			new Uint8Array(copy).set(bytes);
			return copy;
		},
	};
}
