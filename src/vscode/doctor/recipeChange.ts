import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import { changesAsWritten } from '../../core/doctor/changeWords';
import { withKeys } from '../../core/training/recipeText';
import type { RunLibrary } from '../../core/training/runLibrary';
import type { RunCloning } from '../../node/runs/runCloning';
import type { Notifications } from '../notifications';
import { applySettings } from '../preflight/applySettings';

const scheme = 'windsock-doctor-change';
/** Takes a `ProposedChange`. */
export const showChangeCommand = 'windsock.doctor.showChange';

/** What a finding proposes for the next run. */
export interface ProposedChange {
	readonly runId: string;
	/** The finding's. */
	readonly title: string;
	/** Keys of the recipe; null takes one out. */
	readonly changes: Readonly<Record<string, unknown>>;
}

const write = 'Write as New Recipe';

/**
 * Shows in VS Code's diff editor what a finding would change in the recipe of a run; all other bytes
 * stay. The new recipe is written only when asked for.
 */
export class RecipeChange implements Disposable {
	readonly #parts = new DisposableStore();
	readonly #texts = new Map<string, string>();

	constructor(
		private readonly services: {
			readonly library: Pick<RunLibrary, 'get'>;
			readonly cloning: Pick<RunCloning, 'recipeOf' | 'write'>;
			readonly notifications: Notifications;
		},
	) {
		this.#parts.add(
			vscode.workspace.registerTextDocumentContentProvider(scheme, {
				provideTextDocumentContent: uri => this.#texts.get(uri.toString()) ?? '',
			}),
		);
		this.#parts.add(
			vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#texts.delete(uri.toString())),
		);
		this.#parts.add(
			vscode.commands.registerCommand(showChangeCommand, (change: ProposedChange) =>
				this.show(change),
			),
		);
	}

	dispose(): void {
		this.#parts.dispose();
	}

	async show({ runId, title, changes }: ProposedChange): Promise<void> {
		const { library, cloning, notifications } = this.services;
		const recipe = await cloning.recipeOf(runId);
		if (!recipe.ok) {
			notifications.error(recipe.error);
			return;
		}
		const name = library.get(runId)?.name ?? runId;
		const { text } = recipe.value;
		const left = await this.#open(name, text);
		const right = await this.#open(name, withKeys(text, changesAsWritten(changes)));
		await vscode.commands.executeCommand('vscode.diff', left, right, `${name}: ${title}`, {
			viewColumn: vscode.ViewColumn.Beside,
			preview: true,
		});
		const answer = await notifications.info(
			`This is what “${title}” proposes for the next run. The recipe of “${name}” stays as it is.`,
			write,
		);
		if (answer === write) {
			const written = await cloning.write(runId);
			if (written.ok) {
				await applySettings(written.value, Object.fromEntries(changesAsWritten(changes)));
			} else {
				notifications.error(written.error);
			}
		}
	}

	async #open(name: string, text: string): Promise<vscode.Uri> {
		const safe = name.replaceAll(/[\\/?#\s]+/g, '-');
		const uri = vscode.Uri.from({ scheme, path: `/${randomUUID()}/${safe}.yaml` });
		this.#texts.set(uri.toString(), text);
		const document = await vscode.workspace.openTextDocument(uri);
		await vscode.languages.setTextDocumentLanguage(document, 'yaml');
		return uri;
	}
}
