import { Transform, type TransformCallback } from 'node:stream';

/** Bytes before the sentinel that are kept for an error message. */
const keptNoise = 16 * 1024;

/**
 * Drops everything before a line `<sentinel> <words>`, which a command prints when it begins: what
 * stands before it was written by the login shell's start files.
 */
export class AfterSentinel extends Transform {
	#before: Buffer | undefined = Buffer.alloc(0);

	constructor(
		readonly sentinel: string,
		readonly onFound: (words: string) => void,
	) {
		super();
	}

	/** What came instead of the sentinel. */
	get noise(): string {
		return this.#before?.toString('utf8').trim() ?? '';
	}

	get found(): boolean {
		return this.#before === undefined;
	}

	override _transform(chunk: Buffer, _encoding: string, callback: TransformCallback): void {
		if (this.#before === undefined) {
			callback(null, chunk);
			return;
		}
		const text = Buffer.concat([this.#before, chunk]);
		const start = text.indexOf(this.sentinel);
		const end = start < 0 ? -1 : text.indexOf('\n', start);
		if (end < 0) {
			this.#before = start < 0 ? text.subarray(-keptNoise) : text;
			callback();
			return;
		}
		this.#before = undefined;
		this.onFound(text.toString('utf8', start + this.sentinel.length, end).trim());
		callback(null, text.subarray(end + 1));
	}
}
