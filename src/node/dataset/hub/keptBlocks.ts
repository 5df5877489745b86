import type { KeptFile } from './hubCache';

const blockSize = 1 << 18;
/** Bytes of one request. */
const longestRun = 1 << 20;

/** A file of the Hub in blocks that are kept on the disk: each comes over the network once. */
export class KeptBlocks {
	readonly #waiting = new Map<number, Promise<Uint8Array>>();

	constructor(
		private readonly size: number,
		private readonly kept: KeptFile,
		private readonly fetch: (start: number, end: number) => Promise<Uint8Array>,
	) {}

	async read(start: number, end: number): Promise<Uint8Array> {
		const to = Math.min(end, this.size);
		if (to <= start) {
			return new Uint8Array();
		}
		const first = Math.floor(start / blockSize);
		const last = Math.floor((to - 1) / blockSize);
		const numbers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
		this.#ask(numbers.filter(number => !this.#waiting.has(number)));
		const blocks = await Promise.all(
			numbers.map(number => this.#waiting.get(number) as Promise<Uint8Array>),
		);
		const bytes = blocks.length === 1 && blocks[0] ? blocks[0] : Buffer.concat(blocks);
		return bytes.subarray(start - first * blockSize, to - first * blockSize);
	}

	/** Whether nothing of it comes over the network any more. */
	async areAllKept(): Promise<boolean> {
		const names = (await this.kept.names()).filter(name => /^\d+$/.test(name));
		return names.length >= Math.ceil(this.size / blockSize);
	}

	#ask(numbers: readonly number[]): void {
		const found = this.#load(numbers);
		for (const number of numbers) {
			const block = found.then(all => all.get(number) ?? new Uint8Array());
			this.#waiting.set(number, block);
			const forget = (): void => void this.#waiting.delete(number);
			block.then(forget, forget);
		}
	}

	async #load(numbers: readonly number[]): Promise<Map<number, Uint8Array>> {
		const found = new Map<number, Uint8Array>();
		await Promise.all(
			numbers.map(async number => {
				const bytes = await this.kept.read(String(number));
				if (bytes?.length === this.#endOf(number) - number * blockSize) {
					found.set(number, bytes);
				}
			}),
		);
		const missing = numbers.filter(number => !found.has(number));
		await Promise.all(runsOf(missing).map(run => this.#fetchRun(run, found)));
		return found;
	}

	async #fetchRun(run: readonly number[], found: Map<number, Uint8Array>): Promise<void> {
		const start = (run[0] ?? 0) * blockSize;
		const bytes = await this.fetch(start, this.#endOf(run.at(-1) ?? 0));
		await Promise.all(
			run.map(number => {
				const block = bytes.subarray(number * blockSize - start, this.#endOf(number) - start);
				found.set(number, block);
				return this.kept.write(String(number), block);
			}),
		);
	}

	#endOf(number: number): number {
		return Math.min(this.size, (number + 1) * blockSize);
	}
}

/** Neighbours together, as far as one request goes. */
function runsOf(numbers: readonly number[]): number[][] {
	const runs: number[][] = [];
	for (const number of numbers) {
		const run = runs.at(-1);
		if (run && run.at(-1) === number - 1 && run.length * blockSize < longestRun) {
			run.push(number);
		} else {
			runs.push([number]);
		}
	}
	return runs;
}
