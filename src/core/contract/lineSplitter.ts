const newline = 10;

/**
 * Cuts a byte stream into whole lines. What follows the last end of line waits for the rest, so a
 * torn line or a torn UTF-8 character is never decoded.
 */
export class LineSplitter {
	readonly #decoder = new TextDecoder();
	#rest: Uint8Array[] = [];
	#restLength = 0;

	/** Bytes held back because their line has no end yet. */
	get pending(): number {
		return this.#restLength;
	}

	/** The lines that `bytes` completes, without their ends of line. */
	push(bytes: Uint8Array): string[] {
		const last = bytes.lastIndexOf(newline);
		if (last < 0) {
			this.#keep(bytes);
			return [];
		}
		const whole = this.#joinRestWith(bytes.subarray(0, last));
		this.#keep(bytes.subarray(last + 1));
		return this.#decoder.decode(whole).split('\n');
	}

	#keep(bytes: Uint8Array): void {
		if (bytes.length > 0) {
			this.#rest.push(bytes.slice());
			this.#restLength += bytes.length;
		}
	}

	#joinRestWith(bytes: Uint8Array): Uint8Array {
		const joined = new Uint8Array(this.#restLength + bytes.length);
		let at = 0;
		for (const part of [...this.#rest, bytes]) {
			joined.set(part, at);
			at += part.length;
		}
		this.#rest = [];
		this.#restLength = 0;
		return joined;
	}
}
