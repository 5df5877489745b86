import { cp, mkdir, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { WindsockError, reasonOf } from '../../core/base/errors';
import type { Notifications } from '../notifications';

const folderName = 'windsock-sample';

/** A folder that is empty or not there yet: an earlier copy holds somebody's edits and runs. */
async function freeFolder(parent: string): Promise<string> {
	for (let n = 1; ; n++) {
		const folder = path.join(parent, n === 1 ? folderName : `${folderName}-${n}`);
		const entries = await readdir(folder).catch(() => []);
		if (entries.length === 0) {
			return folder;
		}
	}
}

/** Copies the sample workspace that ships with the extension to a folder of the user's and opens it. */
export function registerOpenSample(
	extensionUri: vscode.Uri,
	notifications: Notifications,
): vscode.Disposable {
	return vscode.commands.registerCommand('windsock.workspace.openSample', async () => {
		const chosen = await vscode.window.showOpenDialog({
			canSelectFiles: false,
			canSelectFolders: true,
			openLabel: 'Copy Sample Here',
			title: 'Where shall the sample workspace go?',
			defaultUri: vscode.Uri.file(homedir()),
		});
		if (!chosen?.[0]) {
			return;
		}
		const folder = await freeFolder(chosen[0].fsPath);
		try {
			await mkdir(folder, { recursive: true });
			await cp(vscode.Uri.joinPath(extensionUri, 'media', 'sample').fsPath, folder, {
				recursive: true,
			});
		} catch (error) {
			notifications.error(
				new WindsockError(
					'fileUnwritable',
					{ path: folder, reason: reasonOf(error) },
					{ cause: error },
				),
			);
			return;
		}
		await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(folder), {
			forceNewWindow: vscode.workspace.workspaceFolders !== undefined,
		});
	});
}
