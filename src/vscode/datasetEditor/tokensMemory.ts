import type * as vscode from 'vscode';

const key = 'windsock.dataset.tokens';
const most = 50;

interface Kept {
	readonly host?: string;
	/** Paths of recipes by the dataset's address, the newest last. */
	readonly recipes?: Readonly<Record<string, string>>;
}

/** By which recipe and on which host examples were looked at last, in this workspace. */
export class TokensMemory {
	constructor(private readonly state: vscode.Memento) {}

	get host(): string | undefined {
		return this.#kept.host;
	}

	recipeOf(dataset: string): string | undefined {
		return this.#kept.recipes?.[dataset];
	}

	async keepHost(host: string): Promise<void> {
		await this.state.update(key, { ...this.#kept, host });
	}

	async keepRecipe(dataset: string, recipe: string): Promise<void> {
		const others = Object.entries(this.#kept.recipes ?? {}).filter(([name]) => name !== dataset);
		const recipes = Object.fromEntries([...others, [dataset, recipe]].slice(-most));
		await this.state.update(key, { ...this.#kept, recipes });
	}

	get #kept(): Kept {
		return this.state.get<Kept>(key) ?? {};
	}
}
