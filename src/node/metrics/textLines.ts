const newline = 10;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Lines of a text that comes in pieces. */
export class TextLines {
	#parts: Uint8Array[] = [];
	#held = 0;
	#isTooLong = false;
	#isFirst = true;
	/** The unfinished line was taken as it stood. */
	#early: string | undefined;

	constructor(
		/** Bytes of the longest line that is looked at. */
		private readonly longest = 32 * 1024 * 1024,
		private readonly tooLong: () => void = () => {},
	) {}

	/** The lines that these bytes complete, without their ends. */
	take(bytes: Uint8Array): string[] {
		const end = bytes.lastIndexOf(newline);
		if (end < 0) {
			this.#hold(bytes);
			return [];
		}
		const begun = this.#join(bytes.subarray(0, end));
		this.#hold(bytes.subarray(end + 1));
		const lines = begun === undefined ? this.#behindFirst(bytes, end) : begun.split('\n');
		if (this.#early !== undefined) {
			const early = this.#early;
			this.#early = undefined;
			if (withoutReturn(lines[0] ?? '') === early) {
				lines.shift();
			}
		}
		return lines.map(withoutReturn);
	}

	/** Lines behind one that was too long are whole. */
	#behindFirst(bytes: Uint8Array, end: number): string[] {
		const next = bytes.indexOf(newline);
		return next < end ? decoder.decode(bytes.subarray(next + 1, end)).split('\n') : [];
	}

	/** The line that has no end yet; '' for none. */
	get rest(): string {
		return this.#early === undefined && !this.#isTooLong
			? withoutReturn(this.#text(this.#parts))
			: '';
	}

	/** The unfinished line was used as it stands, and is not given again. */
	useRest(): void {
		this.#early = this.rest;
	}

	#join(bytes: Uint8Array): string | undefined {
		const first = bytes.indexOf(newline);
		const head = first < 0 ? bytes.length : first;
		if (this.#isTooLong || this.#held + head > this.longest) {
			this.tooLong();
			this.#drop();
			this.#isTooLong = false;
			return undefined;
		}
		const text = this.#text([...this.#parts, bytes]);
		this.#drop();
		this.#isFirst = false;
		return text;
	}

	#hold(bytes: Uint8Array): void {
		if (bytes.length === 0) {
			return;
		}
		this.#held += bytes.length;
		if (this.#held > this.longest) {
			this.#isTooLong = true;
			this.#parts = [];
		} else {
			// A copy: the reader's memory is used again.
			this.#parts.push(bytes.slice());
		}
	}

	#drop(): void {
		this.#parts = [];
		this.#held = 0;
	}

	#text(parts: readonly Uint8Array[]): string {
		const [only] = parts;
		const text = decoder.decode(parts.length === 1 ? only : Buffer.concat(parts));
		return this.#isFirst ? text.replace(/^\uFEFF/, '') : text;
	}
}

function withoutReturn(line: string): string {
	return line.endsWith('\r') ? line.slice(0, -1) : line;
}
