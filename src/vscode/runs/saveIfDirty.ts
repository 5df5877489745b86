import * as vscode from 'vscode';

/** Saves the unsaved edits of a file, in whichever editor they are. */
export async function saveIfDirty(file: string): Promise<void> {
	const document = vscode.workspace.textDocuments.find(
		open => open.uri.scheme === 'file' && open.uri.fsPath === file,
	);
	if (document?.isDirty === true) {
		await document.save();
	}
	// A custom editor has no text document; its tab tells whether it is dirty.
	for (const tab of vscode.window.tabGroups.all.flatMap(group => group.tabs)) {
		const { input } = tab;
		if (tab.isDirty && input instanceof vscode.TabInputCustom && input.uri.fsPath === file) {
			await vscode.workspace.save(input.uri);
		}
	}
}
