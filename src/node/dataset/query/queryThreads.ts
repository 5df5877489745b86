import { availableParallelism } from 'node:os';
import { existsSync } from 'node:fs';
import type { Disposable } from '../../../core/base/disposable';
import { LocalQueryThread, WorkerQueryThread, type QueryThread } from './queryThread';

export interface QueryThreadsOptions {
	/** The bundled `queryWorker.js`; without it the calling thread does the work. */
	readonly workerFile?: string | undefined;
	/** At most so many at once. */
	readonly threads?: number;
	/** Milliseconds that one row may take. */
	readonly patience?: number;
}

/** More would only wait for the disk. */
const mostThreads = 4;
/** Milliseconds after which threads that nobody uses are given back. */
const keptIdle = 30_000;

/** The threads that try queries on rows. They start with their first use. */
export class QueryThreads implements Disposable {
	#threads: QueryThread[] = [];
	#idle: ReturnType<typeof setTimeout> | undefined;
	#users = 0;
	#isDisposed = false;

	constructor(private readonly options: QueryThreadsOptions = {}) {}

	/** Milliseconds that one row may take. */
	get patience(): number {
		return this.options.patience ?? 3000;
	}

	/** How many pieces of work can be done at the same time. */
	get count(): number {
		return this.#workerFile === undefined
			? 1
			: Math.max(1, Math.min(mostThreads, this.options.threads ?? availableParallelism()));
	}

	/** Uses the threads until the work is done. Ended ones are replaced. */
	async use<T>(work: (thread: (place: number) => QueryThread) => Promise<T>): Promise<T> {
		clearTimeout(this.#idle);
		this.#users++;
		try {
			return await work(place => this.#thread(place));
		} finally {
			this.#users--;
			if (this.#users === 0) {
				this.#idle = setTimeout(() => this.#endAll(), keptIdle).unref();
			}
		}
	}

	dispose(): void {
		this.#isDisposed = true;
		clearTimeout(this.#idle);
		this.#endAll();
	}

	get #workerFile(): string | undefined {
		const { workerFile } = this.options;
		return workerFile !== undefined && existsSync(workerFile) ? workerFile : undefined;
	}

	#thread(place: number): QueryThread {
		const known = this.#threads[place];
		if (known && !known.isEnded) {
			return known;
		}
		const file = this.#workerFile;
		const thread =
			file === undefined ? new LocalQueryThread() : new WorkerQueryThread(file, this.patience);
		if (this.#isDisposed) {
			thread.end();
		}
		this.#threads[place] = thread;
		return thread;
	}

	#endAll(): void {
		for (const thread of this.#threads) {
			thread.end();
		}
		this.#threads = [];
	}
}
