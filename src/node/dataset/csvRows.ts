import { csvToJson, type CsvDialect } from '../../core/dataset/csvRecord';
import type { RowReader } from './rowReader';

const encoder = new TextEncoder();

/** The records of a CSV file as JSON objects of texts. */
export class CsvRows implements RowReader {
	constructor(
		/** Rows as they stand in the file. */
		private readonly records: RowReader,
		private readonly dialect: CsvDialect,
	) {}

	get count(): number {
		return this.records.count;
	}

	async readRows(from: number, to: number): Promise<Uint8Array[]> {
		const records = await this.records.readRows(from, to);
		return records.map(record => encoder.encode(csvToJson(record, this.dialect)));
	}
}
