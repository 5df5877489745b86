import type * as vscode from 'vscode';

const key = 'windsock.hub.recent';
const most = 12;

/** Datasets of the Hub that were opened, as they were written, newest first; for all windows. */
export class HubMemory {
	constructor(private readonly state: vscode.Memento) {}

	get(): readonly string[] {
		return this.state.get<readonly string[]>(key) ?? [];
	}

	async keep(location: string): Promise<void> {
		const others = this.get().filter(other => other !== location);
		await this.state.update(key, [location, ...others].slice(0, most));
	}

	async forget(location: string): Promise<void> {
		await this.state.update(
			key,
			this.get().filter(other => other !== location),
		);
	}
}
