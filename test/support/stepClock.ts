import type { Disposable } from '../../src/core/base/disposable';
import type { Clock } from '../../src/node/hosts/clock';

/** A clock that goes on only when a test says so. */
export class StepClock implements Clock {
	#now = 1_700_000_000_000;
	readonly #looks = new Set<{ readonly every: number; due: number; readonly look: () => void }>();

	now(): number {
		return this.#now;
	}

	every(milliseconds: number, look: () => void): Disposable {
		const entry = { every: milliseconds, due: this.#now + milliseconds, look };
		this.#looks.add(entry);
		return { dispose: () => void this.#looks.delete(entry) };
	}

	after(milliseconds: number, act: () => void): Disposable {
		const once = this.every(milliseconds, () => {
			once.dispose();
			act();
		});
		return once;
	}

	/** Time passes while the machine is awake: who looks, looks when it is due. */
	pass(milliseconds: number): void {
		const end = this.#now + milliseconds;
		for (;;) {
			const next = [...this.#looks]
				.filter(({ due }) => due <= end)
				.sort((a, b) => a.due - b.due)[0];
			if (next === undefined) {
				break;
			}
			this.#now = Math.max(this.#now, next.due);
			next.due = this.#now + next.every;
			next.look();
		}
		this.#now = end;
	}

	/** The machine sleeps: nobody looks until it wakes, then all look late. */
	sleep(milliseconds: number): void {
		this.#now += milliseconds;
		for (const entry of this.#looks) {
			entry.due = Math.max(entry.due, this.#now + Math.min(entry.every, 1));
		}
	}

	/** Lets time pass in steps, with a real moment for the network between, until it is so. */
	async until(
		isSo: () => boolean,
		{ most, step = 500, moment = 25 }: { most: number; step?: number; moment?: number },
	): Promise<number> {
		const begun = this.#now;
		while (!isSo()) {
			if (this.#now - begun >= most) {
				return Number.POSITIVE_INFINITY;
			}
			this.pass(step);
			await new Promise(resolve => setTimeout(resolve, moment));
		}
		return this.#now - begun;
	}
}
