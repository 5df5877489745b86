import { checkOffsets, type Offsets } from './checkOffsets';
import { FlatTable } from './flatTable';

const headers = { schema: 1, dictionary: 2, records: 3 };
const typeIds = { binary: 4, utf8: 5, union: 14, largeBinary: 19, largeUtf8: 20 };
const deepest = 64;

/** What the schema says of the values of each dictionary, by its id. */
type Dictionaries = Map<number, { readonly typeId: number; readonly isNested: boolean }>;

/**
 * Looks through the headers of an Arrow file or stream before its reader believes them. Throws a
 * RangeError with the reason for lengths that cannot be, whose values would take all memory.
 */
export function checkArrowHeads(bytes: Uint8Array): void {
	const isFile = Buffer.from(bytes.subarray(0, 6)).equals(Buffer.from('ARROW1'));
	const checks = new HeadChecks(bytes);
	if (isFile) {
		checks.file();
	} else {
		checks.stream();
	}
}

class HeadChecks {
	readonly #view: DataView;
	readonly #dictionaries: Dictionaries = new Map();
	/** Tables cannot be more than there are bytes for; a loop among them would have no end. */
	#tablesLeft: number;

	constructor(private readonly bytes: Uint8Array) {
		this.#view = viewOf(bytes);
		this.#tablesLeft = bytes.length / 8;
	}

	file(): void {
		const end = this.bytes.length - 10;
		const footer = new FlatTable(this.#view, end - this.#view.getInt32(end, true));
		this.#schema(footer.table(1));
		this.#pairs(footer, 4);
		const blocks = [2, 3].flatMap(field => footer.longs(footer.vector(field, 24), 0));
		if (new Set(blocks).size < blocks.length) {
			throw new RangeError('two parts of it are said to stand at the same place');
		}
		for (const place of blocks) {
			this.#message(place);
		}
	}

	stream(): void {
		for (let at: number | undefined = 0; at !== undefined;) {
			at = this.#message(at);
		}
	}

	/** Where the next one begins; `undefined` at the end. */
	#message(from: number): number | undefined {
		let at = from;
		const next = (): number => {
			const value = at + 4 <= this.bytes.length ? this.#view.getInt32(at, true) : 0;
			at += 4;
			return value;
		};
		const first = next();
		const length = first === -1 ? next() : first;
		if (length === 0) {
			return undefined;
		}
		const head = this.bytes.subarray(at, at + length);
		if (length < 0 || head.length < length) {
			throw new RangeError('a header goes beyond its end');
		}
		const message = new FlatTable(viewOf(head), 0);
		const bodyLength = message.long(3);
		const bodyAt = at + length;
		if (bodyLength < 0 || bodyAt + bodyLength > this.bytes.length) {
			throw new RangeError('a part of it goes beyond its end');
		}
		const body = this.bytes.subarray(bodyAt, bodyAt + bodyLength);
		this.#header(message.byte(1), message.table(2), message.short(0), body);
		return bodyAt + bodyLength;
	}

	#header(kind: number, header: FlatTable | undefined, version: number, body: Uint8Array): void {
		switch (kind) {
			case headers.schema:
				this.#schema(header);
				break;
			case headers.records:
				this.#batch(header, version);
				break;
			case headers.dictionary: {
				const regions = this.#batch(header?.table(1), version);
				this.#dictionary(header?.long(0) ?? 0, regions, body);
				break;
			}
			default:
		}
	}

	#schema(schema: FlatTable | undefined): void {
		if (schema) {
			this.#pairs(schema, 2);
			for (const field of schema.tables(1)) {
				this.#field(field, 0);
			}
		}
	}

	#field(field: FlatTable, depth: number): void {
		this.#tablesLeft--;
		if (depth > deepest || this.#tablesLeft < 0) {
			throw new RangeError('its columns are nested too deeply');
		}
		const typeId = field.byte(2);
		if (typeId === typeIds.union) {
			field.table(3)?.vector(1, 4);
		}
		this.#pairs(field, 6);
		const children = field.tables(5);
		const dictionary = field.table(4);
		if (dictionary) {
			this.#dictionaries.set(dictionary.long(0), { typeId, isNested: children.length > 0 });
		}
		for (const child of children) {
			this.#field(child, depth + 1);
		}
	}

	/** Words and values beside a schema; only their number can do harm. */
	#pairs(table: FlatTable, field: number): void {
		const { count } = table.vector(field, 4);
		this.#tablesLeft -= count;
		if (this.#tablesLeft < 0) {
			throw new RangeError('it says more about itself than there is room for');
		}
	}

	#batch(batch: FlatTable | undefined, version: number): Regions | undefined {
		if (!batch) {
			return undefined;
		}
		const most = this.bytes.length * 8;
		const nodes = batch.vector(1, 16);
		const lengths = [batch.long(0), ...batch.longs(nodes, 0), ...batch.longs(nodes, 8)];
		const wrong = lengths.find(length => length < 0 || length > most);
		if (wrong !== undefined) {
			throw new RangeError(`${wrong.toLocaleString('en-US')} values cannot be in it`);
		}
		// Before the fourth version each place had the number of a page before it.
		const page = version < 3 ? 8 : 0;
		const regions = batch.vector(2, 16 + page);
		const views = batch.longs(batch.vector(4, 8), 0);
		if (views.some(count => count < 0 || count > regions.count)) {
			throw new RangeError('a text has more parts than there are');
		}
		return {
			length: batch.longs(nodes, 0)[0] ?? 0,
			isPacked: batch.place(3) !== undefined,
			starts: batch.longs(regions, page),
			lengths: batch.longs(regions, page + 8),
		};
	}

	/** The reader makes all values of a dictionary at once. */
	#dictionary(id: number, regions: Regions | undefined, body: Uint8Array): void {
		const type = this.#dictionaries.get(id);
		if (!type || !regions || regions.isPacked) {
			return; // The reader says itself that it does not read these.
		}
		const [, offsets, values] = regions.starts.map((start, i) =>
			body.subarray(start, start + (regions.lengths[i] ?? 0)),
		);
		const { typeId, isNested } = type;
		if (isNested || typeId > typeIds.largeUtf8) {
			throw new RangeError('it has a dictionary of values that are not read yet');
		}
		const isLarge = typeId === typeIds.largeBinary || typeId === typeIds.largeUtf8;
		if (isLarge || typeId === typeIds.binary || typeId === typeIds.utf8) {
			checkOffsets(offsetsIn(offsets ?? body, isLarge), regions.length, values?.length ?? 0);
		} else if (regions.length > (offsets?.length ?? 0) * 8) {
			throw new RangeError('a dictionary has fewer values than it says');
		}
	}
}

interface Regions {
	readonly length: number;
	readonly isPacked: boolean;
	readonly starts: readonly number[];
	readonly lengths: readonly number[];
}

function offsetsIn(bytes: Uint8Array, isLarge: boolean): Offsets {
	const own = Uint8Array.from(bytes).buffer;
	return isLarge
		? new BigInt64Array(own, 0, Math.floor(bytes.length / 8))
		: new Int32Array(own, 0, Math.floor(bytes.length / 4));
}

function viewOf(bytes: Uint8Array): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
