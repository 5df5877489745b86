/** Of a pause without a sign of life, at most this many seconds count as reading. */
export const longestPause = 120;

/**
 * Measures how long an example is before the annotator's eyes: from one sign of life (a key, the
 * mouse, scrolling) to the next, of each pause at most two minutes, and nothing while the page is
 * hidden.
 */
export class VisitClock {
	#seconds = 0;
	/** Milliseconds since the epoch; `undefined` while the page is hidden. */
	#last: number | undefined;

	constructor(private readonly now: () => number) {}

	/** The annotator did something. */
	active(): void {
		this.#count();
		this.#last = this.now();
	}

	hidden(): void {
		this.#count();
		this.#last = undefined;
	}

	/** Begins a new visit and answers the seconds of the one that ends. */
	next(): number {
		this.active();
		const seconds = Math.round(this.#seconds * 10) / 10;
		this.#seconds = 0;
		return seconds;
	}

	#count(): void {
		if (this.#last !== undefined) {
			const pause = Math.max(0, (this.now() - this.#last) / 1000);
			this.#seconds += Math.min(pause, longestPause);
		}
	}
}
