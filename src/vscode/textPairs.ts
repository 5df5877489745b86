import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../core/base/disposable';

interface NamedText {
	readonly name: string;
	readonly text: string;
}

/** Shows two texts that are no files side by side in VS Code's diff editor. */
export class TextPairs implements Disposable {
	readonly #parts = new DisposableStore();
	readonly #texts = new Map<string, string>();

	/**
	 * @param scheme of the texts' addresses; one user each
	 * @param language that they are coloured as
	 */
	constructor(
		private readonly scheme: string,
		private readonly language: string,
	) {
		this.#parts.add(
			vscode.workspace.registerTextDocumentContentProvider(scheme, {
				provideTextDocumentContent: uri => this.#texts.get(uri.toString()) ?? '',
			}),
		);
		this.#parts.add(
			vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#texts.delete(uri.toString())),
		);
	}

	async show(before: NamedText, after: NamedText, title: string): Promise<void> {
		const [left, right] = [await this.#open(before), await this.#open(after)];
		await vscode.commands.executeCommand('vscode.diff', left, right, title);
	}

	dispose(): void {
		this.#parts.dispose();
	}

	async #open({ name, text }: NamedText): Promise<vscode.Uri> {
		const safe = name.replaceAll(/[\\/?#\s]+/g, '-');
		// Another path each time: VS Code would show the text of an earlier look.
		const uri = vscode.Uri.from({ scheme: this.scheme, path: `/${randomUUID()}/${safe}` });
		this.#texts.set(uri.toString(), text);
		const document = await vscode.workspace.openTextDocument(uri);
		await vscode.languages.setTextDocumentLanguage(document, this.language);
		return uri;
	}
}
