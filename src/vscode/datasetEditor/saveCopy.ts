import { join } from 'node:path';
import * as vscode from 'vscode';
import { stemOf } from '../../node/dataset/datasetLocation';
import { copyExtension } from '../../node/dataset/offline/copyExtension';
import type { Notifications } from '../notifications';
import { viewTypeOf } from './viewTypes';
import type { DatasetDocument } from './datasetDocument';
import { workspaceRoot } from '../workspace/workspaceRoot';

/**
 * Writes a dataset that is far away, with its edits, to a file on this machine, and opens that.
 * VS Code's own Save As looks for a place only where the dataset is.
 *
 * @param forget takes the edits off the dataset that they could not be saved to
 */
export async function saveCopy(
	document: DatasetDocument,
	notifications: Notifications,
	forget: () => Promise<void>,
): Promise<void> {
	const { model } = document;
	const target = await vscode.window.showSaveDialog({
		title: `Save a Copy of “${model.name}” on This Machine`,
		saveLabel: 'Save a Copy',
		defaultUri: vscode.Uri.file(join(workspaceRoot() ?? '', copyName(document))),
	});
	if (!target) {
		return;
	}
	if (target.scheme !== 'file') {
		await notifications.info('A copy can be saved to a file on this machine only.');
		return;
	}
	const written = await vscode.window.withProgress(
		{ location: vscode.ProgressLocation.Notification, title: `Writing “${target.fsPath}”` },
		() => model.saveCopy(target.fsPath),
	);
	if (!written.ok) {
		notifications.error(written.error);
		return;
	}
	if (model.overlay.isChanged && model.file.far?.saveElsewhere !== undefined) {
		await forget();
	}
	await vscode.commands.executeCommand('vscode.openWith', target, viewTypeOf(target));
}

function copyName({ model }: DatasetDocument): string {
	return `${stemOf(model.file.path)}${copyExtension(model.file)}`;
}
