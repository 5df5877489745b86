import type { Disposable } from '../../core/base/disposable';
import type { Clock } from './clock';

/** Seconds without an answer after which an operation fails, although the link is well. */
export const longestSilence = 55;

const lookEvery = 5;

/**
 * Waits for answers of a host whose link is well but whose disk or shell may hang. It counts looks, not
 * hours: while this machine sleeps no host is late.
 */
export class Patience implements Disposable {
	#looks = 0;
	readonly #timer: Disposable;

	/** @param isHeld whether a person is asked, whose time is none of the host's */
	constructor(clock: Clock, onOver: () => void, isHeld: () => boolean = () => false) {
		this.#timer = clock.every(lookEvery * 1000, () => {
			if (isHeld()) {
				this.answered();
			} else if (++this.#looks * lookEvery >= longestSilence) {
				this.dispose();
				onOver();
			}
		});
	}

	/** Something came: the wait begins anew. */
	answered(): void {
		this.#looks = 0;
	}

	dispose(): void {
		this.#timer.dispose();
	}
}
