import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { RowId } from '../../core/dataset/overlay';
import { isObject, type JsonObject } from '../../core/dataset/messageShapes';
import { parseRow } from '../../core/dataset/parseRow';
import { mappingFields, parseMapping, type RowMapping } from '../../core/dataset/rowMapping';
import { writeMapping } from '../../node/dataset/mappingFile';
import type { Notifications } from '../notifications';
import type { DatasetDocument } from './datasetDocument';

const automatic = 'automatic';
type Choice = RowMapping['as'] | typeof automatic;

const ways: readonly (vscode.QuickPickItem & { readonly choice: Choice })[] = [
	{ choice: automatic, label: 'Automatic', detail: 'Each row is recognised by itself' },
	{ choice: 'dialogue', label: 'Dialogue', detail: 'A list of turns, each with speaker and text' },
	{ choice: 'question', label: 'Question and Answer', detail: 'Two fields, text or messages' },
	{ choice: 'preference', label: 'Preference Pair', detail: 'Prompt, chosen and rejected' },
	{ choice: 'text', label: 'Plain Text', detail: 'One field' },
	{ choice: 'json', label: 'JSON', detail: 'A tree of all fields' },
];

const asked: Readonly<Record<string, string>> = {
	messages: 'The list of turns',
	role: 'In a turn: who speaks',
	content: 'In a turn: what is said',
	prompt: 'The prompt',
	reply: 'The reply',
	chosen: 'The chosen reply',
	rejected: 'The rejected reply',
	text: 'The text',
};

/** Asks how the rows of a dataset are to be read, notes it, and reads them anew. */
export async function chooseMapping(
	document: DatasetDocument,
	row: RowId | undefined,
	notifications: Notifications,
): Promise<void> {
	const { model } = document;
	if (document.uri.scheme !== 'file' || !model.file.fingerprint) {
		await notifications.info('Only a dataset on disk can be read in another way.');
		return;
	}
	if (model.overlay.isChanged) {
		await notifications.info('Save or revert your edits first: the rows are read anew.');
		return;
	}
	const way = await vscode.window.showQuickPick(ways, {
		title: `Read ${model.name} as`,
		placeHolder: 'Kept in .windsock/mappings.json, and used by the command line too',
	});
	const mapping = way && (await mappingOf(way.choice, await sampleRow(document, row)));
	if (!way || (way.choice !== automatic && !mapping)) {
		return;
	}
	const { fsPath } = document.uri;
	const folder = vscode.workspace.getWorkspaceFolder(document.uri)?.uri.fsPath ?? dirname(fsPath);
	const written = await writeMapping(fsPath, mapping, folder);
	const read = written.ok ? await model.revert() : written;
	if (!read.ok) {
		notifications.error(read.error);
	}
}

/** `undefined` when it is given up, or for the automatic way. */
async function mappingOf(choice: Choice, row: JsonObject): Promise<RowMapping | undefined> {
	if (choice === automatic) {
		return undefined;
	}
	const named: Record<string, string> = { as: choice };
	for (const field of mappingFields[choice]) {
		const inTurn = field === 'role' || field === 'content';
		const list = row[named['messages'] ?? ''];
		const turn: unknown = Array.isArray(list) ? list[0] : undefined;
		const from = inTurn ? (isObject(turn) ? turn : {}) : row;
		const names = Object.entries(from)
			.filter(([, value]) => (field === 'messages' ? Array.isArray(value) : fits(value)))
			.map(([label, value]) => ({ label, description: JSON.stringify(value).slice(0, 80) }));
		const picked = await vscode.window.showQuickPick(names, {
			title: asked[field] ?? field,
			placeHolder: names.length === 0 ? 'This row has no such field' : 'Fields of the row in view',
		});
		if (!picked) {
			return undefined;
		}
		named[field] = picked.label;
	}
	return parseMapping(named);
}

function fits(value: unknown): boolean {
	return typeof value === 'string' || Array.isArray(value);
}

/** The row in view, whose fields are offered. */
async function sampleRow(document: DatasetDocument, id: RowId | undefined): Promise<JsonObject> {
	const { model } = document;
	const position = id === undefined ? 0 : (model.overlay.positionOf(id) ?? 0);
	const [bytes] = model.rowCount > 0 ? await model.readRows([model.rowAt(position)]) : [];
	try {
		const value: unknown = bytes && parseRow(new TextDecoder().decode(bytes));
		return isObject(value) ? value : {};
	} catch {
		// A broken row has no fields to offer.
		return {};
	}
}
