import * as vscode from 'vscode';
import type { ColumnChoice } from './tableColumns';

interface ColumnPick extends vscode.QuickPickItem {
	readonly id?: string;
}

/** Lets the user choose columns. Those shown keep their order; further ones follow in the list's. */
export async function pickColumns(
	choices: readonly ColumnChoice[],
	shown: readonly string[],
): Promise<readonly string[] | undefined> {
	const items: ColumnPick[] = [];
	for (const group of ['Run', 'Metrics', 'Recipe'] as const) {
		items.push({ label: group, kind: vscode.QuickPickItemKind.Separator });
		for (const { id, title } of choices.filter(one => one.group === group)) {
			items.push({ id, label: title, picked: shown.includes(id) });
		}
	}
	const picked = await vscode.window.showQuickPick(items, {
		title: 'Columns of the Run Table',
		placeHolder: 'Facts, metrics with their last, lowest or highest value, keys of the recipe',
		canPickMany: true,
	});
	const ids = picked?.flatMap(({ id }) => id ?? []);
	return ids && [...shown.filter(id => ids.includes(id)), ...ids.filter(id => !shown.includes(id))];
}
