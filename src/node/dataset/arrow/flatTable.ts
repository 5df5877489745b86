/** Places of the entries of a vector, all of which lie within the bytes. */
export interface FlatVector {
	readonly start: number;
	readonly count: number;
	readonly stride: number;
}

/**
 * A table of a FlatBuffer, as Arrow writes its headers. Throws a RangeError for whatever does not
 * lie within the bytes: a reader that trusts a length makes as many values as it says.
 */
export class FlatTable {
	readonly #start: number;
	readonly #slots: number;
	readonly #size: number;

	/** @param at where the offset of the table stands */
	constructor(
		private readonly bytes: DataView,
		at: number,
	) {
		this.#start = at + bytes.getInt32(at, true);
		this.#slots = this.#start - bytes.getInt32(this.#start, true);
		this.#size = bytes.getInt16(this.#slots, true);
	}

	/** Where a field stands; `undefined` where it is left out. Fields count from 0. */
	place(field: number): number | undefined {
		const slot = 4 + 2 * field;
		const offset = slot < this.#size ? this.bytes.getInt16(this.#slots + slot, true) : 0;
		return offset === 0 ? undefined : this.#start + offset;
	}

	byte(field: number): number {
		const place = this.place(field);
		return place === undefined ? 0 : this.bytes.getUint8(place);
	}

	short(field: number): number {
		const place = this.place(field);
		return place === undefined ? 0 : this.bytes.getInt16(place, true);
	}

	long(field: number): number {
		const place = this.place(field);
		return place === undefined ? 0 : longAt(this.bytes, place);
	}

	table(field: number): FlatTable | undefined {
		const place = this.place(field);
		return place === undefined ? undefined : new FlatTable(this.bytes, place);
	}

	tables(field: number): FlatTable[] {
		const { start, count } = this.vector(field, 4);
		return Array.from({ length: count }, (_, i) => new FlatTable(this.bytes, start + 4 * i));
	}

	/** @param stride bytes that an entry takes */
	vector(field: number, stride: number): FlatVector {
		const place = this.place(field);
		if (place === undefined) {
			return { start: 0, count: 0, stride };
		}
		const base = place + this.bytes.getInt32(place, true);
		const count = this.bytes.getInt32(base, true);
		const start = base + 4;
		if (count < 0 || start + count * stride > this.bytes.byteLength) {
			throw new RangeError(`a list of ${count} entries cannot be in it`);
		}
		return { start, count, stride };
	}

	/** The numbers at the same place in each entry of a vector. */
	longs({ start, count, stride }: FlatVector, at: number): number[] {
		return Array.from({ length: count }, (_, i) => longAt(this.bytes, start + i * stride + at));
	}
}

/** As it is; beyond 2^53 it is far too large whatever its last digits are. */
function longAt(bytes: DataView, place: number): number {
	return Number(bytes.getBigInt64(place, true));
}
