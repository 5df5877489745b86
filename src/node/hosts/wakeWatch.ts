import type { Disposable } from '../../core/base/disposable';
import { type Clock, wallClock } from './clock';

/** Milliseconds between looks. */
const every = 1000;

/** Tells when this machine slept: a look comes much later than it was due. */
export class WakeWatch implements Disposable {
	readonly #looks: Disposable;
	#last: number;

	constructor(
		readonly onWake: () => void,
		readonly clock: Clock = wallClock,
	) {
		this.#last = clock.now();
		this.#looks = clock.every(every, () => this.look());
	}

	look(): void {
		const now = this.clock.now();
		const slept = now - this.#last > every * 5;
		this.#last = now;
		if (slept) {
			this.onWake();
		}
	}

	dispose(): void {
		this.#looks.dispose();
	}
}
