import type { Disposable } from '../../../core/base/disposable';
import { Emitter } from '../../../core/base/emitter';
import { messageFor } from '../../../core/base/errorMessages';
import { WindsockError } from '../../../core/base/errors';
import type { HubClient, HubFileAddress } from '../../hub/hubClient';
import type { FarState } from '../far/farSource';

/** Smaller answers say more about the way than about how wide it is. */
const measured = 1 << 18;
const retryAfter = 15_000;

/** The way to the Hub for the files of one dataset: whether it is open, and how wide. */
export class HubLink implements Disposable {
	readonly #changed = new Emitter<FarState>();
	readonly onDidChangeState = this.#changed.event;
	readonly #closed = new AbortController();
	#state: FarState = { kind: 'connected' };
	#last: { readonly file: HubFileAddress; readonly start: number } | undefined;
	#timer: NodeJS.Timeout | undefined;
	#users = 0;
	received = 0;
	speed: number | undefined;

	constructor(
		private readonly client: HubClient,
		/** Whether passes over whole files wait for a broken link instead of failing. */
		readonly isPatient = false,
		private readonly retryMs = retryAfter,
	) {}

	get place(): string {
		return this.client.name;
	}

	get state(): FarState {
		return this.#state;
	}

	get isClosed(): boolean {
		return this.#closed.signal.aborted;
	}

	/** The link ends with the last source that uses it. */
	use(): Disposable {
		this.#users++;
		return {
			dispose: () => {
				if (--this.#users === 0) {
					this.dispose();
				}
			},
		};
	}

	async read(
		file: HubFileAddress,
		start: number,
		end: number,
		signal: AbortSignal,
	): Promise<Uint8Array> {
		const begun = performance.now();
		try {
			const both = AbortSignal.any([signal, this.#closed.signal]);
			const bytes = await this.client.read(file, start, end, both);
			this.received += bytes.length;
			if (bytes.length >= measured) {
				const now = bytes.length / Math.max(0.001, (performance.now() - begun) / 1000);
				this.speed = this.speed === undefined ? now : (this.speed + now) / 2;
			}
			this.#become({ kind: 'connected' });
			return bytes;
		} catch (error) {
			if (WindsockError.is(error) && error.code !== 'cancelled') {
				this.#last = { file, start };
				this.#become({ kind: 'lost', reason: messageFor(error) });
			}
			throw error;
		}
	}

	/** @throws WindsockError when the signal aborts */
	async untilConnected(signal: AbortSignal): Promise<void> {
		const { promise, resolve, reject } = Promise.withResolvers<void>();
		const stop = (): void => reject(new WindsockError('cancelled', { what: 'closed' }));
		const listener = this.onDidChangeState(({ kind }) => kind === 'connected' && resolve());
		signal.addEventListener('abort', stop);
		if (signal.aborted) {
			stop();
		} else if (this.#state.kind === 'connected') {
			resolve();
		}
		try {
			await promise;
		} finally {
			listener.dispose();
			signal.removeEventListener('abort', stop);
		}
	}

	/** Tries now instead of at the next time. */
	reconnect(): void {
		clearTimeout(this.#timer);
		const { file, start } = this.#last ?? {};
		if (this.#closed.signal.aborted || !file || start === undefined) {
			return;
		}
		// Its outcome is the state; who waits for rows asks again by itself.
		this.read(file, start, Math.min(file.size, start + 1), this.#closed.signal).catch(() => {
			this.#tryLater();
		});
	}

	dispose(): void {
		this.#closed.abort();
		clearTimeout(this.#timer);
		this.#changed.dispose();
	}

	#become(state: FarState): void {
		if (state.kind === 'lost') {
			this.#tryLater();
		} else {
			clearTimeout(this.#timer);
		}
		const isNews = state.kind !== this.#state.kind;
		this.#state = state;
		if (isNews) {
			this.#changed.fire(state);
		}
	}

	#tryLater(): void {
		clearTimeout(this.#timer);
		if (!this.#closed.signal.aborted) {
			this.#timer = setTimeout(() => this.reconnect(), this.retryMs);
			this.#timer.unref();
		}
	}
}
