import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import { diffTitle, type AnswerDiff, type AnswerDocument } from './answerDiffs';

const scheme = 'windsock-answer';

/**
 * Answers as read-only documents, for VS Code's own diff editors. A document holds its text as it was
 * when it was asked for, and is forgotten when it is closed. Its address has no name but that of its tab.
 */
export class AnswerDocuments implements vscode.TextDocumentContentProvider, Disposable {
	readonly #disposables = new DisposableStore();
	readonly #texts = new Map<string, string>();
	#last = 0;

	register(): Disposable {
		this.#disposables.add(vscode.workspace.registerTextDocumentContentProvider(scheme, this));
		this.#disposables.add(
			vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#texts.delete(uri.toString())),
		);
		return this;
	}

	provideTextDocumentContent(uri: vscode.Uri): string {
		return (
			this.#texts.get(uri.toString()) ??
			'This answer was shown in an earlier window. Open it again from its comparison.'
		);
	}

	async open(title: string, diffs: readonly AnswerDiff[]): Promise<void> {
		const [only] = diffs;
		if (diffs.length === 1 && only) {
			await vscode.commands.executeCommand(
				'vscode.diff',
				this.#document(only, only.reference),
				this.#document(only, only.other),
				diffTitle(only),
				{ preview: true },
			);
			return;
		}
		const resources = diffs.map(diff => {
			const other = this.#document(diff, diff.other);
			return [other, this.#document(diff, diff.reference), other];
		});
		await vscode.commands.executeCommand('vscode.changes', title, resources);
	}

	dispose(): void {
		this.#disposables.dispose();
		this.#texts.clear();
	}

	#document({ prompt }: AnswerDiff, { name, text }: AnswerDocument): vscode.Uri {
		const file = name.replaceAll(/[\\/:]/g, '-');
		const uri = vscode.Uri.from({
			scheme,
			path: `/Prompt ${prompt}/${file}.md`,
			query: String(++this.#last),
		});
		this.#texts.set(uri.toString(), text);
		return uri;
	}
}
