import { err, ok, type Result } from '../../core/base/result';
import { onAbort } from './abort';
import { cancelled } from './hostErrors';

/** `stream`: held for long by its caller; `short`: ends by itself. */
export type SlotKind = 'stream' | 'short';

interface Waiting {
	readonly kind: SlotKind;
	readonly start: () => void;
}

/**
 * Session channels of one connection. Servers allow ten by default and a polite guest takes four;
 * at most three may be long-lived streams (what is followed, an open dataset, a transfer), so that
 * short commands always find a way through. The file channel, which is kept open for its next use,
 * steps aside for them.
 */
export class ChannelSlots {
	#used = 0;
	#streams = 0;
	readonly #queue: Waiting[] = [];
	readonly #stepAside = new Set<() => void>();

	constructor(
		readonly total = 4,
		readonly streams = 3,
	) {}

	/** Somebody waits for a slot that any holder could give back. */
	get isWanted(): boolean {
		return this.#queue.some(({ kind }) => kind === 'short' || this.#streams < this.streams);
	}

	/** Is called while somebody waits for a slot; whoever registers gives its own back when it can. */
	onWanted(stepAside: () => void): () => void {
		this.#stepAside.add(stepAside);
		return () => void this.#stepAside.delete(stepAside);
	}

	get used(): number {
		return this.#used;
	}

	/** Waits for a slot; the value gives it back, and does so once however often it is called. */
	take(kind: SlotKind, signal: AbortSignal | undefined): Promise<Result<() => void>> {
		const { promise, resolve } = Promise.withResolvers<Result<() => void>>();
		const waiting: Waiting = {
			kind,
			start: () => {
				abort.dispose();
				this.#used++;
				this.#streams += kind === 'stream' ? 1 : 0;
				resolve(ok(this.#giveBack(kind)));
			},
		};
		const abort = onAbort(signal, () => {
			const index = this.#queue.indexOf(waiting);
			if (index >= 0) {
				this.#queue.splice(index, 1);
			}
			resolve(err(cancelled('waiting for a channel')));
		});
		if (!signal?.aborted) {
			this.#queue.push(waiting);
			this.#serve();
		}
		return promise;
	}

	#giveBack(kind: SlotKind): () => void {
		let given = false;
		return () => {
			if (!given) {
				given = true;
				this.#used--;
				this.#streams -= kind === 'stream' ? 1 : 0;
				this.#serve();
			}
		};
	}

	#serve(): void {
		while (this.#used < this.total) {
			const index = this.#queue.findIndex(
				waiting => waiting.kind === 'short' || this.#streams < this.streams,
			);
			if (index < 0) {
				return;
			}
			this.#queue.splice(index, 1)[0]?.start();
		}
		if (this.isWanted) {
			for (const stepAside of this.#stepAside) {
				stepAside();
			}
		}
	}
}
