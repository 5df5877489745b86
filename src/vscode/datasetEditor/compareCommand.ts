import * as vscode from 'vscode';
import { basename } from 'node:path';
import type { DatasetVersion } from '../../node/dataset/diff/gitVersion';
import type { DatasetEditorSession } from './datasetEditorSession';
import { datasetFilters } from './datasetFilters';
import { isSaved, workWithProgress, type DatasetWorkServices } from './datasetWork';
import { counted } from './workPreview';

/** Rows that are written out; more than a person reads, and still quick to show. */
const mostRows = 2000;

/** Compares the dataset with an older version or another file, example by example. */
export async function compareDataset(
	session: DatasetEditorSession,
	services: DatasetWorkServices,
): Promise<void> {
	const { model } = session.document;
	const { path } = model.file;
	const old = (await isSaved(session)) ? await askVersion(path) : undefined;
	if (!old) {
		return;
	}
	const task = { old, now: { path }, texts: mostRows };
	const found = await workWithProgress(services, `Comparing ${model.name}`, 'diff', task);
	if (!found) {
		return;
	}
	const { added, removed, changed, same, texts, by } = found;
	const name = old.revision === undefined ? basename(old.path) : `${model.name} at ${old.revision}`;
	if (added + removed + changed === 0) {
		await services.notifications.info(
			`${name} has the same ${counted(same, 'example')} as ${model.name}.`,
		);
		return;
	}
	const title = `${name} ↔ ${model.name}: ${counted(added, 'row')} added, ${removed.toLocaleString('en-US')} removed, ${changed.toLocaleString('en-US')} changed (examples by ${by})`;
	await services.changes.compare(
		{ name, text: texts?.before ?? '' },
		{ name: model.name, text: texts?.after ?? '' },
		title,
	);
}

async function askVersion(path: string): Promise<DatasetVersion | undefined> {
	const git = { label: '$(git-commit) A version in git…', detail: 'A branch, tag or commit' };
	const file = {
		label: '$(file) Another file…',
		detail: 'Such as the dataset before it was cleaned',
	};
	const picked = await vscode.window.showQuickPick([git, file], {
		title: `Compare ${basename(path)} With`,
		placeHolder: 'The older version; rows are compared by example',
		ignoreFocusOut: true,
	});
	if (picked === git) {
		const revision = await vscode.window.showInputBox({
			title: `Compare ${basename(path)} With`,
			prompt: 'The older version: a branch, a tag or a commit.',
			value: 'HEAD',
			ignoreFocusOut: true,
			validateInput: text => (text.trim() === '' ? 'A branch, a tag or a commit.' : undefined),
		});
		return revision === undefined ? undefined : { path, revision: revision.trim() };
	}
	const files =
		picked &&
		(await vscode.window.showOpenDialog({
			title: 'The Older Dataset',
			openLabel: 'Compare',
			filters: datasetFilters,
		}));
	return files?.[0] && { path: files[0].fsPath };
}
