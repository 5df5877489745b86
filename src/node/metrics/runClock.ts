/** The last step that one thing counted, and the attempt that it was in. */
export interface StepCounter {
	attempt: number;
	step: number;
}

/**
 * Tells restarts in files that do not name them. A step that goes back begins a new attempt, once
 * for all metrics that go back together; time then goes on from where it stood, so that a pause
 * counts for nothing. A clock that was set back is left as it is: time goes back with it.
 */
export class RunClock {
	/** Counts from 1. */
	attempt = 1;
	readonly #counters = new Map<string, StepCounter>();
	#begin: number | undefined;
	/** Seconds as a file counts them, and those of attempts before. */
	readonly #elapsed = { attempt: 1, last: 0, before: 0 };
	#time = 0;

	/** @param key what counts steps by itself: a metric, or a kind of row */
	counter(key: string): StepCounter {
		let counter = this.#counters.get(key);
		if (counter === undefined) {
			counter = { attempt: this.attempt, step: -Infinity };
			this.#counters.set(key, counter);
		}
		return counter;
	}

	/**
	 * Counts a step; called before `timeOf` of the same row.
	 *
	 * @param wall Unix seconds, or NaN
	 */
	count(counter: StepCounter, step: number, wall: number): void {
		if (step < counter.step) {
			if (counter.attempt === this.attempt) {
				this.#restart(wall);
			}
		}
		counter.attempt = this.attempt;
		// A row without a step says nothing about the next.
		counter.step = Number.isNaN(step) ? counter.step : step;
	}

	/** Active seconds at a wall time; NaN of NaN. */
	timeOf(wall: number): number {
		if (Number.isNaN(wall)) {
			return Number.NaN;
		}
		this.#begin ??= wall;
		this.#time = wall - this.#begin;
		return this.#time;
	}

	/**
	 * Active seconds of those that the file itself counts, which begin at 0 again in an attempt that
	 * goes on; called after `count` of the same row.
	 */
	elapsed(seconds: number): number {
		if (this.attempt !== this.#elapsed.attempt && seconds < this.#elapsed.last) {
			this.#elapsed.before += this.#elapsed.last;
		}
		this.#elapsed.attempt = this.attempt;
		this.#elapsed.last = seconds;
		return this.#elapsed.before + seconds;
	}

	/** The file itself says that the run began anew. */
	restart(): void {
		this.attempt++;
		for (const counter of this.#counters.values()) {
			counter.step = -Infinity;
		}
	}

	#restart(wall: number): void {
		this.attempt++;
		if (!Number.isNaN(wall)) {
			this.#begin = wall - this.#time;
		}
	}
}
