/** Work that is done one at a time, in the order it was asked for. A failure does not hold up the next. */
export class Turns {
	#last: Promise<unknown> = Promise.resolve();

	/** Does the work when all that was asked for before is done; fails as the work does. */
	take<T>(work: () => Promise<T>): Promise<T> {
		const done = this.#last.then(work);
		const ended = (): void => {};
		this.#last = done.then(ended, ended);
		return done;
	}

	/** When all that was asked for so far is done. Never fails. */
	get settled(): Promise<unknown> {
		return this.#last;
	}
}
