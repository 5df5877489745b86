import { Worker } from 'node:worker_threads';
import type { LocalSide } from '../../core/tokens/localExample';
import type { TokenizerFiles } from '../../core/tokens/tokenizerFiles';

/** What the worker is made with. */
export interface ReaderOrder {
	readonly files: TokenizerFiles;
	readonly template: string | undefined;
	readonly method: 'sft' | 'dpo';
}

export interface ReaderQuestion {
	readonly id: number;
	/** In TRL's form, as JSON. */
	readonly row: string;
}

/** What this machine makes of a row. */
export type LocalReading =
	| { readonly kind: 'sides'; readonly sides: readonly LocalSide[] }
	/** Only the host can say. */
	| { readonly kind: 'unknown' }
	/** In the words of the template or of a library. */
	| { readonly kind: 'refused'; readonly reason: string };

export type ReaderAnswer = { readonly id: number } & LocalReading;

/** Milliseconds after which a row is given up on: the host will say. */
const patience = 20_000;

/**
 * Reads rows beside the calling thread; a tokenizer of a large vocabulary takes its time. One that
 * cannot be read here, or that does not come back from a row, answers `unknown` from then on.
 */
export class LocalReader {
	readonly #worker: Worker;
	readonly #waiting = new Map<number, (reading: LocalReading) => void>();
	#last = 0;
	#hasEnded = false;

	/** @param workerFile the bundled `tokensWorker.js` */
	constructor(
		workerFile: string,
		order: ReaderOrder,
		private readonly wait = patience,
	) {
		this.#worker = new Worker(workerFile, { workerData: order, name: 'windsock tokens' });
		this.#worker.unref();
		this.#worker.on('message', ({ id, ...reading }: ReaderAnswer) => {
			this.#waiting.get(id)?.(reading);
			this.#waiting.delete(id);
		});
		this.#worker.on('error', () => this.dispose());
		this.#worker.on('exit', () => this.dispose());
	}

	read(row: string): Promise<LocalReading> {
		if (this.#hasEnded) {
			return Promise.resolve({ kind: 'unknown' });
		}
		const id = ++this.#last;
		return new Promise(resolve => {
			const timer = setTimeout(() => this.dispose(), this.wait);
			this.#waiting.set(id, reading => {
				clearTimeout(timer);
				resolve(reading);
			});
			this.#worker.postMessage({ id, row } satisfies ReaderQuestion);
		});
	}

	dispose(): void {
		this.#hasEnded = true;
		void this.#worker.terminate();
		for (const resolve of this.#waiting.values()) {
			resolve({ kind: 'unknown' });
		}
		this.#waiting.clear();
	}
}
