import * as vscode from 'vscode';

/**
 * The folder of this window as a path of the machine that the extension runs on. Undefined without a
 * folder, and where the folder is on another machine than the extension: a path of the same spelling
 * here would be another folder.
 */
export function workspaceRoot(): string | undefined {
	const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
	return folder?.scheme === 'file' ? folder.fsPath : undefined;
}

/** Says what is missing in a remote window where the extension runs on the desktop instead. */
export function tellWhereItRuns(extension: vscode.Extension<unknown>): void {
	const { remoteName } = vscode.env;
	if (remoteName !== undefined && extension.extensionKind === vscode.ExtensionKind.UI) {
		void vscode.window.showInformationMessage(
			`Windsock runs on your desktop here, so “local” is your desktop and the folder of this window is out of its reach. Install Windsock in ${remoteName} to work on that machine.`,
		);
	}
}
