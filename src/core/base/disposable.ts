export interface Disposable {
	dispose(): void;
}

/** Owns disposables. What is added after disposal is disposed at once, so nothing leaks in a race. */
export class DisposableStore implements Disposable {
	readonly #items = new Set<Disposable>();
	#disposed = false;

	get isDisposed(): boolean {
		return this.#disposed;
	}

	add<T extends Disposable>(item: T): T {
		if (this.#disposed) {
			item.dispose();
		} else {
			this.#items.add(item);
		}
		return item;
	}

	dispose(): void {
		this.#disposed = true;
		for (const item of this.#items) {
			item.dispose();
		}
		this.#items.clear();
	}
}
