const newline = 10;

/** One answer of the server on a host, with the bytes behind it. */
export interface Frame {
	readonly head: Readonly<Record<string, unknown>>;
	readonly data: Uint8Array;
}

/** A head that is longer is no head. */
const longestHead = 1 << 20;
const longestData = 1 << 26;

/** Cuts a byte stream into frames: a line of JSON, then as many bytes as it says. */
export class FrameSplitter {
	#pieces: Uint8Array[] = [];
	#size = 0;
	#head: Readonly<Record<string, unknown>> | undefined;
	#wanted = 0;

	/** @throws Error for what is no frame; the stream is of no use then */
	push(bytes: Uint8Array): Frame[] {
		this.#pieces.push(bytes);
		this.#size += bytes.length;
		const frames: Frame[] = [];
		for (;;) {
			if (!this.#head && !this.#takeHead()) {
				return frames;
			}
			if (this.#size < this.#wanted) {
				return frames;
			}
			frames.push({ head: this.#head ?? {}, data: this.#take(this.#wanted) });
			this.#head = undefined;
		}
	}

	#takeHead(): boolean {
		let before = 0;
		for (const piece of this.#pieces) {
			const end = piece.indexOf(newline);
			if (end >= 0) {
				const line = this.#take(before + end + 1);
				this.#head = parseHead(line);
				this.#wanted = Number(this.#head['bytes'] ?? 0);
				if (!(this.#wanted >= 0 && this.#wanted <= longestData)) {
					throw new Error('it sends more than was asked for');
				}
				return true;
			}
			before += piece.length;
		}
		if (before > longestHead) {
			throw new Error('it sends a line without an end');
		}
		return false;
	}

	/** The first bytes, as a piece of their own. */
	#take(size: number): Uint8Array {
		const [first] = this.#pieces;
		if (first && first.length >= size) {
			this.#size -= size;
			if (first.length === size) {
				this.#pieces.shift();
			} else {
				this.#pieces[0] = first.subarray(size);
			}
			return first.subarray(0, size);
		}
		const whole = Buffer.concat(this.#pieces);
		this.#size = whole.length - size;
		this.#pieces = this.#size === 0 ? [] : [whole.subarray(size)];
		return whole.subarray(0, size);
	}
}

function parseHead(line: Uint8Array): Readonly<Record<string, unknown>> {
	const value: unknown = JSON.parse(new TextDecoder().decode(line));
	if (typeof value !== 'object' || value === null) {
		throw new Error('its answer is no object');
	}
	return value as Record<string, unknown>;
}
