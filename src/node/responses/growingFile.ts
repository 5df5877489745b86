import { open, stat } from 'node:fs/promises';

export interface GrownLines {
	/** The file began anew (shorter, or another file under the name): forget what was read before. */
	readonly restarted: boolean;
	readonly lines: readonly { readonly text: string; readonly number: number }[];
	/** Text after the last end of line: a line still being written, or the last of a foreign file. */
	readonly tail: { readonly text: string; readonly number: number } | undefined;
}

function codeOf(error: unknown): string {
	return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Reads the lines that a file gained since the last call; a file that is not there has none. */
export class GrowingFile {
	#inode = -1;
	#size = -1;
	#modified = -1;
	/** Bytes of whole lines that were handed out. */
	#offset = 0;
	#lines = 0;

	constructor(readonly path: string) {}

	/** Undefined when nothing changed. Throws what the file system throws, but for a missing file. */
	async read(): Promise<GrownLines | undefined> {
		let info;
		try {
			info = await stat(this.path);
		} catch (error) {
			if (codeOf(error) !== 'ENOENT') {
				throw error;
			}
			const gone = this.#inode >= 0;
			this.#restart();
			this.#inode = -1;
			return gone ? { restarted: true, lines: [], tail: undefined } : undefined;
		}
		if (info.ino === this.#inode && info.size === this.#size && info.mtimeMs === this.#modified) {
			return undefined;
		}
		const known = this.#inode >= 0;
		// The same size with another time is a rewrite: appended files grow.
		const restarted = known && (info.ino !== this.#inode || info.size <= this.#size);
		if (restarted) {
			this.#restart();
		}
		this.#inode = info.ino;
		this.#modified = info.mtimeMs;
		return { restarted, ...(await this.#readFromOffset()) };
	}

	async #readFromOffset(): Promise<Omit<GrownLines, 'restarted'>> {
		const file = await open(this.path, 'r');
		let bytes: Buffer;
		try {
			const { size } = await file.stat();
			bytes = Buffer.alloc(Math.max(0, size - this.#offset));
			const { bytesRead } = await file.read(bytes, 0, bytes.length, this.#offset);
			bytes = bytes.subarray(0, bytesRead);
			this.#size = this.#offset + bytesRead;
		} finally {
			await file.close();
		}
		const end = bytes.lastIndexOf(10) + 1;
		const whole = end === 0 ? [] : bytes.toString('utf8', 0, end - 1).split('\n');
		const lines = whole.map((text, i) => ({ text, number: this.#lines + i + 1 }));
		this.#offset += end;
		this.#lines += whole.length;
		const rest = bytes.toString('utf8', end);
		return { lines, tail: rest === '' ? undefined : { text: rest, number: this.#lines + 1 } };
	}

	#restart(): void {
		this.#offset = 0;
		this.#lines = 0;
		this.#size = -1;
		this.#modified = -1;
	}
}
