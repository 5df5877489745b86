/** Rooms grow by a fifth: many columns are held at once, and copying numbers is cheap. */
const growth = 1.2;
const firstRoom = 16;

/** A column of numbers that grows at its end; `values` is a view that a push may leave behind. */
export class Column<T extends Float64Array | Uint32Array = Float64Array> {
	readonly #make: (length: number) => T;
	#room: T;
	#length = 0;

	constructor(make: (length: number) => T) {
		this.#make = make;
		this.#room = make(0);
	}

	get length(): number {
		return this.#length;
	}

	get values(): T {
		return this.#room.subarray(0, this.#length) as T;
	}

	at(index: number): number {
		return this.#room[index] ?? Number.NaN;
	}

	push(value: number): void {
		if (this.#length === this.#room.length) {
			this.#grow(Math.max(firstRoom, Math.ceil(this.#length * growth)));
		}
		this.#room[this.#length++] = value;
	}

	/** Makes room for so many more at once. */
	reserve(more: number): void {
		const needed = this.#length + more;
		if (needed > this.#room.length) {
			this.#grow(Math.max(needed, this.#length === 0 ? 0 : Math.ceil(this.#length * growth)));
		}
	}

	#grow(length: number): void {
		const larger = this.#make(length);
		larger.set(this.#room.subarray(0, this.#length));
		this.#room = larger;
	}
}

export const float64Column = (): Column => new Column(length => new Float64Array(length));

export const uint32Column = (): Column<Uint32Array> =>
	new Column(length => new Uint32Array(length));
