import * as vscode from 'vscode';
import type { FixName } from '../../core/dataset/clean/fixRow';
import { compileSearch, type TextSearch } from '../../core/dataset/edit/replaceText';
import type { RowRewrite } from '../../core/dataset/edit/rowRewrite';
import type { Role } from '../../core/dataset/example';
import type { RowId } from '../../core/dataset/overlay';
import type { DatasetModel } from '../../node/dataset/datasetModel';
import { deleteRows } from '../../node/dataset/rowEditing';
import { rewritePreview } from '../../node/dataset/rewritePreview';
import { applyRewrite, planRewrite, type RewritePlan } from '../../node/dataset/rewriteRows';
import type { Notifications } from '../notifications';
import type { ChangesView } from './changesView';
import type { DatasetEditorSession } from './datasetEditorSession';

/** What a change of all shown rows needs. */
export interface RowChangeServices {
	readonly session: DatasetEditorSession;
	readonly changes: ChangesView;
	readonly notifications: Notifications;
	readonly rewriteWorkerFile: string;
}

const fixes: Readonly<Record<FixName, { readonly label: string; readonly detail: string }>> = {
	stripPreface: {
		label: 'Strip Prefaces',
		detail: 'Takes “As an AI …” and the like off the beginning of replies, not of rejected ones',
	},
	truecase: {
		label: 'Mend Casing',
		detail: 'Begins sentences of replies with a capital; code, addresses and user turns stay',
	},
	trim: { label: 'Trim Space', detail: 'Takes empty space off both ends of each message' },
};

/** Asks what to do with every row that the page shows, previews it, and does it as one step. */
export async function changeShownRows(services: RowChangeServices): Promise<void> {
	const ids = await rowsToChange(services);
	if (ids === undefined) {
		return;
	}
	const rows = countOf(ids.length, 'row');
	const actions: (vscode.QuickPickItem & { readonly run?: () => Promise<void> })[] = [
		{ label: `What to do with ${rows}`, kind: vscode.QuickPickItemKind.Separator },
		{ label: 'Replace Text…', run: () => replaceInShownRows(services) },
		...(Object.keys(fixes) as FixName[]).map(fix => ({
			...fixes[fix],
			run: () => rewriteRows(services, ids, { kind: 'fix', fix }, fixes[fix].label),
		})),
		{ label: 'Delete Rows…', run: () => removeRows(services, ids) },
		{ label: 'Label as Keep', run: () => label(services, ids, 'keep') },
		{ label: 'Label as Drop', run: () => label(services, ids, 'drop') },
		{ label: 'Remove Labels', run: () => label(services, ids, undefined) },
	];
	const title = `Change All Shown Rows (${ids.length.toLocaleString('en-US')})`;
	const picked = await vscode.window.showQuickPick(actions, { title, matchOnDetail: true });
	await picked?.run?.();
}

/** Asks what to replace by what, previews it as a diff, and does it as one step of undo. */
export async function replaceInShownRows(services: RowChangeServices): Promise<void> {
	const ids = await rowsToChange(services);
	if (ids === undefined) {
		return;
	}
	const title = `Replace in ${countOf(ids.length, 'Shown Row')}`;
	const find = await vscode.window.showInputBox({
		title: `${title} (1/3)`,
		prompt: 'What to find in messages, texts and critiques; not in keys, ids and scores',
		ignoreFocusOut: true,
		validateInput: text => (text === '' ? 'Type what to find.' : undefined),
	});
	if (find === undefined) {
		return;
	}
	const search = await askHow(`${title} (2/3)`, find);
	if (search === undefined) {
		return;
	}
	const replacement = await vscode.window.showInputBox({
		title: `${title} (3/3)`,
		prompt: search.isRegex
			? 'What to put in its place; $1 is the first group'
			: 'What to put there',
		placeHolder: 'Empty takes it away',
		ignoreFocusOut: true,
	});
	if (replacement !== undefined) {
		const rewrite = { kind: 'replace', search, replacement } as const;
		await rewriteRows(services, ids, rewrite, `Replace “${shortened(find)}”`);
	}
}

/** Undefined, with the reason said, where there is nothing to change or it cannot be. */
async function rowsToChange({
	session,
	notifications,
}: RowChangeServices): Promise<RowId[] | undefined> {
	const { readOnly } = session.document.model;
	const ids = session.shownIds();
	if (readOnly === undefined && ids !== undefined && ids.length > 0) {
		return ids;
	}
	const waiting = 'Not all rows are found yet. Try again when the count at the top stands still.';
	await notifications.info(readOnly ?? (ids === undefined ? waiting : 'No row is shown.'));
	return undefined;
}

async function askHow(title: string, find: string): Promise<TextSearch | undefined> {
	const separator = vscode.QuickPickItemKind.Separator;
	const roles: readonly Role[] = ['system', 'user', 'assistant', 'tool'];
	const options: (vscode.QuickPickItem & { key?: string; role?: Role })[] = [
		{ label: 'How', kind: separator },
		{ label: 'Match Case', key: 'case' },
		{ label: 'Whole Words', key: 'word' },
		{ label: 'Regular Expression', key: 'regex' },
		{ label: 'Only in messages of (none chosen: everywhere)', kind: separator },
		...roles.map(role => ({ label: role, role })),
	];
	for (;;) {
		const picked = await vscode.window.showQuickPick(options, {
			title,
			canPickMany: true,
			ignoreFocusOut: true,
			placeHolder: 'Choose how to find it, and press Enter',
		});
		if (picked === undefined) {
			return undefined;
		}
		const has = (key: string): boolean => picked.some(option => option.key === key);
		const chosen = picked.flatMap(({ role }) => role ?? []);
		const search: TextSearch = {
			find,
			isRegex: has('regex'),
			matchCase: has('case'),
			wholeWord: has('word'),
			...(chosen.length > 0 ? { roles: chosen } : {}),
		};
		const compiled = compileSearch(search);
		if (compiled.ok) {
			return search;
		}
		await vscode.window.showWarningMessage(`“${shortened(find)}” is no regular expression.`, {
			modal: true,
			detail: compiled.error,
		});
	}
}

async function rewriteRows(
	services: RowChangeServices,
	ids: readonly RowId[],
	rewrite: RowRewrite,
	title: string,
): Promise<void> {
	const { session, notifications, rewriteWorkerFile: workerFile } = services;
	const { document } = session;
	const plan = await notifications.progress(title, (progress, signal) =>
		planRewrite(document.model, ids, rewrite, {
			workerFile,
			signal,
			report: done =>
				progress.report(`${done.toLocaleString('en-US')} of ${countOf(ids.length, 'row')}`),
		}),
	);
	if (!plan.ok) {
		notifications.error(plan.error);
		return;
	}
	if (plan.value.rows.length === 0) {
		await notifications.info(`${title}: nothing to change in ${countOf(ids.length, 'row')}.`);
		return;
	}
	const { before, after } = rewritePreview(plan.value);
	if (await isConfirmed(services, title, effectOf(plan.value), { before, after })) {
		const done = await document.change(model => applyRewrite(model, plan.value, title));
		if (!done.ok) {
			notifications.error(done.error);
		}
	}
}

function effectOf({ rows, places, deleted }: RewritePlan): string {
	const changed = rows.length - deleted;
	return [
		...(changed > 0 ? [`change ${countOf(places, 'place')} in ${countOf(changed, 'row')}`] : []),
		...(deleted > 0 ? [`delete ${countOf(deleted, 'row')} of which nothing is left`] : []),
	].join(', ');
}

async function removeRows(services: RowChangeServices, ids: readonly RowId[]): Promise<void> {
	const { document } = services.session;
	const preview = await deletionPreview(document.model, ids);
	const title = `Delete ${countOf(ids.length, 'Row')}`;
	if (await isConfirmed(services, title, `delete ${countOf(ids.length, 'row')}`, preview)) {
		const done = await document.change(model => deleteRows(model, ids));
		if (!done.ok) {
			services.notifications.error(done.error);
		}
	}
}

async function deletionPreview(model: DatasetModel, ids: readonly RowId[]) {
	const step = Math.max(1, ids.length / 100);
	const sample = ids.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
	const refs = sample.flatMap(id => model.overlay.row(id) ?? []);
	const contents = await model.readRows(refs);
	const rows = refs.map(({ id, bytes }, i) => ({
		id,
		number: (model.overlay.positionOf(id) ?? 0) + 1,
		before: contents[i] ?? new Uint8Array(),
		after: undefined,
		own: bytes,
	}));
	const rest = ids.length - rows.length;
	const start = rest > 0 ? `// and ${rest.toLocaleString('en-US')} more rows\n` : '';
	const deleted = rows.length;
	const sides = rewritePreview({ rows, places: 0, deleted, readings: model.readings });
	return { before: start + sides.before, after: start + sides.after };
}

async function label(
	{ session, notifications }: RowChangeServices,
	ids: readonly RowId[],
	value: 'keep' | 'drop' | undefined,
): Promise<void> {
	const action = value === undefined ? 'Remove the labels of' : `Label as ${value}:`;
	const sure = await vscode.window.showWarningMessage(
		`${action} ${countOf(ids.length, 'row')}?`,
		{ modal: true, detail: 'Labels are written at once. One undo takes them back.' },
		value === undefined ? 'Remove Labels' : 'Label',
	);
	if (sure !== undefined) {
		const done = await session.document.setLabels(ids, value);
		if (!done.ok) {
			notifications.error(done.error);
		}
	}
}

/** Shows the diff, and asks beside it: a modal question would hide what it is about. */
async function isConfirmed(
	{ session, changes }: RowChangeServices,
	title: string,
	effect: string,
	{ before, after }: { readonly before: string; readonly after: string },
): Promise<boolean> {
	const { name } = session.document.model;
	await changes.compare(
		{ name: `${name} (as it is)`, text: before },
		{ name: `${name} (changed)`, text: after },
		`${name}: Preview of ${title}`,
	);
	const apply = { label: `$(check) ${title}`, detail: `Will ${effect}; one undo takes it back` };
	const picked = await vscode.window.showQuickPick(
		[apply, { label: '$(close) Change Nothing', detail: 'Leaves every row as it is' }],
		{ title, ignoreFocusOut: true, placeHolder: 'The diff below shows what changes' },
	);
	await closePreview(title);
	return picked === apply;
}

/** The preview would show what is no longer so. */
async function closePreview(title: string): Promise<void> {
	const tabs = vscode.window.tabGroups.all
		.flatMap(group => group.tabs)
		.filter(tab => tab.input instanceof vscode.TabInputTextDiff && tab.label.endsWith(title));
	await vscode.window.tabGroups.close(tabs);
}

function countOf(count: number, noun: string): string {
	return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

function shortened(text: string): string {
	return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
