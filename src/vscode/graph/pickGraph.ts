import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';

const excluded = '{**/node_modules/**,**/.windsock/**,**/.git/**,**/.github/**}';
const maxListed = 500;

/** A graph of the workspace, asked also when there is only one. Undefined: declined. */
export async function pickGraph(): Promise<string | undefined> {
	const { isGraphText } = await import('../../core/graph/graphFile');
	const files = await vscode.workspace.findFiles('**/*.{yaml,yml}', excluded, maxListed);
	const found = await Promise.all(
		files.map(async ({ fsPath }) => {
			const text = await readFile(fsPath, 'utf8').catch(() => '');
			const name = /^graph:[ \t]*["']?([^\s"'#]+)/m.exec(text)?.[1] ?? '';
			return isGraphText(text)
				? [{ label: name, description: vscode.workspace.asRelativePath(fsPath), file: fsPath }]
				: [];
		}),
	);
	const items = found.flat().toSorted((a, b) => (a.file < b.file ? -1 : 1));
	const newGraph = { label: '$(add) New Recipe or Graph…', description: '', file: undefined };
	const picked = await vscode.window.showQuickPick([...items, newGraph], {
		ignoreFocusOut: true,
		title: 'Graph',
		placeHolder: items.length === 0 ? 'No graph in this workspace yet' : 'Stages of which graph',
		matchOnDescription: true,
	});
	if (picked !== undefined && picked.file === undefined) {
		await vscode.commands.executeCommand('windsock.recipe.new');
	}
	return picked?.file;
}
