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

/** Reads rows beside the calling thread; a tokenizer of a large vocabulary takes its time. */
export class LocalReader {
	readonly #worker: Worker;
	readonly #waiting = new Map<number, (reading: LocalReading) => void>();
	#last = 0;

	/** @param workerFile the bundled `tokensWorker.js` */
	constructor(workerFile: string, order: ReaderOrder) {
		this.#worker = new Worker(workerFile, { workerData: order, name: 'windsock tokens' });
		this.#worker.unref();
		this.#worker.on('message', ({ id, ...reading }: ReaderAnswer) => {
			this.#waiting.get(id)?.(reading);
			this.#waiting.delete(id);
		});
		// A tokenizer that cannot be read here is the host's alone.
		this.#worker.on('error', () => this.dispose());
	}

	read(row: string): Promise<LocalReading> {
		const id = ++this.#last;
		return new Promise(resolve => {
			this.#waiting.set(id, resolve);
			this.#worker.postMessage({ id, row } satisfies ReaderQuestion);
		});
	}

	dispose(): void {
		void this.#worker.terminate();
		for (const resolve of this.#waiting.values()) {
			resolve({ kind: 'unknown' });
		}
		this.#waiting.clear();
	}
}
