import * as vscode from 'vscode';
import { keysOfCommands, type KeyRule } from '../../core/dataset/annotate/keyRules';
import { reviewActions, type ReviewAction } from '../../protocol/datasetReview';

const prefix = 'windsock.review.';

/**
 * The keys that the actions have now: those of the manifest, changed by the user's own rules where
 * these can be read. VS Code tells extensions no keys; its file is read as the settings sync does.
 */
export async function currentReviewKeys(
	context: vscode.ExtensionContext,
): Promise<Partial<Record<ReviewAction, string>>> {
	const manifest = context.extension.packageJSON as {
		readonly contributes: { readonly keybindings: readonly KeyRule[] };
	};
	const keys = keysOfCommands(
		manifest.contributes.keybindings.filter(({ command }) => command.startsWith(prefix)),
		await userRules(context.globalStorageUri),
	);
	return Object.fromEntries(
		reviewActions.flatMap(action => {
			const key = keys.get(`${prefix}${action}`);
			return key === undefined ? [] : [[action, key]];
		}),
	);
}

async function userRules(globalStorage: vscode.Uri): Promise<string> {
	const userFolder = vscode.Uri.joinPath(globalStorage, '..', '..');
	const places = [
		vscode.Uri.from({ scheme: 'vscode-userdata', path: '/User/keybindings.json' }),
		vscode.Uri.joinPath(userFolder, 'keybindings.json').with({ scheme: 'vscode-userdata' }),
	];
	for (const place of places) {
		try {
			return new TextDecoder().decode(await vscode.workspace.fs.readFile(place));
		} catch {
			// Not in this place, or none at all: the keys of the manifest hold then.
		}
	}
	return '';
}
