import * as vscode from 'vscode';
import type { Result } from '../../core/base/result';
import type { DataWork, WorkKind } from '../../node/dataset/work/dataWork';
import { workFileBeside, workInBackground } from '../../node/dataset/work/dataWorkThread';
import type { Notifications } from '../notifications';
import type { ChangesView } from './changesView';
import type { DatasetEditorSession } from './datasetEditorSession';

/** What the commands that write new datasets work with. */
export interface DatasetWorkServices {
	readonly notifications: Notifications;
	readonly changes: ChangesView;
	/** The bundled indexing worker; the one for this work stands beside it. */
	readonly workerFile: string;
	/** Of Windsock, for the lineage of what is written. */
	readonly version: string;
}

const saveFirst = 'Save and Continue';

/** Saves edits that the work would not see, if the user agrees. Tells whether to go on. */
export async function isSaved(session: DatasetEditorSession): Promise<boolean> {
	const { document } = session;
	if (!document.model.overlay.isChanged) {
		return true;
	}
	const choice = await vscode.window.showWarningMessage(
		`${document.model.name} has unsaved changes. This works on the saved file.`,
		{ modal: true },
		saveFirst,
	);
	return choice === saveFirst && (await vscode.workspace.save(document.uri)) !== undefined;
}

/** Does work in a worker with a notification that can cancel it. A failure is told here. */
export async function workWithProgress<K extends WorkKind>(
	{ notifications, workerFile }: DatasetWorkServices,
	title: string,
	kind: K,
	task: DataWork[K]['task'],
): Promise<DataWork[K]['answer'] | undefined> {
	const done: Result<DataWork[K]['answer']> = await notifications.progress(
		title,
		(progress, signal) =>
			workInBackground(kind, task, { workFile: workFileBeside(workerFile), progress, signal }),
	);
	if (!done.ok) {
		notifications.error(done.error);
		return undefined;
	}
	return done.value;
}

/** Says what was written, and opens it or a bucket of its rows. */
export async function tellWritten(
	{ notifications }: DatasetWorkServices,
	sentence: string,
	out: string,
	accounting: string | undefined,
): Promise<void> {
	const [open, dropped, changed] = ['Open', 'Dropped Rows', 'Changed Rows'];
	const buckets = accounting === undefined ? [] : [dropped, changed];
	const choice = await notifications.info(sentence, open, ...buckets);
	const path =
		choice === open
			? out
			: choice === dropped
				? `${accounting}/dropped.jsonl`
				: choice === changed
					? `${accounting}/changed.jsonl`
					: undefined;
	if (path !== undefined) {
		await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path));
	}
}
