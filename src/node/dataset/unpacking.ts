import type { Transform } from 'node:stream';
import {
	constants,
	createGunzip,
	createGzip,
	createZstdCompress,
	createZstdDecompress,
	type Zlib,
} from 'node:zlib';
import { reasonOf } from '../../core/base/errors';
import type { Compression } from '../../core/dataset/container';
import type { ByteSource } from './byteSource';

/** A stretch of text, with how far the packed file is read; or why there is no more of it. */
export type Unpacked =
	| { readonly kind: 'text'; readonly bytes: Uint8Array; readonly bytesRead: number }
	| { readonly kind: 'broken'; readonly reason: string };

/** The first portion is small, so that rows are on screen at once. */
const firstPortion = 1 << 14;
const portion = 1 << 19;

/**
 * The text of a packed file in order. A file that is cut off or damaged gives what comes before
 * the fault and then says `broken`.
 */
export async function* unpacking(
	source: ByteSource,
	compression: Compression,
): AsyncGenerator<Unpacked> {
	let work = new StreamWork(compression);
	try {
		for (let at = 0; at < source.size && work.failure === undefined;) {
			const end = Math.min(source.size, at + (at === 0 ? firstPortion : portion));
			let bytes = await source.read(at, end);
			if (bytes.length < end - at) {
				yield { kind: 'broken', reason: 'it became shorter while it was read' };
				return;
			}
			at = end;
			while (bytes.length > 0 && work.failure === undefined) {
				if (work.isEnded) {
					if (compression === 'gzip') {
						return; // Padding after the last member, which gzip skips too.
					}
					// Node stops after the first of several frames, which parallel packers write.
					work = new StreamWork(compression);
				}
				const { output, left } = await work.write(bytes);
				yield* asText(output, at);
				bytes = left;
			}
		}
		if (work.failure === undefined && !work.isEnded && source.size > 0) {
			yield* asText(await work.end(), source.size);
		}
		if (work.failure !== undefined) {
			yield { kind: 'broken', reason: sentenceFor(work.failure, compression) };
		}
	} finally {
		work.destroy();
	}
}

/** The first bytes of the text, for looking what it is. */
export async function unpackHead(
	source: ByteSource,
	compression: Compression,
	length: number,
): Promise<Uint8Array> {
	const pieces: Uint8Array[] = [];
	let size = 0;
	for await (const unpacked of unpacking(source, compression)) {
		if (unpacked.kind === 'text') {
			pieces.push(unpacked.bytes);
			size += unpacked.bytes.length;
		}
		if (size >= length) {
			break;
		}
	}
	return Buffer.concat(pieces).subarray(0, length);
}

/** A stream that packs; its output is read with `for await`. */
export function packer(compression: Compression): Transform {
	return compression === 'gzip'
		? createGzip()
		: createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 } });
}

function* asText(pieces: readonly Uint8Array[], bytesRead: number): Generator<Unpacked> {
	for (const bytes of pieces) {
		yield { kind: 'text', bytes, bytesRead };
	}
}

/** Drives a stream step by step: what goes in, what has come out of it, and its failure at most. */
class StreamWork {
	#output: Uint8Array[] = [];
	#given = 0;
	readonly #stream: Transform & Zlib;
	failure: Error | undefined;
	/** The packed data are complete; what follows belongs to another stream. */
	isEnded = false;

	constructor(compression: Compression) {
		this.#stream = compression === 'gzip' ? createGunzip() : createZstdDecompress();
		this.#stream.on('data', (bytes: Uint8Array) => this.#output.push(bytes));
		this.#stream.on('error', (error: Error) => (this.failure ??= error));
		this.#stream.on('end', () => (this.isEnded = true));
	}

	async write(
		bytes: Uint8Array,
	): Promise<{ readonly output: Uint8Array[]; readonly left: Uint8Array }> {
		const before = this.#given;
		this.#given += bytes.length;
		const output = await this.#step(done => this.#stream.write(bytes, done));
		const taken = this.isEnded ? this.#stream.bytesWritten - before : bytes.length;
		return { output, left: bytes.subarray(taken) };
	}

	end(): Promise<Uint8Array[]> {
		return this.#step(() => this.#stream.end());
	}

	destroy(): void {
		this.#stream.destroy();
	}

	async #step(begin: (done: () => void) => void): Promise<Uint8Array[]> {
		const stream = this.#stream;
		await new Promise<void>(resolve => {
			const settle = (): void => {
				stream.off('error', settle);
				stream.off('end', settle);
				resolve();
			};
			stream.on('error', settle);
			stream.on('end', settle);
			begin(settle);
		});
		const output = this.#output;
		this.#output = [];
		return output;
	}
}

function sentenceFor(error: Error, compression: Compression): string {
	const code = 'code' in error ? String(error.code) : '';
	const isCut = code === 'Z_BUF_ERROR' || /unexpected end|premature/i.test(error.message);
	return isCut
		? `the ${compression} data are cut off; the rows up to there are shown`
		: `the ${compression} data are damaged (${reasonOf(error)}); the rows up to there are shown`;
}
