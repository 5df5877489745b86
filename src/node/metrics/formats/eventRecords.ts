import { maskedCrcOf } from '../tfRecords';

const headLength = 12;
const tailLength = 4;
/** No record of a training is longer; a length beyond it is damage. */
const longest = 1 << 30;

export interface RecordHandler {
	/** A record whose checksum is right; the bytes are used again after the call. */
	record(bytes: Uint8Array, start: number, end: number): void;
	/** A record, or a stretch of the file, whose checksum is wrong. */
	damaged(): void;
}

/**
 * The records of a TFRecord file that comes in pieces. Behind a damaged length the next record is
 * looked for, whose two checksums then both have to be right.
 */
export class EventRecords {
	#parts: Uint8Array[] = [];
	#held = 0;
	#needed = headLength;
	#isSearching: boolean;

	/** @param isWithin whether the first bytes may stand within a record, as in the tail of a file */
	constructor(
		private readonly handler: RecordHandler,
		isWithin = false,
	) {
		this.#isSearching = isWithin;
	}

	/** Bytes of a record that is not complete. */
	get held(): number {
		return this.#held;
	}

	take(bytes: Uint8Array): void {
		if (this.#held + bytes.length < this.#needed) {
			this.#keep(bytes);
			return;
		}
		const whole = this.#held === 0 ? bytes : Buffer.concat([...this.#parts, bytes]);
		const rest = whole.subarray(this.#read(whole));
		this.#parts = [];
		this.#held = 0;
		this.#keep(rest);
	}

	#keep(bytes: Uint8Array): void {
		if (bytes.length > 0) {
			// A copy: the reader's memory is used again.
			this.#parts.push(bytes.slice());
			this.#held += bytes.length;
		}
	}

	/** Where the first record begins that is not complete. */
	#read(bytes: Uint8Array): number {
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		let at = 0;
		for (;;) {
			this.#needed = headLength;
			if (at + headLength > bytes.length) {
				return at;
			}
			const length = view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
			const isHead =
				length <= longest && view.getUint32(at + 8, true) === maskedCrcOf(bytes, at, at + 8);
			if (!isHead) {
				if (!this.#isSearching) {
					this.handler.damaged();
					this.#isSearching = true;
				}
				at++;
				continue;
			}
			const start = at + headLength;
			const end = start + length;
			if (end + tailLength > bytes.length) {
				this.#needed = end + tailLength - at;
				return at;
			}
			const isWhole = view.getUint32(end, true) === maskedCrcOf(bytes, start, end);
			if (isWhole) {
				this.#isSearching = false;
				this.handler.record(bytes, start, end);
			} else if (this.#isSearching) {
				at++;
				continue;
			} else {
				this.handler.damaged();
			}
			at = end + tailLength;
		}
	}
}
