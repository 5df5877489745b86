/** Where the ids are kept beyond the page; what `get` gives may be of an older version. */
export interface RevealedMemory {
	get(): unknown;
	keep(ids: readonly string[]): void;
}

/**
 * Prompts of one comparison whose names this voter has seen, hidden repeats by ids of their own: a
 * later vote on them is not blind, whether or not the page was opened anew in between.
 */
export class RevealedNames {
	readonly #ids: Set<string>;

	constructor(private readonly memory?: RevealedMemory) {
		const kept = memory?.get();
		this.#ids = new Set(
			Array.isArray(kept) ? kept.filter((id): id is string => typeof id === 'string') : [],
		);
	}

	has(id: string): boolean {
		return this.#ids.has(id);
	}

	add(...ids: readonly string[]): void {
		const before = this.#ids.size;
		for (const id of ids) {
			this.#ids.add(id);
		}
		if (this.#ids.size > before) {
			this.memory?.keep([...this.#ids]);
		}
	}
}
