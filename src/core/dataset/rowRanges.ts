/** A run of rows as it travels between threads: starts and lengths in bytes. */
export interface RowRangeBatch {
	readonly starts: Float64Array;
	readonly lengths: Uint32Array;
}

/** Where each row of a file stands, in bytes. Twelve bytes a row, so that millions of rows fit. */
export class RowRanges {
	#starts = new Float64Array(1024);
	#lengths = new Uint32Array(1024);
	#count = 0;

	get count(): number {
		return this.#count;
	}

	push(start: number, end: number): void {
		this.#reserve(this.#count + 1);
		this.#starts[this.#count] = start;
		this.#lengths[this.#count] = end - start;
		this.#count++;
	}

	append(batch: RowRangeBatch): void {
		this.#reserve(this.#count + batch.starts.length);
		this.#starts.set(batch.starts, this.#count);
		this.#lengths.set(batch.lengths, this.#count);
		this.#count += batch.starts.length;
	}

	start(row: number): number {
		this.#check(row);
		return this.#starts[row] ?? 0;
	}

	/** Exclusive. */
	end(row: number): number {
		this.#check(row);
		return (this.#starts[row] ?? 0) + (this.#lengths[row] ?? 0);
	}

	/** A copy of the rows from `from` to `to` (exclusive), for another thread. */
	slice(from: number, to = this.#count): RowRangeBatch {
		return {
			starts: this.#starts.slice(from, Math.min(to, this.#count)),
			lengths: this.#lengths.slice(from, Math.min(to, this.#count)),
		};
	}

	#check(row: number): void {
		if (!(row >= 0 && row < this.#count)) {
			throw new RangeError(`row ${row} of ${this.#count}`);
		}
	}

	#reserve(count: number): void {
		if (count <= this.#starts.length) {
			return;
		}
		const capacity = Math.max(count, this.#starts.length * 2);
		const starts = new Float64Array(capacity);
		const lengths = new Uint32Array(capacity);
		starts.set(this.#starts);
		lengths.set(this.#lengths);
		this.#starts = starts;
		this.#lengths = lengths;
	}
}
