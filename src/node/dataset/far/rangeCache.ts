const blockSize = 1 << 16;
/** Blocks that are kept: 32 MiB. */
const mostBlocks = 512;
/** Bytes of one request; several are under way at once. */
const longestRequest = 1 << 20;
/** Longer reads are passes over the file: keeping them would push out what is looked at. */
const longestKept = 4 << 20;

type Fetch = (start: number, end: number) => Promise<Uint8Array>;

/**
 * Ranges of a file that is far away. What was read is kept by the block, blocks that are missing
 * side by side are one request, and a block that is under way is not asked for twice.
 */
export class RangeCache {
	/** In the order of their last use. */
	readonly #blocks = new Map<number, Promise<Uint8Array>>();

	constructor(
		private readonly size: number,
		private readonly fetch: Fetch,
	) {}

	/** Fewer bytes than asked for where the file has become shorter. */
	async read(start: number, end: number): Promise<Uint8Array> {
		const to = Math.min(end, this.size);
		if (to <= start) {
			return new Uint8Array();
		}
		if (to - start > longestKept) {
			return joined(await Promise.all(requests(start, to).map(([a, b]) => this.fetch(a, b))));
		}
		const first = Math.floor(start / blockSize);
		const last = Math.floor((to - 1) / blockSize);
		this.#ask(first, last);
		const blocks = [];
		for (let block = first; block <= last; block++) {
			blocks.push(this.#use(block));
		}
		const whole = joined(await Promise.all(blocks));
		return whole.subarray(start - first * blockSize, to - first * blockSize);
	}

	#ask(first: number, last: number): void {
		for (let block = first; block <= last; block++) {
			if (this.#blocks.has(block)) {
				continue;
			}
			let end = block;
			while (end < last && !this.#blocks.has(end + 1)) {
				end++;
			}
			const bytesEnd = Math.min(this.size, (end + 1) * blockSize);
			for (const [from, to] of requests(block * blockSize, bytesEnd)) {
				this.#askRange(from, to);
			}
			block = end;
		}
	}

	#askRange(from: number, to: number): void {
		const bytes = this.fetch(from, to);
		for (let at = from; at < to; at += blockSize) {
			const block = at / blockSize;
			const part = bytes.then(all => all.slice(at - from, at - from + blockSize));
			// Asked for again the next time; who waits for it now is told.
			part.catch(() => {
				if (this.#blocks.get(block) === part) {
					this.#blocks.delete(block);
				}
			});
			this.#blocks.set(block, part);
		}
	}

	#use(block: number): Promise<Uint8Array> {
		const bytes = this.#blocks.get(block) as Promise<Uint8Array>;
		this.#blocks.delete(block);
		this.#blocks.set(block, bytes);
		for (const oldest of this.#blocks.keys()) {
			if (this.#blocks.size <= mostBlocks) {
				break;
			}
			this.#blocks.delete(oldest);
		}
		return bytes;
	}
}

function requests(start: number, end: number): [number, number][] {
	const found: [number, number][] = [];
	for (let at = start; at < end; at += longestRequest) {
		found.push([at, Math.min(end, at + longestRequest)]);
	}
	return found;
}

/** A file that became shorter makes the whole shorter than what was asked for. */
function joined(pieces: readonly Uint8Array[]): Uint8Array {
	const [only] = pieces;
	return pieces.length === 1 && only ? only : Buffer.concat(pieces);
}
