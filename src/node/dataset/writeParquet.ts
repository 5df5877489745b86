import type { CompressionCodec, SchemaTree } from 'hyparquet';
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { parseExactly } from '../../core/dataset/exactJson';
import type { OverlayRun } from '../../core/dataset/overlay';
import type { ByteSource } from './byteSource';
import { writerTo } from './fileWriter';
import { compressors, ParquetFile } from './parquetFile';
import { groupRange, movedGroup, ParquetFooter } from './parquetFooter';
import { isSameCell, jsonToParquet, parquetToJson } from './parquetValues';
import { readThrift, type ThriftStruct } from './thrift';

type StoredRow = Readonly<Record<string, unknown>>;

const portion = 1 << 22;
const decoder = new TextDecoder();
/** Rows of a group that had none to go by. */
const rowsPerGroup = 10_000;

/**
 * Writes a Parquet file with its edits. Row groups without edits are copied byte for byte; others
 * are encoded anew, read back and compared. Throws a WindsockError that names the column of what
 * Parquet cannot take or does not give back.
 *
 * @param runs the rows in their new order; own bytes are JSON
 */
export async function writeParquet(
	source: ByteSource,
	path: string,
	runs: readonly OverlayRun[],
	handle: FileHandle,
): Promise<void> {
	const writing = new ParquetWriting(
		await ParquetFile.open(source),
		await ParquetFooter.read(source),
		path,
		handle,
	);
	await writing.write(runs);
}

class ParquetWriting {
	readonly #writer;
	#at = 4;
	readonly #groups: ThriftStruct[] = [];
	/** Rows for the next new group, and the group of the old file that they stand in. */
	#pending: StoredRow[] = [];
	#pendingGroup: number | undefined;
	/** Rows of one old group that were read to be encoded anew. */
	#loaded: { readonly group: number; readonly rows: readonly StoredRow[] } | undefined;
	/** First row of each group that was encoded anew, and the hash of each of its columns. */
	readonly #expected: { readonly from: number; readonly to: number; readonly hashes: string[] }[] =
		[];
	#rows = 0;
	readonly #starts: readonly number[];

	constructor(
		private readonly file: ParquetFile,
		private readonly footer: ParquetFooter,
		private readonly path: string,
		private readonly handle: FileHandle,
	) {
		this.#writer = writerTo(handle, undefined);
		this.#starts = file.groupStarts;
	}

	async write(runs: readonly OverlayRun[]): Promise<void> {
		await this.#writer.write(new TextEncoder().encode('PAR1'));
		for (const run of runs) {
			if (run.kind === 'base') {
				await this.#takeRun(run.from, run.to);
			} else {
				await this.#take(run.base, await this.#edited(run.bytes, run.base));
			}
		}
		await this.#flush();
		const end = this.footer.withGroups(this.#groups);
		await this.#writer.write(end);
		this.#at += end.length;
		await this.#writer.finish();
		await this.#verify();
	}

	async #takeRun(from: number, to: number): Promise<void> {
		for (let row = from; row < to;) {
			const group = this.#groupOf(row);
			const end = this.#starts[group + 1] ?? to;
			if (row === this.#starts[group] && to >= end) {
				await this.#flush();
				await this.#copyGroup(group);
				row = end;
				continue;
			}
			const rows = await this.#load(group);
			for (; row < Math.min(to, end); row++) {
				await this.#take(row, rows[row - (this.#starts[group] ?? 0)] ?? {});
			}
		}
	}

	async #copyGroup(group: number): Promise<void> {
		const old = this.footer.groups[group];
		if (!old) {
			throw new RangeError(`row group ${group}`);
		}
		const { start, end } = groupRange(old);
		this.#groups.push(movedGroup(old, this.#at - start));
		for (let at = start; at < end; at += portion) {
			const to = Math.min(end, at + portion);
			const bytes = await this.file.source.read(at, to);
			if (bytes.length < to - at) {
				throw new WindsockError('fileChanged', { path: this.path });
			}
			await this.#writer.write(bytes);
		}
		this.#at += end - start;
		this.#rows += (this.#starts[group + 1] ?? 0) - (this.#starts[group] ?? 0);
	}

	/** @param base the row of the old file that it is or was; `undefined` for an added row */
	async #take(base: number | undefined, row: StoredRow): Promise<void> {
		const group = base === undefined ? this.#pendingGroup : this.#groupOf(base);
		const isFull = this.#pending.length >= this.#largestGroup();
		if (isFull || (group !== this.#pendingGroup && this.#pendingGroup !== undefined)) {
			await this.#flush();
		}
		this.#pending.push(row);
		this.#pendingGroup = group;
	}

	async #edited(bytes: Uint8Array, base: number | undefined): Promise<StoredRow> {
		const cells = parseExactly(decoder.decode(bytes));
		if (typeof cells !== 'object' || cells === null || Array.isArray(cells)) {
			throw this.#refused('a row of a Parquet file is an object');
		}
		const names = this.file.columns.map(({ element }) => element.name);
		const unknown = Object.keys(cells).find(name => !names.includes(name));
		if (unknown !== undefined) {
			throw this.#refused(`the file has no column “${unknown}”`);
		}
		const group = base === undefined ? undefined : this.#groupOf(base);
		const old =
			base === undefined || group === undefined
				? undefined
				: (await this.#load(group))[base - (this.#starts[group] ?? 0)];
		return Object.fromEntries(
			this.file.columns.map(column => {
				const { name } = column.element;
				const cell: unknown = Reflect.get(cells, name);
				return [name, this.#stored(column, cell ?? null, old)];
			}),
		);
	}

	/** A cell that says what it said keeps its stored value. */
	#stored(column: SchemaTree, cell: unknown, old: StoredRow | undefined): unknown {
		const { name } = column.element;
		if (old && isSameCell(parseExactly(parquetToJson(column, old[name])), cell)) {
			return old[name];
		}
		try {
			return jsonToParquet(column, cell);
		} catch (error) {
			throw this.#refused(`the column “${name}” does not take it: ${reasonOf(error)}`);
		}
	}

	async #load(group: number): Promise<readonly StoredRow[]> {
		if (this.#loaded?.group === group) {
			return this.#loaded.rows;
		}
		const [from = 0, to = 0] = [this.#starts[group], this.#starts[group + 1]];
		const rows: Record<string, unknown>[] = Array.from({ length: to - from }, () => ({}));
		for (const { element, children } of this.file.columns) {
			const { name } = element;
			if (element.converted_type === 'MAP' || element.logical_type?.type === 'VARIANT') {
				throw this.#refused(`the column “${name}” is of a kind that cannot be written as it was`);
			}
			try {
				const column = await this.file.readColumns(from, to, { columns: [name], strict: true });
				column.forEach((row, i) => ((rows[i] ?? {})[name] = row[name]));
			} catch (error) {
				const what = children.length === 0 ? 'values' : 'nested values';
				throw this.#refused(
					`the ${what} of the column “${name}” cannot be read: ${reasonOf(error)}`,
				);
			}
		}
		this.#loaded = { group, rows };
		return rows;
	}

	async #flush(): Promise<void> {
		const rows = this.#pending;
		const group = this.#pendingGroup;
		this.#pending = [];
		this.#pendingGroup = undefined;
		if (rows.length === 0) {
			return;
		}
		const encoded = await encodeGroup(this.file, rows, group ?? 0, name =>
			this.#refused(`the column “${name}” cannot be written`),
		);
		const { start, end } = groupRange(encoded.group);
		this.#groups.push(movedGroup(encoded.group, this.#at - start));
		await this.#writer.write(encoded.bytes.subarray(start, end));
		this.#at += end - start;
		this.#expected.push({
			from: this.#rows,
			to: this.#rows + rows.length,
			hashes: this.file.columns.map(column => columnHash(column, rows)),
		});
		this.#rows += rows.length;
	}

	async #verify(): Promise<void> {
		const written = await ParquetFile.open(handleSource(this.handle, this.#at));
		if (written.count !== this.#rows) {
			throw this.#refused(`${written.count} of ${this.#rows} rows read back`);
		}
		for (const { from, to, hashes } of this.#expected) {
			const rows = await written.readColumns(from, to);
			for (const [i, column] of written.columns.entries()) {
				if (columnHash(column, rows) !== hashes[i]) {
					const { name } = column.element;
					throw this.#refused(`the column “${name}” does not read back as it was written`);
				}
			}
		}
	}

	#groupOf(row: number): number {
		return this.#starts.findLastIndex((start, i) => start <= row && i < this.#starts.length - 1);
	}

	#largestGroup(): number {
		const sizes = this.#starts.slice(1).map((start, i) => start - (this.#starts[i] ?? 0));
		return Math.max(...sizes, sizes.length === 0 ? rowsPerGroup : 1);
	}

	#refused(reason: string): WindsockError {
		return new WindsockError('fileUnwritable', {
			path: this.path,
			reason: `${reason}; save it as JSON lines instead`,
		});
	}
}

/** A row group as a Parquet file of its own, packed as the old group was. */
async function encodeGroup(
	file: ParquetFile,
	rows: readonly StoredRow[],
	group: number,
	refused: (name: string) => WindsockError,
): Promise<{ readonly bytes: Uint8Array; readonly group: ThriftStruct }> {
	const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
	const target = new ByteWriter();
	const writer = new ParquetWriter({
		writer: target,
		schema: file.stored.schema,
		compressors,
		// Bounds of stored values would be wrong for unsigned numbers and decimals.
		statistics: false,
	});
	const old = file.metadata.row_groups[group];
	const columnData = file.columns.map(({ element: { name } }) => ({
		name,
		data: rows.map(row => row[name]),
		codec: codecOf(
			old?.columns.find(chunk => chunk.meta_data?.path_in_schema[0] === name)?.meta_data?.codec,
		),
		columnIndex: false,
		offsetIndex: false,
	}));
	try {
		await writer.write({ columnData, rowGroupSize: rows.length });
	} catch (error) {
		const name = columnData.find(column => reasonOf(error).includes(column.name))?.name;
		throw name === undefined ? error : refused(name);
	}
	await writer.finish();
	const bytes = new Uint8Array(target.getBuffer());
	const length = new DataView(bytes.buffer).getUint32(bytes.length - 8, true);
	const root = readThrift(bytes.subarray(bytes.length - 8 - length, bytes.length - 8));
	const groups = root.get(4)?.value;
	const [only] = typeof groups === 'object' && 'items' in groups ? groups.items : [];
	return { bytes, group: only as ThriftStruct };
}

function codecOf(codec: CompressionCodec | undefined): CompressionCodec {
	return codec && (codec in compressors || codec === 'UNCOMPRESSED') ? codec : 'SNAPPY';
}

function columnHash(column: SchemaTree, rows: readonly StoredRow[]): string {
	const hash = createHash('sha256');
	for (const row of rows) {
		hash.update(parquetToJson(column, row[column.element.name])).update('\n');
	}
	return hash.digest('hex');
}

/** A file that is being written, for reading it back. */
function handleSource(handle: FileHandle, size: number): ByteSource {
	return {
		size,
		stamp: '',
		isUntouched: () => Promise.resolve(true),
		read: async (start, end) => {
			const buffer = Buffer.alloc(Math.max(0, Math.min(end, size) - start));
			const { bytesRead } = await handle.read(buffer, 0, buffer.length, start);
			return buffer.subarray(0, bytesRead);
		},
		close: () => Promise.resolve(),
	};
}
