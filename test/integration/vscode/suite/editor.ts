import * as assert from 'node:assert/strict';
import * as path from 'node:path';
import * as vscode from 'vscode';

export const extensionId = 'windsock.windsock';

/** The folder that the window has open. */
export function folder(): string {
	const first = vscode.workspace.workspaceFolders?.[0];
	assert.ok(first, 'the tests need an open folder');
	return first.uri.fsPath;
}

export function file(relative: string): vscode.Uri {
	return vscode.Uri.file(path.join(folder(), relative));
}

export async function activated(): Promise<vscode.Extension<unknown>> {
	const extension = vscode.extensions.getExtension(extensionId);
	assert.ok(extension, `${extensionId} is not installed`);
	await extension.activate();
	return extension;
}

/** Asks every 20 ms until the answer is true. */
export async function until(
	what: string,
	ask: () => boolean,
	milliseconds = 10_000,
): Promise<void> {
	const deadline = Date.now() + milliseconds;
	while (!ask()) {
		if (Date.now() > deadline) {
			throw new Error(`waited for ${what}`);
		}
		await new Promise(resolve => setTimeout(resolve, 20));
	}
}

/** What the active tab shows. */
export function activeInput(): unknown {
	return vscode.window.tabGroups.activeTabGroup.activeTab?.input;
}

/** The custom editor of the active tab, once it is that of `uri`. */
export async function customEditorFor(uri: vscode.Uri): Promise<vscode.TabInputCustom> {
	await until(`a custom editor on ${uri.toString()}`, () => {
		const input = activeInput();
		return (
			input instanceof vscode.TabInputCustom &&
			input.uri.path === uri.path &&
			input.uri.scheme === uri.scheme
		);
	});
	return activeInput() as vscode.TabInputCustom;
}

export async function closeAll(): Promise<void> {
	await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}
