/** What became of one key of another tool's recipe. */
export interface ImportedKey {
	/** As it stood there; for `added` the key here. */
	readonly key: string;
	/** `added`: said here because the other tool did it unsaid. */
	readonly outcome: 'kept' | 'renamed' | 'changed' | 'removed' | 'added';
	/** Keys of the recipe that carry it now. */
	readonly to: readonly string[];
	/** Why, and what to do where something is left to do; may be empty. */
	readonly note: string;
}

/** A file that belongs beside the recipe, such as a chat template. */
export interface ImportedFile {
	readonly name: string;
	readonly text: string;
}

/** A dataset of a mixture, in the recipe's own words. */
export interface ImportedDataset {
	readonly path: string;
	readonly name?: string;
	readonly split?: string;
	readonly columns?: readonly string[];
	readonly weight?: number;
}

/** Carries keys over one by one and keeps the account: none is lost without a word. */
export class RecipeTranslation {
	readonly #left: Map<string, unknown>;
	readonly #account: ImportedKey[] = [];
	readonly #recipe = new Map<string, unknown>();
	readonly files: ImportedFile[] = [];
	readonly datasets: ImportedDataset[] = [];
	readonly evalDatasets: ImportedDataset[] = [];

	/** @param stem what files beside the recipe are called after */
	constructor(
		source: Readonly<Record<string, unknown>>,
		readonly stem: string,
	) {
		this.#left = new Map(Object.entries(source));
	}

	/** The value in the source, whether it was carried over or not; null counts as absent. */
	value(key: string): unknown {
		return this.#left.get(key) ?? undefined;
	}

	has(key: string): boolean {
		return this.value(key) !== undefined;
	}

	isTrue(key: string): boolean {
		return this.value(key) === true;
	}

	number(key: string): number | undefined {
		const value = this.value(key);
		const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
		return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
	}

	text(key: string): string | undefined {
		const value = this.value(key);
		return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
	}

	keep(key: string, note = ''): void {
		if (this.has(key)) {
			this.#recipe.set(key, this.value(key));
			this.#note({ key, outcome: 'kept', to: [key], note });
		}
	}

	/** The same under another name. */
	rename(key: string, to: string, note = ''): void {
		if (this.has(key)) {
			this.#recipe.set(to, this.value(key));
			this.#note({ key, outcome: key === to ? 'kept' : 'renamed', to: [to], note });
		}
	}

	/** Says the same in other values. */
	change(key: string, now: Readonly<Record<string, unknown>>, note: string): void {
		for (const [name, value] of Object.entries(now)) {
			this.#recipe.set(name, value);
		}
		this.#note({ key, outcome: 'changed', to: Object.keys(now), note });
	}

	/** What stands in a part of the recipe of its own now, such as its datasets. */
	move(key: string, to: readonly string[], note: string): void {
		this.#note({ key, outcome: 'changed', to, note });
	}

	remove(key: string, note: string): void {
		if (this.#left.has(key)) {
			this.#note({ key, outcome: 'removed', to: [], note: this.has(key) ? note : 'it was empty' });
		}
	}

	/** What the other tool did unsaid. */
	add(key: string, value: unknown, note: string): void {
		if (!this.#recipe.has(key)) {
			this.#recipe.set(key, value);
			this.#account.push({ key, outcome: 'added', to: [key], note });
		}
	}

	/** Replaces a value that was carried over before. */
	correct(key: string, value: unknown, note: string): void {
		this.#recipe.set(key, value);
		const at = this.#account.findIndex(one => one.to.includes(key));
		const before = this.#account[at];
		if (before === undefined) {
			this.#account.push({ key, outcome: 'added', to: [key], note });
		} else {
			this.#account[at] = { ...before, outcome: 'changed', note };
		}
	}

	/** What the recipe says so far. */
	carried(key: string): unknown {
		return this.#recipe.get(key);
	}

	drop(key: string): void {
		this.#recipe.delete(key);
	}

	/** Keys that nothing was said of yet. */
	get rest(): readonly string[] {
		const said = new Set(this.#account.map(({ key }) => key));
		return [...this.#left.keys()].filter(key => !said.has(key));
	}

	get recipe(): ReadonlyMap<string, unknown> {
		return this.#recipe;
	}

	/** In the order of the source, what was added last. */
	get account(): readonly ImportedKey[] {
		const order = [...this.#left.keys()];
		const place = ({ key, outcome }: ImportedKey): number =>
			outcome === 'added' ? order.length : order.indexOf(key);
		return this.#account.toSorted((a, b) => place(a) - place(b));
	}

	#note(entry: ImportedKey): void {
		const before = this.#account.findIndex(
			({ key, outcome }) => key === entry.key && outcome !== 'added',
		);
		if (before < 0) {
			this.#account.push(entry);
		} else {
			this.#account[before] = entry;
		}
	}
}
