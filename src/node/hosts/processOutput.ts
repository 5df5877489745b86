/** Gathers the bytes of one output of a command, up to a limit. */
export class OutputBuffer {
	readonly #chunks: Uint8Array[] = [];
	#size = 0;

	constructor(readonly limit: number) {}

	/** False when the limit is passed; the chunk is then not kept. */
	push(chunk: Uint8Array): boolean {
		if (this.#size + chunk.length > this.limit) {
			return false;
		}
		this.#chunks.push(chunk);
		this.#size += chunk.length;
		return true;
	}

	get text(): string {
		return Buffer.concat(this.#chunks).toString('utf8');
	}
}

/** Bytes of stdout and of stderr kept when the caller names no limit. */
export const defaultMaxOutput = 8 * 1024 * 1024;
