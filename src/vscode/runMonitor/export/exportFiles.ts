import { join } from 'node:path';
import * as vscode from 'vscode';
import { reasonOf, WindsockError } from '../../../core/base/errors';
import { exportFileName } from '../../../core/metrics/export/exportFileName';
import type { Notifications } from '../../notifications';
import { workspaceRoot } from '../../workspace/workspaceRoot';
import { writeWhole } from './writeWhole';

export interface ExportedFile {
	/** Title of the dialog. */
	readonly title: string;
	/** What the file's name is made of. */
	readonly parts: readonly string[];
	readonly extension: keyof typeof kinds;
}

const kinds = {
	png: 'PNG image',
	svg: 'SVG image',
	csv: 'CSV table',
	html: 'HTML page',
	md: 'Markdown',
	tex: 'LaTeX',
} as const;

const openIt = 'Open';

/**
 * Asks where to, makes the content and writes it through VS Code, so that it goes to the machine of
 * the window, also a remote one.
 *
 * @param make resolves to undefined where it was cancelled
 */
export async function exportFile(
	file: ExportedFile,
	notifications: Notifications,
	make: () => Promise<Uint8Array | undefined>,
): Promise<void> {
	const name = exportFileName(file.parts, file.extension);
	const target = await vscode.window.showSaveDialog({
		title: file.title,
		defaultUri: defaultUri(name),
		filters: { [kinds[file.extension]]: [file.extension] },
	});
	if (!target) {
		return;
	}
	const content = await make();
	if (!content) {
		return;
	}
	try {
		await writeWhole(vscode.workspace.fs, target, content);
	} catch (error) {
		const path = target.scheme === 'file' ? target.fsPath : target.toString(true);
		const details = { path, reason: reasonOf(error), remedy: 'Save it somewhere else.' };
		notifications.error(new WindsockError('fileUnwritable', details, { cause: error }));
		return;
	}
	const said = `Saved “${target.path.slice(target.path.lastIndexOf('/') + 1)}”.`;
	if ((await notifications.info(said, openIt)) === openIt) {
		await vscode.commands.executeCommand('vscode.open', target);
	}
}

function defaultUri(name: string): vscode.Uri {
	const root = workspaceRoot();
	const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
	return root === undefined && folder !== undefined
		? vscode.Uri.joinPath(folder, name)
		: vscode.Uri.file(join(root ?? '', name));
}
