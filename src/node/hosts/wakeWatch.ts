import type { Disposable } from '../../core/base/disposable';

export interface WakeWatchOptions {
	/** Milliseconds between looks. */
	readonly every?: number;
	/** Milliseconds by a clock that goes on while the machine sleeps. */
	readonly now?: () => number;
}

/** Tells when this machine slept: a look comes much later than it was due. */
export class WakeWatch implements Disposable {
	readonly #timer: ReturnType<typeof setInterval>;
	readonly #every: number;
	readonly #now: () => number;
	#last: number;

	constructor(
		readonly onWake: () => void,
		options: WakeWatchOptions = {},
	) {
		this.#every = options.every ?? 1000;
		this.#now = options.now ?? Date.now;
		this.#last = this.#now();
		this.#timer = setInterval(() => this.look(), this.#every);
		this.#timer.unref();
	}

	look(): void {
		const now = this.#now();
		const slept = now - this.#last > this.#every * 5;
		this.#last = now;
		if (slept) {
			this.onWake();
		}
	}

	dispose(): void {
		clearInterval(this.#timer);
	}
}
