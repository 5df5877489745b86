import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { ComparisonStore } from '../../node/responses/comparisonStore';
import type { Notifications } from '../notifications';
import type { ResponseDiffPanels } from '../responseDiff/responseDiffPanels';
import {
	checkpointPlaceOf,
	openCheckpointAnswers,
	type CheckpointAnswersServices,
} from './checkpointAnswers';
import { comparisonIdOf, pickComparison } from './pickComparison';
import type { ComparisonsTreeProvider } from './comparisonsTreeProvider';

/** The commands of comparisons that are there already. */
export class ComparisonCommands implements Disposable {
	readonly #disposables = new DisposableStore();

	constructor(
		private readonly store: ComparisonStore,
		private readonly panels: ResponseDiffPanels,
		private readonly tree: ComparisonsTreeProvider,
		private readonly notifications: Notifications,
		private readonly library: CheckpointAnswersServices['library'],
	) {}

	register(): Disposable {
		const commands: Record<string, (...named: unknown[]) => Promise<void> | void> = {
			'windsock.comparison.open': argument => this.#open(argument),
			'windsock.comparison.openFiles': (clicked, selected) => this.#openFiles(clicked, selected),
			'windsock.comparison.refresh': () => this.tree.refresh(),
			'windsock.comparison.findSources': () => this.panels.findSources(),
		};
		for (const [id, run] of Object.entries(commands)) {
			this.#disposables.add(vscode.commands.registerCommand(id, run));
		}
		return this;
	}

	dispose(): void {
		this.#disposables.dispose();
	}

	async #open(argument: unknown): Promise<void> {
		const checkpoint = checkpointPlaceOf(argument);
		if (checkpoint !== undefined) {
			const { store, library, notifications, panels } = this;
			const show = (id: string): void => panels.show(id);
			await openCheckpointAnswers({ store, library, notifications, show }, checkpoint);
			return;
		}
		const id = await this.comparisonOf(argument);
		if (id !== undefined) {
			this.panels.show(id);
		}
	}

	async #openFiles(clicked: unknown, selected: unknown): Promise<void> {
		const { openAnswerFiles, urisOf } = await import('./openAnswerFiles');
		const { notifications, panels } = this;
		const show = (id: string): void => {
			panels.show(id);
			this.tree.refresh();
		};
		const parent = this.store.folder;
		await openAnswerFiles({ parent, notifications, show }, urisOf(clicked, selected));
	}

	/** The comparison that a command's argument names, else one that is picked. */
	async comparisonOf(argument: unknown): Promise<string | undefined> {
		return comparisonIdOf(argument) ?? this.#pick();
	}

	async #pick(): Promise<string | undefined> {
		const comparisons = await this.store.list();
		if (comparisons.length === 0) {
			const generate = 'Generate Responses';
			const choice = await this.notifications.info(
				'There is no comparison in this folder yet.',
				generate,
			);
			if (choice === generate) {
				await vscode.commands.executeCommand('windsock.responses.generate');
			}
			return undefined;
		}
		return pickComparison(this.store, 'Comparison');
	}
}
