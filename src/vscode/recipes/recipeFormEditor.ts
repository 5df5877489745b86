import * as path from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import { recipeForm, withField } from '../../core/training/form/recipeForm';
import { Rpc } from '../../protocol/rpc';
import type { RecipeFormHost, RecipeFormPage } from '../../protocol/recipeForm';
import { webviewOptions, webviewPage } from '../webviewPage';
import { webviewPort } from '../webviewSession';

export const recipeFormViewType = 'windsock.recipeForm';

/**
 * A recipe as a form. The document is the recipe's text, so that undo, saving and another editor on
 * the same file work as everywhere; a field changes its own key and no other byte.
 */
export class RecipeFormEditor implements vscode.CustomTextEditorProvider {
	constructor(private readonly extensionUri: vscode.Uri) {}

	register(): Disposable {
		const parts = new DisposableStore();
		parts.add(vscode.window.registerCustomEditorProvider(recipeFormViewType, this));
		parts.add(
			vscode.commands.registerCommand('windsock.recipe.openForm', async (target: unknown) => {
				const uri =
					target instanceof vscode.Uri ? target : vscode.window.activeTextEditor?.document.uri;
				if (uri !== undefined) {
					await vscode.commands.executeCommand('vscode.openWith', uri, recipeFormViewType);
				}
			}),
		);
		return parts;
	}

	resolveCustomTextEditor(document: vscode.TextDocument, panel: vscode.WebviewPanel): void {
		const parts = new DisposableStore();
		let wanted: readonly string[] = [];
		const show = (): void =>
			rpc.notify('formChanged', {
				title: path.basename(document.fileName),
				form: recipeForm(document.getText(), wanted),
			});
		const rpc = parts.add(
			new Rpc<RecipeFormHost, RecipeFormPage>(
				webviewPort(panel.webview),
				{},
				{
					fieldChanged: ({ key, value }) => void change(document, key, value).then(show),
					optionsWanted: ({ keys }) => {
						wanted = keys;
						show();
					},
					launchAsked: () =>
						void vscode.commands.executeCommand('windsock.training.launch', document.uri),
					textAsked: ({ key }) => void showText(document, key),
				},
				show,
			),
		);
		parts.add(
			vscode.workspace.onDidChangeTextDocument(event => {
				if (event.document === document && event.contentChanges.length > 0) {
					show();
				}
			}),
		);
		panel.onDidDispose(() => parts.dispose());
		panel.webview.options = webviewOptions(this.extensionUri);
		panel.webview.html = webviewPage(panel.webview, this.extensionUri, {
			bundle: 'recipeForm',
			title: 'Recipe form',
		});
	}
}

/** Replaces only what differs, so that a cursor in another editor of the file stays where it is. */
async function change(document: vscode.TextDocument, key: string, value: string): Promise<void> {
	const before = document.getText();
	const after = withField(before, key, value);
	if (after === before) {
		return;
	}
	let start = 0;
	while (start < before.length && before[start] === after[start]) {
		start++;
	}
	let end = 0;
	const most = Math.min(before.length, after.length) - start;
	while (end < most && before.at(-1 - end) === after.at(-1 - end)) {
		end++;
	}
	const range = new vscode.Range(
		document.positionAt(start),
		document.positionAt(before.length - end),
	);
	const edit = new vscode.WorkspaceEdit();
	edit.replace(document.uri, range, after.slice(start, after.length - end));
	await vscode.workspace.applyEdit(edit);
}

async function showText(document: vscode.TextDocument, key: string | undefined): Promise<void> {
	const lines = document.getText().split('\n');
	const line = key === undefined ? -1 : lines.findIndex(text => text.startsWith(`${key}:`));
	const selection = new vscode.Range(Math.max(line, 0), 0, Math.max(line, 0), 0);
	await vscode.commands.executeCommand('vscode.openWith', document.uri, 'default', { selection });
}
