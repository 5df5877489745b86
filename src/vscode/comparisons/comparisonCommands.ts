import { stat } from 'node:fs/promises';
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
			'windsock.comparison.openPreferences': () => this.#openPreferences(),
			'windsock.comparison.trainOnVotes': () => this.#trainOnVotes(),
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
		const id = comparisonIdOf(argument) ?? (await this.#pick());
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
		const picked = await vscode.window.showQuickPick(
			comparisons.map(({ header, prompts }) => ({
				label: header.name,
				description: `${header.models.length} models · ${prompts.length} prompts`,
				detail: header.createdAt === '' ? undefined : new Date(header.createdAt).toLocaleString(),
				id: header.id,
			})),
			{ title: 'Open Comparison', placeHolder: 'Newest first' },
		);
		return picked?.id;
	}

	/** The file as the votes make it now, in the dataset editor. */
	async #openPreferences(): Promise<void> {
		const written = await this.store.rewritePreferences();
		if (!written.ok) {
			this.notifications.error(written.error);
			return;
		}
		if (!(await this.#hasPairs())) {
			return;
		}
		await vscode.commands.executeCommand(
			'vscode.openWith',
			vscode.Uri.file(this.store.preferencesPath),
			'windsock.datasetEditor',
		);
	}

	async #trainOnVotes(): Promise<void> {
		if (!(await this.#hasPairs())) {
			return;
		}
		// The recipe made for this file, when the workspace has one; else the launch asks.
		const [recipe] = await vscode.workspace.findFiles(
			'**/*{votes,Votes}*.{yaml,yml}',
			'{**/node_modules/**,.windsock/**}',
			1,
		);
		await vscode.commands.executeCommand(
			'windsock.training.launch',
			recipe === undefined
				? { method: 'dpo', dataset: vscode.Uri.file(this.store.preferencesPath) }
				: { recipe },
		);
	}

	async #hasPairs(): Promise<boolean> {
		const info = await stat(this.store.preferencesPath).catch(() => undefined);
		if (info !== undefined && info.size > 0) {
			return true;
		}
		await this.notifications.info(
			'No vote has made a preference pair yet. Vote for the best answer in a comparison first.',
		);
		return false;
	}
}

function comparisonIdOf(argument: unknown): string | undefined {
	if (typeof argument === 'string') {
		return argument;
	}
	const id: unknown =
		typeof argument === 'object' && argument !== null
			? Reflect.get(argument, 'comparisonId')
			: undefined;
	return typeof id === 'string' ? id : undefined;
}
