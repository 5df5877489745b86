import * as vscode from 'vscode';
import { WindsockError } from '../../core/base/errors';
import { ok } from '../../core/base/result';
import { isHubLocation } from '../../core/dataset/hub/hubLocation';
import { isAllRows } from '../../core/dataset/query/rowSelection';
import { AnnotationStore, authorName } from '../../node/dataset/annotationStore';
import { carryLabels } from '../../node/dataset/offline/carryLabels';
import { keepOffline } from '../../node/dataset/offline/keepOffline';
import { keptCopyAt, type KeptCopy } from '../../node/dataset/offline/keptCopy';
import { isAsKept, planMergeBack, type Merge } from '../../node/dataset/offline/mergeBack';
import type { Notifications } from '../notifications';
import type { DatasetDocument } from './datasetDocument';
import type { DatasetEditorProvider } from './datasetEditorProvider';
import type { DatasetEditorSession } from './datasetEditorSession';
import { isSaved } from './datasetWork';
import { hostUri } from './hostUri';
import { hubUri } from './hubUri';
import { sizeText } from './readingCost';
import { viewTypeOf } from './viewTypes';
import { workspaceRoot } from '../workspace/workspaceRoot';

export interface OfflineServices {
	readonly provider: DatasetEditorProvider;
	readonly notifications: Notifications;
	/** The bundled indexing worker. */
	readonly workerFile: string;
	/** Names the author of annotations. */
	readonly author: () => string;
}

/** Copies a far dataset, or the rows that are shown of it, to the folder that is open. */
export async function keepDatasetOffline(
	{ notifications }: OfflineServices,
	session: DatasetEditorSession,
): Promise<void> {
	const { model } = session.document;
	const { file } = model;
	const workspace = workspaceRoot();
	if (!file.far || workspace === undefined) {
		const text = file.far
			? 'Open a folder first: the copy is kept in it.'
			: `“${model.name}” is on this machine already.`;
		await notifications.info(text);
		return;
	}
	const chosen = await chooseRows(session, notifications);
	if (chosen === undefined) {
		return;
	}
	const title = `Keeping “${model.name}” from ${file.far.place} offline`;
	const kept = await notifications.progress(title, (progress, signal) =>
		keepOffline(file, { ...chosen, workspace, now: new Date(), progress, signal }),
	);
	if (!kept.ok) {
		notifications.error(kept.error);
		return;
	}
	await open(vscode.Uri.file(kept.value.path));
}

/** The rows to keep: all of them, or those that the page shows. `undefined` to leave. */
async function chooseRows(
	session: DatasetEditorSession,
	notifications: Notifications,
): Promise<{ readonly rows?: number[]; readonly query?: string } | undefined> {
	const { model } = session.document;
	const whole = `${rowsText(model.file.rows.count)}, ${sizeText(model.file.size)}`;
	const { selection } = session;
	const shown = isAllRows(selection) ? [] : session.shownIds();
	if (shown === undefined || !model.file.isIndexed) {
		const text = 'Not all rows are found yet. Try again when the count at the top stands still.';
		await notifications.info(text);
		return undefined;
	}
	const rows = shown.flatMap(id => model.overlay.row(id)?.base ?? []);
	const all = { label: 'All Rows', description: whole, isSlice: false };
	const slice = {
		label: 'The Rows Shown',
		description: rowsText(rows.length),
		detail: selection.query,
		isSlice: true,
	};
	const edits = model.overlay.isChanged ? ' Changes that are not saved are not in the copy.' : '';
	const picked = await vscode.window.showQuickPick(rows.length > 0 ? [slice, all] : [all], {
		title: `Keep “${model.name}” Offline`,
		placeHolder: `A copy in the folder that is open; what is done to it can be merged back.${edits}`,
	});
	return picked && (picked.isSlice ? { rows, query: selection.query } : {});
}

function rowsText(count: number): string {
	return `${count.toLocaleString('en-US')} ${count === 1 ? 'row' : 'rows'}`;
}

/** Makes in the source what was done to a copy of it; it is saved there by its own editor. */
export async function mergeIntoSource(
	services: OfflineServices,
	session: DatasetEditorSession,
): Promise<void> {
	const { provider, notifications } = services;
	const { document } = session;
	const copy = await keptCopyAt(document.uri.fsPath);
	if (!copy) {
		await notifications.info(`“${document.model.name}” is no copy that was kept offline.`);
		return;
	}
	if (!(await isSaved(session))) {
		return;
	}
	const uri = sourceUri(copy);
	const [source] = await Promise.all([provider.documentAt(uri), open(uri)]);
	if (!source || !(await isReadable(services, copy, source))) {
		return;
	}
	const title = `Comparing “${copy.record.file}” with its source`;
	const planned = await notifications.progress(title, (_progress, signal) =>
		planMergeBack(copy, source.model, { signal, workerFile: services.workerFile }),
	);
	if (!planned.ok) {
		notifications.error(planned.error);
		return;
	}
	const merge = planned.value;
	const made = await source.change(model => model.edit(() => Promise.resolve(ok(merge.edit))));
	if (!made.ok) {
		notifications.error(made.error);
		return;
	}
	const isWritable = source.model.file.far?.saveElsewhere === undefined;
	await tell(services, copy, merge, await carried(services, copy, source), isWritable);
}

/** A source that is another by now is read as a whole, after asking. */
async function isReadable(
	{ provider }: OfflineServices,
	{ record }: KeptCopy,
	source: DatasetDocument,
): Promise<boolean> {
	const { file } = source.model;
	if (isAsKept(record, file) || file.isScanned) {
		return true;
	}
	if (!(await provider.mayReadAll(source, 'It has changed since, and comparing'))) {
		return false;
	}
	await provider.checkAll(source);
	return file.isScanned;
}

/** Of a whole copy labels are written to those of its source at once; of a slice they are carried. */
async function carried(
	{ notifications, author }: OfflineServices,
	copy: KeptCopy,
	source: DatasetDocument,
): Promise<number> {
	const store = source.model.labels?.store;
	if (copy.record.rows === undefined || !store) {
		return 0;
	}
	const carriedOver = await carryLabels(
		new AnnotationStore(copy.path, authorName(author()), workspaceRoot()),
		store,
	);
	if (!carriedOver.ok) {
		notifications.error(carriedOver.error);
		return 0;
	}
	await source.model.reloadAnnotations();
	return carriedOver.value;
}

async function tell(
	{ notifications }: OfflineServices,
	copy: KeptCopy,
	{ edit, replaced, deleted, inserted, already, conflicts }: Merge,
	labels: number,
	isWritable: boolean,
): Promise<void> {
	const counted = (count: number, done: string): string[] =>
		count === 0 ? [] : [`${count.toLocaleString('en-US')} ${done}`];
	const parts = [
		...counted(replaced, 'changed'),
		...counted(deleted, 'removed'),
		...counted(inserted, 'added'),
		...counted(already, 'there already'),
		...counted(labels, 'remarks on examples carried over'),
	];
	const done = parts.length === 0 ? 'Nothing to merge.' : `Rows: ${parts.join(', ')}.`;
	const how = isWritable ? 'Save the source to write them there' : 'Save a copy of it with them';
	const next = edit ? ` ${how}, or undo.` : '';
	const clash =
		conflicts === 0
			? ''
			: ` ${conflicts.toLocaleString('en-US')} were changed on both sides and stay as the source has them.`;
	const showConflicts = 'Show Conflicts';
	const actions = conflicts === 0 ? [] : [showConflicts];
	if ((await notifications.info(`${done}${clash}${next}`, ...actions)) === showConflicts) {
		await open(vscode.Uri.file(copy.conflictsPath));
	}
}

function sourceUri({ record, path }: KeptCopy): vscode.Uri {
	const { source } = record;
	if (isHubLocation(source)) {
		return hubUri(source);
	}
	const [, host, file] = /^([^/\\]{2,}?):(\/.*)$/.exec(source) ?? [];
	if (host === undefined || file === undefined) {
		throw new WindsockError('fileUnreadable', { path, reason: `its source is “${source}”` });
	}
	return hostUri(host, file);
}

async function open(uri: vscode.Uri): Promise<void> {
	await vscode.commands.executeCommand('vscode.openWith', uri, viewTypeOf(uri));
}
