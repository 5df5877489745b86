import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { WindsockError, type ErrorCode, type ErrorDetails } from '../../../core/base/errors';
import { Turns } from '../../../core/base/turns';
import type { QueryAnswers, QueryWork } from './queryWork';
import { QueryWorking } from './queryWorking';

export interface QueryRequest {
	readonly number: number;
	readonly work: QueryWork;
}

export type QueryReply =
	| { readonly number: number; readonly ok: true; readonly value: QueryAnswers[QueryWork['kind']] }
	| {
			readonly number: number;
			readonly ok: false;
			/** `undefined` for a bug. */
			readonly code: ErrorCode | undefined;
			readonly details: ErrorDetails;
	  };

/** What the 32-bit numbers that a worker shares with its owner mean. */
export const controlPlaces = { wanted: 0, beat: 1, row: 2, bytes: 3, term: 4 } as const;

/** Something that does one piece of work after another. */
export interface QueryThread {
	readonly isEnded: boolean;
	/** Rejects with a WindsockError: a row that takes too long, a file that is another, `cancelled`. */
	ask<K extends QueryWork['kind']>(
		work: Extract<QueryWork, { readonly kind: K }>,
		signal: AbortSignal,
	): Promise<QueryAnswers[K]>;
	end(): void;
}

/** Row and term that a thread was busy with when it was given up. */
export class StuckError extends Error {
	constructor(
		/** Place in the portion. */
		readonly row: number,
		/** Number of the term, or -1 where the row was still being read. */
		readonly term: number,
	) {
		super(`row ${row} takes too long`);
	}
}

/** Milliseconds between two looks at a busy worker. */
const look = 100;
/** Milliseconds in which a worker that is not wanted any more is to stop by itself. */
const grace = 300;
/** Slow for a row of this many bytes in a millisecond: huge rows get their time. */
const slowBytes = 4000;

interface Waiting {
	readonly number: number;
	readonly resolve: (value: QueryAnswers[QueryWork['kind']]) => void;
	readonly reject: (error: Error) => void;
}

/** A worker that is watched: a row that takes longer than it may ends it. */
export class WorkerQueryThread implements QueryThread {
	readonly #control = new Int32Array(new SharedArrayBuffer(5 * 4));
	readonly #worker: Worker;
	#waiting: Waiting | undefined;
	readonly #turns = new Turns();
	#number = 0;
	isEnded = false;

	/** @param patience milliseconds that one row may take */
	constructor(
		workerFile: string,
		private readonly patience: number,
	) {
		this.#worker = new Worker(workerFile, {
			workerData: { control: this.#control.buffer },
			name: 'windsock query',
		});
		// A terminal command ends when its work is done.
		this.#worker.unref();
		this.#worker.on('message', (reply: QueryReply) => this.#take(reply));
		this.#worker.on('error', error => this.#endWith(error));
		this.#worker.on('exit', () => this.#endWith(cancelled()));
	}

	ask<K extends QueryWork['kind']>(
		work: Extract<QueryWork, { readonly kind: K }>,
		signal: AbortSignal,
	): Promise<QueryAnswers[K]> {
		return this.#turns.take(() => this.#ask(work, signal)) as Promise<QueryAnswers[K]>;
	}

	end(): void {
		this.#endWith(cancelled());
	}

	async #ask(work: QueryWork, signal: AbortSignal): Promise<QueryAnswers[QueryWork['kind']]> {
		if (signal.aborted || this.isEnded) {
			throw cancelled();
		}
		const number = ++this.#number;
		Atomics.store(this.#control, controlPlaces.wanted, number);
		const { promise, resolve, reject } = Promise.withResolvers<QueryAnswers[QueryWork['kind']]>();
		this.#waiting = { number, resolve, reject };
		this.#control[controlPlaces.row] = -1;
		this.#worker.ref();
		this.#worker.postMessage({ number, work } satisfies QueryRequest);
		const watching = this.#watch();
		let stopping: ReturnType<typeof setTimeout> | undefined;
		const stop = (): void => {
			Atomics.store(this.#control, controlPlaces.wanted, 0);
			stopping = setTimeout(() => this.end(), grace);
		};
		signal.addEventListener('abort', stop);
		try {
			const answer = await promise;
			if (signal.aborted) {
				throw cancelled();
			}
			return answer;
		} finally {
			signal.removeEventListener('abort', stop);
			clearInterval(watching);
			clearTimeout(stopping);
			this.#waiting = undefined;
			this.#worker.unref();
		}
	}

	#watch(): ReturnType<typeof setInterval> {
		let beat = Atomics.load(this.#control, controlPlaces.beat);
		let since = performance.now();
		return setInterval(() => {
			const now = Atomics.load(this.#control, controlPlaces.beat);
			if (now !== beat) {
				beat = now;
				since = performance.now();
				return;
			}
			const bytes = this.#control[controlPlaces.bytes] ?? 0;
			// Before its first row a thread opens files; sorting has no rows at all.
			const isRow = (this.#control[controlPlaces.row] ?? -1) >= 0;
			if (isRow && performance.now() - since > this.patience + bytes / slowBytes) {
				this.#endWith(
					new StuckError(
						this.#control[controlPlaces.row] ?? 0,
						this.#control[controlPlaces.term] ?? -1,
					),
				);
			}
		}, look);
	}

	#take(reply: QueryReply): void {
		if (reply.number !== this.#waiting?.number) {
			return;
		}
		if (reply.ok) {
			this.#waiting.resolve(reply.value);
		} else {
			this.#waiting.reject(
				reply.code === undefined
					? new Error(String(reply.details['reason']))
					: new WindsockError(reply.code, reply.details),
			);
		}
	}

	#endWith(error: Error): void {
		if (!this.isEnded) {
			this.isEnded = true;
			void this.#worker.terminate();
			this.#waiting?.reject(error);
		}
	}
}

/** Works in the calling thread, where there is no worker file: in tests. Nothing can stop a row. */
export class LocalQueryThread implements QueryThread {
	#isWanted = true;
	readonly #turns = new Turns();
	readonly #working = new QueryWorking({
		isWanted: () => this.#isWanted,
		atRow: ignore,
		atTerm: ignore,
	});
	isEnded = false;

	ask<K extends QueryWork['kind']>(
		work: Extract<QueryWork, { readonly kind: K }>,
		signal: AbortSignal,
	): Promise<QueryAnswers[K]> {
		return this.#turns.take(async () => {
			await setImmediate();
			if (signal.aborted || this.isEnded) {
				throw cancelled();
			}
			return this.#working.perform(work);
		});
	}

	end(): void {
		this.isEnded = true;
		this.#isWanted = false;
		void this.#turns.settled.then(() => this.#working.close());
	}
}

export function cancelled(): WindsockError {
	return new WindsockError('cancelled', { what: 'the search' });
}

function ignore(): void {}
