import type * as vscode from 'vscode';
import type { ReadingChoices } from '../../protocol/datasetEditor';

const key = 'windsock.dataset.reading';

/** How a person likes to read rows: kept for all datasets and windows. */
export class ReadingMemory {
	constructor(private readonly state: vscode.Memento) {}

	get(): ReadingChoices | undefined {
		return this.state.get<ReadingChoices>(key);
	}

	async set({ isRendered, marksWords }: ReadingChoices): Promise<void> {
		await this.state.update(key, { isRendered, marksWords });
	}
}
