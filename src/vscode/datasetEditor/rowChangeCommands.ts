import * as vscode from 'vscode';
import type { DatasetEditorProvider } from './datasetEditorProvider';

/** The commands that change all rows that the page in front shows. */
export function registerRowChangeCommands(provider: DatasetEditorProvider): vscode.Disposable {
	const register = vscode.commands.registerCommand;
	return vscode.Disposable.from(
		register('windsock.dataset.replace', async () => {
			const session = provider.activeSession;
			if (session) {
				const { replaceInShownRows } = await import('./changeShownRows');
				await replaceInShownRows(provider.rowChanges(session));
			}
		}),
		register('windsock.dataset.changeShown', async () => {
			const session = provider.activeSession;
			if (session) {
				const { changeShownRows } = await import('./changeShownRows');
				await changeShownRows(provider.rowChanges(session));
			}
		}),
	);
}
