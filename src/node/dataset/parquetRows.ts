import type { FileMetaData } from 'hyparquet';
import type { ByteSource } from './byteSource';
import type { RowReader } from './rowReader';

const encoder = new TextEncoder();

/**
 * The rows of a Parquet file as JSON text. Only the pages that hold the wanted rows are read. The
 * reader is loaded with its first use, since most windows open no Parquet file.
 */
export class ParquetRows implements RowReader {
	private constructor(
		private readonly source: ByteSource,
		private readonly metadata: FileMetaData,
	) {}

	static async open(source: ByteSource): Promise<ParquetRows> {
		const { parquetMetadataAsync } = await import('hyparquet');
		return new ParquetRows(source, await parquetMetadataAsync(asBuffer(source)));
	}

	get count(): number {
		return Number(this.metadata.num_rows);
	}

	async readRows(from: number, to: number): Promise<Uint8Array[]> {
		const { parquetReadObjects } = await import('hyparquet');
		const rows = await parquetReadObjects({
			file: asBuffer(this.source),
			metadata: this.metadata,
			rowStart: from,
			rowEnd: to,
		});
		return rows.map(row => encoder.encode(JSON.stringify(row, writable)));
	}
}

function asBuffer(source: ByteSource): {
	byteLength: number;
	slice(start: number, end?: number): Promise<ArrayBuffer>;
} {
	return {
		byteLength: source.size,
		async slice(start, end) {
			const bytes = await source.read(start, end ?? source.size);
			const copy = new ArrayBuffer(bytes.length);
			new Uint8Array(copy).set(bytes);
			return copy;
		},
	};
}

/** What JSON has no word for: big integers as numbers where they are exact, bytes by their size. */
function writable(_key: string, value: unknown): unknown {
	if (typeof value === 'bigint') {
		return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
	}
	if (typeof value === 'number' && !Number.isFinite(value)) {
		return String(value);
	}
	return value instanceof Uint8Array ? `<${value.length} bytes>` : value;
}
