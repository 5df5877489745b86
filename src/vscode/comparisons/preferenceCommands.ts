import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import { lossWithSft } from '../../core/responses/answerEdit';
import type { ComparisonStore } from '../../node/responses/comparisonStore';
import { comparisonIdOf, pickComparison } from './pickComparison';
import type { ExportServices } from './exportVotes';

export interface PreferenceServices extends ExportServices {
	readonly store: ComparisonStore;
}

/** From votes and edits back to data: look at the rows, export them, train on them. */
export class PreferenceCommands implements Disposable {
	readonly #disposables = new DisposableStore();

	constructor(private readonly services: PreferenceServices) {}

	register(): Disposable {
		const commands: Record<string, (argument: unknown) => Promise<void>> = {
			'windsock.comparison.openPreferences': () => this.#open(),
			'windsock.comparison.trainOnVotes': () => this.#train(),
			'windsock.comparison.exportVotes': argument => this.#export(argument),
		};
		for (const [id, run] of Object.entries(commands)) {
			this.#disposables.add(vscode.commands.registerCommand(id, run));
		}
		return this;
	}

	dispose(): void {
		this.#disposables.dispose();
	}

	/** The file as the votes and edits make it now, in the dataset editor. */
	async #open(): Promise<void> {
		const { store, notifications } = this.services;
		const written = await store.rewritePreferences();
		if (!written.ok) {
			notifications.error(written.error);
			return;
		}
		const { pairs, examples } = written.value;
		if (pairs + examples === 0) {
			await this.#sayNone();
			return;
		}
		const file = await pickFile(
			[
				{ file: store.preferencesPath, label: 'Preference pairs', description: `${pairs} rows` },
				{
					file: store.examplesPath,
					label: 'Edited answers for SFT',
					description: `${examples} rows`,
				},
			].filter((_, i) => [pairs, examples][i] !== 0),
		);
		if (file !== undefined) {
			const uri = vscode.Uri.file(file);
			await vscode.commands.executeCommand('vscode.openWith', uri, 'windsock.datasetEditor');
		}
	}

	async #train(): Promise<void> {
		const { store } = this.services;
		const pairs = await readFile(store.preferencesPath, 'utf8').catch(() => '');
		if (pairs === '') {
			await this.#sayNone();
			return;
		}
		// The recipe made for this file, when the workspace has one; else the launch asks.
		const [recipe] = await vscode.workspace.findFiles(
			'**/*{votes,Votes}*.{yaml,yml}',
			'{**/node_modules/**,.windsock/**}',
			1,
		);
		const overrides = await this.#lossOverrides(recipe);
		if (overrides) {
			await vscode.commands.executeCommand('windsock.training.launch', {
				...(recipe === undefined
					? { method: 'dpo', dataset: vscode.Uri.file(store.preferencesPath) }
					: { recipe }),
				overrides,
			});
		}
	}

	/** Asks once for edited pairs that want a term for the chosen answers. Undefined: declined. */
	async #lossOverrides(recipe: vscode.Uri | undefined): Promise<object | undefined> {
		const comparisons = await this.services.store.list();
		const wanted = comparisons
			.flatMap(({ edits = [] }) => edits)
			.filter(({ use }) => use === 'pairWithSft').length;
		const text = recipe && (await readFile(recipe.fsPath, 'utf8').catch(() => ''));
		if (wanted === 0 || /^loss_type:[^#]*\bsft\b/m.test(text ?? '')) {
			return {};
		}
		const { loss_type: losses, loss_weights: weights } = lossWithSft;
		const terms = `loss_type: [${losses.join(', ')}], loss_weights: [${weights.join(', ')}]`;
		const picked = await vscode.window.showQuickPick(
			[
				{
					label: 'With the SFT term',
					description: terms,
					detail: 'For this run; the recipe stays as it is',
					overrides: lossWithSft,
				},
				{
					label: 'As the recipe says',
					detail: 'Near-identical pairs can lower the probability of both answers',
					overrides: {},
				},
			],
			{
				ignoreFocusOut: true,
				title: 'Train on Votes: Loss',
				placeHolder: `${wanted} edited ${wanted === 1 ? 'pair asks' : 'pairs ask'} for an SFT term`,
			},
		);
		return picked?.overrides;
	}

	async #export(argument: unknown): Promise<void> {
		const { store, notifications } = this.services;
		const id =
			comparisonIdOf(argument) ?? (await pickComparison(store, 'Export Votes: Comparison'));
		const comparison = id === undefined ? undefined : await store.open(id);
		if (comparison?.ok === false) {
			notifications.error(comparison.error);
		} else if (comparison) {
			const { exportVotes } = await import('./exportVotes');
			await exportVotes(this.services, comparison.value);
		}
	}

	async #sayNone(): Promise<void> {
		await this.services.notifications.info(
			'No vote has made a preference pair yet. Vote for the best answer in a comparison first.',
		);
	}
}

/** The only one there is without asking. */
async function pickFile(
	files: readonly (vscode.QuickPickItem & { readonly file: string })[],
): Promise<string | undefined> {
	const [first, ...more] = files;
	if (more.length === 0) {
		return first?.file;
	}
	const picked = await vscode.window.showQuickPick(files, { title: 'Open Preference Pairs' });
	return picked?.file;
}
