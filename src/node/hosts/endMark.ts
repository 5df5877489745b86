import { Transform, type TransformCallback } from 'node:stream';

/**
 * Takes one last line `<mark> <words>` out of a stream. Only bytes that could be the beginning of the
 * mark are held back.
 */
export class EndMark extends Transform {
	#held = Buffer.alloc(0);
	#found = false;

	constructor(
		readonly mark: string,
		readonly onFound: (words: readonly string[]) => void,
	) {
		super();
	}

	override _transform(chunk: Buffer, _encoding: string, callback: TransformCallback): void {
		const text = Buffer.concat([this.#held, chunk]);
		const start = text.indexOf(this.mark);
		if (start >= 0) {
			this.#held = text.subarray(start);
			this.#found = true;
			callback(null, text.subarray(0, start));
			return;
		}
		const kept = this.#beginning(text);
		this.#held = text.subarray(text.length - kept);
		callback(null, text.subarray(0, text.length - kept));
	}

	override _flush(callback: TransformCallback): void {
		if (this.#found) {
			const line = this.#held.toString('utf8').split('\n')[0] ?? '';
			this.onFound(line.slice(this.mark.length).trim().split(' '));
			callback();
		} else {
			callback(null, this.#held);
		}
	}

	/** How many of the last bytes may be the mark's first ones. */
	#beginning(text: Buffer): number {
		const mark = Buffer.from(this.mark);
		for (let length = Math.min(mark.length - 1, text.length); length > 0; length--) {
			if (text.subarray(text.length - length).equals(mark.subarray(0, length))) {
				return length;
			}
		}
		return 0;
	}
}
