import type { Disposable } from './disposable';

export type Event<T> = (listener: (value: T) => void) => Disposable;

/** Synchronous events in order of subscription; a listener that throws does not stop the others. */
export class Emitter<T> implements Disposable {
	readonly #listeners = new Set<(value: T) => void>();

	readonly event: Event<T> = listener => {
		// A wrapper per subscription lets the same function be subscribed twice.
		const entry = (value: T): void => listener(value);
		this.#listeners.add(entry);
		return { dispose: () => void this.#listeners.delete(entry) };
	};

	fire(value: T): void {
		const failures: unknown[] = [];
		for (const listener of Array.from(this.#listeners)) {
			try {
				listener(value);
			} catch (error) {
				failures.push(error);
			}
		}
		if (failures.length > 0) {
			throw failures.length === 1 ? failures[0] : new AggregateError(failures);
		}
	}

	dispose(): void {
		this.#listeners.clear();
	}
}
