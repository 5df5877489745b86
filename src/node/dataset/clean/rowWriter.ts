import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

/**
 * Writes rows as lines and knows the hash of what it wrote. Rows wait until the next `flush`.
 * Without a file it only counts.
 */
export class RowWriter {
	readonly #hash = createHash('sha256');
	#waiting: Uint8Array[] = [];
	rows = 0;

	constructor(
		private readonly file: FileHandle | undefined,
		private readonly lineEnd: Uint8Array = Uint8Array.of(10),
	) {}

	write(row: Uint8Array): void {
		this.rows++;
		this.#waiting.push(row, this.lineEnd);
	}

	async flush(): Promise<void> {
		const bytes = Buffer.concat(this.#waiting);
		this.#waiting = [];
		this.#hash.update(bytes);
		if (bytes.length > 0) {
			await this.file?.appendFile(bytes);
		}
	}

	/** SHA-256 of everything flushed; nothing can be written after it. */
	digest(): string {
		return this.#hash.digest('hex');
	}
}
