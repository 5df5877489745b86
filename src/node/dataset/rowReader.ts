import { WindsockError } from '../../core/base/errors';
import type { RowRanges } from '../../core/dataset/rowRanges';
import type { ByteSource } from './byteSource';

/** The rows of a dataset by their number in the file, each as JSON text in UTF-8. */
export interface RowReader {
	/** Rows known so far. */
	readonly count: number;
	/** `to` is exclusive. */
	readRows(from: number, to: number): Promise<Uint8Array[]>;
}

/** Rows that stand in the file as text. Neighbours are read in one go. */
export class TextRows implements RowReader {
	constructor(
		private readonly source: ByteSource,
		private readonly ranges: RowRanges,
		private readonly path: string,
	) {}

	get count(): number {
		return this.ranges.count;
	}

	async readRows(from: number, to: number): Promise<Uint8Array[]> {
		if (to <= from) {
			return [];
		}
		const start = this.ranges.start(from);
		const end = this.ranges.end(to - 1);
		const bytes = await this.source.read(start, end);
		if (bytes.length < end - start) {
			throw new WindsockError('fileChanged', { path: this.path });
		}
		return Array.from({ length: to - from }, (_, i) =>
			bytes.subarray(this.ranges.start(from + i) - start, this.ranges.end(from + i) - start),
		);
	}
}

/** Rows of several files one after another. */
export class JoinedRows implements RowReader {
	constructor(private readonly parts: readonly { readonly rows: RowReader }[]) {}

	get count(): number {
		return this.parts.reduce((sum, { rows }) => sum + rows.count, 0);
	}

	async readRows(from: number, to: number): Promise<Uint8Array[]> {
		const found: Uint8Array[] = [];
		let start = 0;
		for (const { rows } of this.parts) {
			const end = start + rows.count;
			if (start < to && end > from) {
				found.push(
					...(await rows.readRows(Math.max(from, start) - start, Math.min(to, end) - start)),
				);
			}
			start = end;
		}
		return found;
	}
}

/** All rows in order, in portions of about `bytes`, so that a pass over any file stays small. */
export async function* readPortions(
	reader: RowReader,
	sizeOf: (row: number) => number,
	bytes = 1 << 20,
): AsyncGenerator<{ readonly from: number; readonly rows: readonly Uint8Array[] }> {
	for (let from = 0; from < reader.count;) {
		let to = from;
		let size = 0;
		while (to < reader.count && (size < bytes || to === from) && to - from < 2000) {
			size += sizeOf(to++);
		}
		yield { from, rows: await reader.readRows(from, to) };
		from = to;
	}
}
