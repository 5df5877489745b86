import type { Column, DataType, Table } from '@uwdata/flechette';
import { reasonOf, WindsockError } from '../../../core/base/errors';
import { checkArrowColumns } from './checkArrowColumns';
import { checkArrowHeads } from './checkArrowHeads';
import { binaryText } from '../binaryText';
import type { ByteSource } from '../byteSource';
import { dateText, decimalText, timestampText, timeText, type TimeUnit } from '../parquetTimes';
import type { RowReader } from '../rowReader';

/** The reader needs the whole file in memory. */
const largest = 512 * 1024 * 1024;
const units: readonly TimeUnit[] = ['SECONDS', 'MILLIS', 'MICROS', 'NANOS'];
const encoder = new TextEncoder();

/** Type numbers of Arrow's `Schema.fbs`; dictionaries are −1 in the reader. */
const types = { dictionary: -1, float: 3, decimal: 7, date: 8, time: 9, timestamp: 10, struct: 13 };
const binaries = new Set([4, 15, 19, 23]);
const lists = new Set([12, 16, 21]);

/** The rows of an Arrow file or stream, as `save_to_disk` writes them, as JSON text. */
export class ArrowRows implements RowReader {
	readonly count: number;
	readonly #columns: readonly { name: string; type: DataType; values: Column<unknown> }[];

	private constructor(
		table: Table,
		private readonly path: string,
		/** Items that a list can have at most. */
		private readonly most: number,
	) {
		this.count = table.numRows;
		this.#columns = table.schema.fields.map(({ name, type }, i) => ({
			name,
			type,
			values: table.getChildAt(i),
		}));
	}

	static async open(source: ByteSource, path: string): Promise<ArrowRows> {
		if (source.size > largest) {
			const reason = 'Arrow files over 512 MiB do not open yet; save them as Parquet';
			throw new WindsockError('fileUnreadable', { path, reason });
		}
		const { tableFromIPC } = await import('@uwdata/flechette');
		const bytes = Uint8Array.from(await source.read(0, source.size));
		if (bytes.length < 8) {
			throw new WindsockError('fileUnreadable', { path, reason: 'it is too short for Arrow' });
		}
		const options = { useBigInt: true, useBigIntTimestamp: true, useDecimalInt: true };
		let table: Table;
		try {
			checkArrowHeads(bytes);
			table = tableFromIPC(bytes, options);
			checkArrowColumns(table, mostIn(bytes));
		} catch (error) {
			throw new WindsockError(
				'fileUnreadable',
				{ path, reason: reasonOf(error) },
				{ cause: error },
			);
		}
		if (table.numRows > mostIn(bytes)) {
			const reason = `it says that it has ${table.numRows.toLocaleString('en-US')} rows, which cannot be in it`;
			throw new WindsockError('fileUnreadable', { path, reason });
		}
		return new ArrowRows(table, path, mostIn(bytes));
	}

	readRows(from: number, to: number): Promise<Uint8Array[]> {
		try {
			const rows = Array.from({ length: Math.max(0, to - from) }, (_, i) => this.#row(from + i));
			return Promise.resolve(rows);
		} catch (error) {
			const details = { path: this.path, reason: reasonOf(error) };
			return Promise.reject(new WindsockError('fileUnreadable', details, { cause: error }));
		}
	}

	#row(row: number): Uint8Array {
		const cells = this.#columns.map(
			({ name, type, values }) =>
				`${JSON.stringify(name)}:${cellText(type, values.at(row), this.most)}`,
		);
		return encoder.encode(`{${cells.join(',')}}`);
	}
}

/** Values of a file are a bit at least; a broken length would have the reader make rows for hours. */
function mostIn(bytes: Uint8Array): number {
	return bytes.length * 8;
}

function cellText(type: DataType, value: unknown, most: number): string {
	if (value === null || value === undefined) {
		return 'null';
	}
	if (type.typeId === types.dictionary && 'dictionary' in type) {
		return cellText(type.dictionary, value, most);
	}
	const children = 'children' in type ? (type.children ?? []) : [];
	if (binaries.has(type.typeId) && value instanceof Uint8Array) {
		return JSON.stringify(binaryText(value));
	}
	const [item] = children;
	if (lists.has(type.typeId) && item) {
		const items = value as Iterable<unknown> & { readonly length: number };
		if (items.length > most) {
			throw new RangeError(`a list of ${items.length} items cannot be in the file`);
		}
		return `[${Array.from(items, one => cellText(item.type, one, most)).join(',')}]`;
	}
	if (type.typeId === types.struct && typeof value === 'object') {
		const fields = children.map(
			field =>
				`${JSON.stringify(field.name)}:${cellText(field.type, Reflect.get(value, field.name), most)}`,
		);
		return `{${fields.join(',')}}`;
	}
	return typeof value === 'bigint' || typeof value === 'number'
		? numberText(type, value)
		: (JSON.stringify(value) ?? 'null');
}

function numberText(type: DataType, value: bigint | number): string {
	const unit = units['unit' in type ? type.unit : 0] ?? 'SECONDS';
	switch (type.typeId) {
		case types.timestamp:
			return JSON.stringify(
				timestampText(BigInt(value), unit, 'timezone' in type && type.timezone !== null),
			);
		case types.time:
			return JSON.stringify(timeText(BigInt(value), unit));
		case types.date:
			return JSON.stringify(dateText(Number(value) / 86_400_000));
		case types.decimal:
			return decimalText(BigInt(value), 'scale' in type ? type.scale : 0);
		case types.float:
			return Number.isFinite(Number(value))
				? String(value).replace(/^-?\d+$/, '$&.0')
				: JSON.stringify(String(value));
		default:
			return String(value);
	}
}
