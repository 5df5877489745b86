import * as vscode from 'vscode';
import { withKeys } from '../../core/training/recipeText';

/** Sets keys of a recipe in its editor, as one step that can be undone; null takes a key out. */
export async function applySettings(
	recipePath: string,
	settings: Readonly<Record<string, unknown>>,
): Promise<void> {
	const document = await vscode.workspace.openTextDocument(vscode.Uri.file(recipePath));
	const before = document.getText();
	const changes = new Map(
		Object.entries(settings).map(([key, value]) => [key, value === null ? undefined : value]),
	);
	const text = withKeys(before, changes);
	const edit = new vscode.WorkspaceEdit();
	const whole = new vscode.Range(document.positionAt(0), document.positionAt(before.length));
	edit.replace(document.uri, whole, text);
	await vscode.workspace.applyEdit(edit);
	const first = Object.keys(settings).find(key => settings[key] !== null);
	const line = text
		.split('\n')
		.findIndex(one => first !== undefined && one.startsWith(`${first}:`));
	const editor = await vscode.window.showTextDocument(document, {
		viewColumn: columnOf(document.uri),
	});
	if (line >= 0) {
		const at = editor.document.lineAt(Math.min(line, editor.document.lineCount - 1)).range;
		editor.selection = new vscode.Selection(at.start, at.end);
		editor.revealRange(at, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
	}
}

/** Where the file is shown already, rather than in place of the page that was clicked. */
export function columnOf(uri: vscode.Uri): vscode.ViewColumn {
	const wanted = uri.toString();
	const group = vscode.window.tabGroups.all.find(({ tabs }) =>
		tabs.some(
			({ input }) =>
				(input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom) &&
				input.uri.toString() === wanted,
		),
	);
	return group?.viewColumn ?? vscode.ViewColumn.One;
}
