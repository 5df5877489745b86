import type * as vscode from 'vscode';

const key = 'windsock.dataset.queries';
const most = 30;

/** Queries that were used, newest first; for all datasets and windows. */
export class QueryMemory {
	constructor(private readonly state: vscode.Memento) {}

	get(): readonly string[] {
		return this.state.get<readonly string[]>(key) ?? [];
	}

	async keep(query: string): Promise<void> {
		const others = this.get().filter(other => other !== query);
		await this.state.update(key, [query, ...others].slice(0, most));
	}
}
