import { basename, isAbsolute, resolve } from 'node:path';
import * as vscode from 'vscode';
import { messageFor } from '../../core/base/errorMessages';
import type { Notifications } from '../notifications';
import { workspaceRoot } from '../workspace/workspaceRoot';

const byFolder = 'Choose a Folder…';
const byPath = 'Type a Path or a Glob…';

/**
 * Opens several files as one dataset: shards in a folder, what `save_to_disk` has written, or those
 * that fit a glob.
 *
 * @param open opens a location in the editor
 */
export async function openCollection(
	folder: vscode.Uri | undefined,
	open: (location: vscode.Uri) => Promise<void>,
	notifications: Notifications,
): Promise<void> {
	const location = folder ? folder.fsPath : await askForLocation();
	if (location !== undefined) {
		await openLocation(location, open, notifications);
	}
}

async function openLocation(
	location: string,
	open: (location: vscode.Uri) => Promise<void>,
	notifications: Notifications,
): Promise<void> {
	// With its first use, as all that reads datasets.
	const { locateDataset } = await import('../../node/dataset/locateDataset');
	const { datasetChoices } = await import('../../node/dataset/datasetChoices');
	const located = await locateDataset(location);
	if (located.ok) {
		await open(vscode.Uri.file(location));
		return;
	}
	const choices =
		located.error.code === 'datasetUnclear' && !/[*?{[]/.test(location)
			? await datasetChoices(location)
			: [];
	if (choices.length === 0) {
		notifications.error(located.error);
		return;
	}
	const picked = await vscode.window.showQuickPick(
		choices.map(choice => ({ label: basename(choice), choice })),
		{
			title: `Open Dataset in ${basename(location)}`,
			placeHolder: 'The folder holds several datasets. Which one?',
		},
	);
	if (picked) {
		await openLocation(picked.choice, open, notifications);
	}
}

async function askForLocation(): Promise<string | undefined> {
	const how = await vscode.window.showQuickPick(
		[
			{ label: byFolder, detail: 'A folder of shards, or one that save_to_disk has written' },
			{ label: byPath, detail: 'Such as data/train-*.parquet' },
		],
		{ title: 'Open Dataset Folder or Glob' },
	);
	if (how?.label === byFolder) {
		const picked = await vscode.window.showOpenDialog({
			title: 'Open Dataset Folder',
			openLabel: 'Open',
			canSelectFiles: false,
			canSelectFolders: true,
		});
		return picked?.[0]?.fsPath;
	}
	return how && askForPath();
}

async function askForPath(): Promise<string | undefined> {
	const { locateDataset } = await import('../../node/dataset/locateDataset');
	const root = workspaceRoot();
	const typed = await vscode.window.showInputBox({
		title: 'Open Dataset Folder or Glob',
		prompt: root === undefined ? 'An absolute path' : 'Absolute, or from the folder that is open',
		placeHolder: 'data/train-*.parquet',
		validateInput: async text => {
			if (text.trim() === '') {
				return undefined;
			}
			const found = await locateDataset(absolute(text.trim(), root));
			return found.ok
				? {
						message: found.value.length === 1 ? '1 file' : `${found.value.length} files`,
						severity: vscode.InputBoxValidationSeverity.Info,
					}
				: {
						message: messageFor(found.error),
						severity: vscode.InputBoxValidationSeverity.Warning,
					};
		},
	});
	return typed === undefined || typed.trim() === '' ? undefined : absolute(typed.trim(), root);
}

function absolute(path: string, root: string | undefined): string {
	return isAbsolute(path) || root === undefined ? path : resolve(root, path);
}
