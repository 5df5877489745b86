import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { DatasetDocument } from './datasetDocument';

const scheme = 'windsock-changes';

interface NamedText {
	readonly name: string;
	readonly text: string;
}

/** Shows what a save will change, in VS Code's diff editor over two texts that are no files. */
export class ChangesView implements vscode.Disposable {
	readonly #texts = new Map<string, string>();
	readonly #disposables: readonly vscode.Disposable[] = [
		vscode.workspace.registerTextDocumentContentProvider(scheme, {
			provideTextDocumentContent: uri => this.#texts.get(uri.toString()) ?? '',
		}),
		vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#texts.delete(uri.toString())),
	];

	async show(document: DatasetDocument): Promise<void> {
		const { name } = document.model;
		const { unsavedChanges } = await import('../../node/dataset/unsavedChanges');
		const changes = await unsavedChanges(document.model);
		if (changes.rows === 0) {
			void vscode.window.showInformationMessage(`${name} has no unsaved changes.`);
			return;
		}
		const title = `${name}: Unsaved Changes in ${changes.rows.toLocaleString('en-US')} ${changes.rows === 1 ? 'Row' : 'Rows'}`;
		await this.compare(
			{ name: `${name} (saved)`, text: changes.before },
			{ name: `${name} (unsaved)`, text: changes.after },
			title,
		);
	}

	/** Two texts that are no files, side by side. */
	async compare(before: NamedText, after: NamedText, title: string): Promise<void> {
		const [left, right] = [await this.#open(before), await this.#open(after)];
		await vscode.commands.executeCommand('vscode.diff', left, right, title);
	}

	dispose(): void {
		for (const disposable of this.#disposables) {
			disposable.dispose();
		}
	}

	async #open({ name, text }: NamedText): Promise<vscode.Uri> {
		// Another path each time: VS Code would show the text of an earlier look.
		const uri = vscode.Uri.from({ scheme, path: `/${randomUUID()}/${name}` });
		this.#texts.set(uri.toString(), text);
		const document = await vscode.workspace.openTextDocument(uri);
		// Coloured like JSON, and not checked as one value: it is many rows, and some may be broken.
		await vscode.languages.setTextDocumentLanguage(document, 'jsonl');
		return uri;
	}
}
