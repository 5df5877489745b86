import { once } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import type { Compression } from '../../core/dataset/container';
import { packer } from './unpacking';

/** Where a save puts its bytes. `finish` is called once, after the last ones. */
export interface FileWriter {
	/** The bytes are free again when it is done, except those of less than `gathered`. */
	write(bytes: Uint8Array): Promise<void>;
	finish(): Promise<void>;
}

const portion = 1 << 22;
/**
 * Bytes of one call to the system. Linux makes large pages for large writes, and a virtual machine
 * has to get those from its host first: 1.2 GB took 3 s by 4 MiB and 0.5 s by 256 KiB.
 */
const piece = 1 << 18;

/** Smaller pieces are kept until there is enough to write. */
export const gathered = 1 << 16;

/** Writes from the start of a new file, packed when asked. */
export function writerTo(handle: FileHandle, compression: Compression | undefined): FileWriter {
	const plain = new BufferedWriter(handle);
	return compression ? new PackingWriter(plain, compression) : plain;
}

/** Gathers small pieces, so that thousands of edits do not become thousands of writes. */
class BufferedWriter implements FileWriter {
	#pieces: Uint8Array[] = [];
	#size = 0;

	constructor(private readonly handle: FileHandle) {}

	async write(bytes: Uint8Array): Promise<void> {
		if (bytes.length >= gathered) {
			await this.finish();
			await this.#put(bytes);
			return;
		}
		this.#pieces.push(bytes);
		this.#size += bytes.length;
		if (this.#size >= portion) {
			await this.finish();
		}
	}

	async finish(): Promise<void> {
		const whole = Buffer.concat(this.#pieces);
		this.#pieces = [];
		this.#size = 0;
		await this.#put(whole);
	}

	async #put(bytes: Uint8Array): Promise<void> {
		for (let at = 0; at < bytes.length;) {
			const length = Math.min(piece, bytes.length - at);
			at += (await this.handle.write(bytes, at, length)).bytesWritten;
		}
	}
}

class PackingWriter implements FileWriter {
	readonly #stream;
	readonly #done: Promise<void>;

	constructor(
		private readonly target: FileWriter,
		compression: Compression,
	) {
		this.#stream = packer(compression);
		this.#done = this.#drain();
		// A failure is thrown by the next write; without one it must not count as unhandled.
		this.#done.catch(() => undefined);
	}

	async write(bytes: Uint8Array): Promise<void> {
		// A copy: the stream packs it later, when the caller uses its memory again.
		if (!this.#stream.write(Buffer.from(bytes))) {
			await Promise.race([once(this.#stream, 'drain'), this.#done]);
		}
	}

	async finish(): Promise<void> {
		this.#stream.end();
		await this.#done;
		await this.target.finish();
	}

	async #drain(): Promise<void> {
		for await (const bytes of this.#stream) {
			await this.target.write(bytes as Uint8Array);
		}
	}
}
