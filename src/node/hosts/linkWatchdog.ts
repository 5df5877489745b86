import type { Disposable } from '../../core/base/disposable';
import { type Clock, wallClock } from './clock';

export interface WatchdogOptions {
	/** Milliseconds between looks. */
	readonly every: number;
	/** Milliseconds without a received byte after which the link is dead. */
	readonly deadAfter: number;
	/** Milliseconds that a link gets to answer after this machine slept. */
	readonly graceAfterSleep: number;
	readonly clock?: Clock | undefined;
	readonly onDead: (silence: number) => void;
}

/**
 * Tells a dead link from a slow one by any received byte. Answers to pings alone would not do: on a
 * slow uplink a ping waits behind megabytes of queued data while the link is healthy.
 */
export class LinkWatchdog implements Disposable {
	readonly #clock: Clock;
	readonly #looks: Disposable;
	#lastReceived: number;
	#lastLook: number;
	#paused = 0;
	#disposed = false;

	constructor(readonly options: WatchdogOptions) {
		this.#clock = options.clock ?? wallClock;
		this.#lastReceived = this.#lastLook = this.#clock.now();
		this.#looks = this.#clock.every(options.every, () => this.look());
	}

	received(): void {
		this.#lastReceived = this.#clock.now();
	}

	/** While a person is asked, silence means nothing. */
	async pausedWhile<T>(work: () => Promise<T>): Promise<T> {
		this.#paused++;
		try {
			return await work();
		} finally {
			this.#paused--;
			this.received();
		}
	}

	look(): void {
		const { every, deadAfter, graceAfterSleep, onDead } = this.options;
		const now = this.#clock.now();
		const passed = now - this.#lastLook;
		if (passed < 0) {
			// The clock was set back.
			this.#lastReceived += passed;
		} else if (passed > every * 3 + graceAfterSleep) {
			this.#lastReceived = now - deadAfter + graceAfterSleep;
		}
		this.#lastLook = now;
		if (!this.#disposed && this.#paused === 0 && now - this.#lastReceived > deadAfter) {
			this.dispose();
			onDead(now - this.#lastReceived);
		}
	}

	dispose(): void {
		this.#disposed = true;
		this.#looks.dispose();
	}
}
