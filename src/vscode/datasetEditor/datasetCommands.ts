import * as vscode from 'vscode';
import { datasetFilters } from './datasetFilters';
import type { Label } from '../../core/dataset/annotation';
import { datasetNames } from '../../core/dataset/container';
import type { Notifications } from '../notifications';
import { openCollection } from './openCollection';
import type { DatasetEditorProvider } from './datasetEditorProvider';
import { viewTypeOf } from './viewTypes';

/** The commands that act on datasets, wherever they are called from. */
export function registerDatasetCommands(
	provider: DatasetEditorProvider,
	notifications: Notifications,
): vscode.Disposable {
	const register = vscode.commands.registerCommand;
	const label = async (value: Label): Promise<void> => {
		const result = await provider.activeSession?.toggleLabel(value);
		if (result && !result.ok) {
			notifications.error(result.error);
		}
	};
	const askForRows = async (what: 'row' | 'sample'): Promise<void> => {
		const session = provider.activeSession;
		if (session) {
			await provider.askForRows(session, what);
		}
	};
	return vscode.Disposable.from(
		register('windsock.dataset.open', (target?: unknown) => openDataset(target)),
		register('windsock.dataset.openCollection', (target?: unknown) =>
			openCollection(uriOf(target), openLocation, notifications),
		),
		register('windsock.dataset.openAsText', async (target?: unknown) => {
			const uri = uriOf(target);
			const document = provider.activeSession?.document;
			if (uri && uri.toString() !== document?.uri.toString()) {
				await vscode.commands.executeCommand('vscode.openWith', uri, 'default');
			} else if (document) {
				await provider.openAsText(document);
			}
		}),
		register('windsock.dataset.showRows', async (...[uri, query, column]: unknown[]) => {
			if (uri instanceof vscode.Uri && typeof query === 'string') {
				const where = typeof column === 'number' ? column : vscode.ViewColumn.Active;
				await vscode.commands.executeCommand('vscode.openWith', uri, viewTypeOf(uri), where);
				(await provider.sessionAt(uri))?.showRows(query, true);
			}
		}),
		register('windsock.dataset.showRow', async (...[uri, row, column]: unknown[]) => {
			if (uri instanceof vscode.Uri && typeof row === 'number') {
				const where = typeof column === 'number' ? column : vscode.ViewColumn.Active;
				await vscode.commands.executeCommand('vscode.openWith', uri, viewTypeOf(uri), where);
				(await provider.sessionAt(uri))?.showRowOfAll(row);
			}
		}),
		register('windsock.dataset.saveCopy', async () => {
			const session = provider.activeSession;
			if (session) {
				await provider.saveCopy(session.document);
			}
		}),
		register('windsock.dataset.showChanges', async () => {
			const session = provider.activeSession;
			if (session) {
				await provider.showChanges(session.document);
			}
		}),
		register('windsock.dataset.goToRow', () => askForRows('row')),
		register('windsock.dataset.sampleRows', () => askForRows('sample')),
		register('windsock.dataset.keep', () => label('keep')),
		register('windsock.dataset.drop', () => label('drop')),
	);
}

/** Opens the file that was clicked (`pick` asks for one), else the active one, else one that the user picks. */
async function openDataset(target: unknown): Promise<void> {
	const uri =
		target === 'pick'
			? await pickDataset()
			: (uriOf(target) ?? activeDataset() ?? (await pickDataset()));
	if (uri) {
		await vscode.commands.executeCommand('vscode.openWith', uri, viewTypeOf(uri));
	}
}

/** Several files as one; which of the two view types does not matter to them. */
async function openLocation(location: vscode.Uri): Promise<void> {
	await vscode.commands.executeCommand('vscode.openWith', location, viewTypeOf(location));
}

function activeDataset(): vscode.Uri | undefined {
	const uri = vscode.window.activeTextEditor?.document.uri;
	return uri && datasetNames.test(uri.path) ? uri : undefined;
}

async function pickDataset(): Promise<vscode.Uri | undefined> {
	const picked = await vscode.window.showOpenDialog({
		title: 'Open Dataset',
		openLabel: 'Open',
		filters: datasetFilters,
	});
	return picked?.[0];
}

/** Menus give a URI, trees their own item. */
function uriOf(target: unknown): vscode.Uri | undefined {
	if (target instanceof vscode.Uri) {
		return target;
	}
	const inner: unknown =
		typeof target === 'object' && target !== null ? Reflect.get(target, 'uri') : undefined;
	return inner instanceof vscode.Uri ? inner : undefined;
}
