import { WindsockError, reasonOf } from '../../core/base/errors';
import type { ByteSource } from './byteSource';
import { ParquetFile } from './parquetFile';
import { parquetToJson } from './parquetValues';
import type { RowReader } from './rowReader';

const encoder = new TextEncoder();

/** Unpacked bytes that are decoded in one go: little enough for a thread that has other work. */
const window = 1 << 22;

/**
 * The rows of a Parquet file as JSON text. Rows are decoded by the window, a part of a row group,
 * and the last window is kept, since its neighbours are asked for next.
 */
export class ParquetRows implements RowReader {
	#kept: { readonly from: number; readonly rows: readonly Uint8Array[] } | undefined;
	readonly #starts: readonly number[];

	private constructor(
		readonly file: ParquetFile,
		private readonly path: string,
		private readonly windowSize: number,
	) {
		this.#starts = file.groupStarts;
	}

	/** @param windowSize unpacked bytes that are decoded in one go */
	static async open(source: ByteSource, path: string, windowSize = window): Promise<ParquetRows> {
		return new ParquetRows(await ParquetFile.open(source), path, windowSize);
	}

	get count(): number {
		return this.file.count;
	}

	async readRows(from: number, to: number): Promise<Uint8Array[]> {
		const found: Uint8Array[] = [];
		while (from + found.length < to) {
			const at = from + found.length;
			const kept = await this.#windowOf(at);
			const end = Math.min(to - kept.from, kept.rows.length);
			if (end <= at - kept.from) {
				throw new RangeError(`row ${at} of ${this.count}`);
			}
			found.push(...kept.rows.slice(at - kept.from, end));
		}
		return found;
	}

	async #windowOf(row: number) {
		const kept = this.#kept;
		if (kept && row >= kept.from && row < kept.from + kept.rows.length) {
			return kept;
		}
		const group = this.#starts.findLastIndex(start => start <= row);
		const start = this.#starts[group] ?? 0;
		const end = this.#starts[group + 1] ?? this.count;
		const size = Number(this.file.metadata.row_groups[group]?.total_byte_size ?? 0);
		const step = Math.max(1, Math.ceil((this.windowSize / Math.max(1, size)) * (end - start)));
		const from = start + Math.floor((row - start) / step) * step;
		const rows = await this.#decode(from, Math.min(end, from + step));
		this.#kept = { from, rows };
		return this.#kept;
	}

	async #decode(from: number, to: number): Promise<Uint8Array[]> {
		const { columns } = this.file;
		try {
			const rows = await this.file.readColumns(from, to);
			return rows.map(row => {
				const cells = columns.map(
					column =>
						`${JSON.stringify(column.element.name)}:${parquetToJson(column, row[column.element.name])}`,
				);
				return encoder.encode(`{${cells.join(',')}}`);
			});
		} catch (error) {
			const reason = `rows ${from + 1} to ${to}: ${reasonOf(error)}`;
			throw new WindsockError('fileUnreadable', { path: this.path, reason }, { cause: error });
		}
	}
}
