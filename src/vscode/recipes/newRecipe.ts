import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { recipeTemplate } from '../../core/training/recipeTemplate';
import type { Notifications } from '../notifications';

const excluded = '{**/node_modules/**,**/.windsock/**,**/prompts/**,**/*.annotations/**}';

/** The command windsock.recipe.new: writes a recipe from a template and opens it. */
export function registerNewRecipe(notifications: Notifications): vscode.Disposable {
	return vscode.commands.registerCommand('windsock.recipe.new', async (argument: unknown) => {
		const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
		if (folder === undefined) {
			await notifications.info('Open a folder first: recipes live in it.');
			return;
		}
		const method = await pickMethod();
		const dataset =
			method === undefined
				? undefined
				: argument instanceof vscode.Uri
					? argument.fsPath
					: await pickDataset();
		if (method === undefined || dataset === undefined) {
			return;
		}
		const recipes = path.join(folder, 'recipes');
		const file = freeName(recipes, `${method}-${path.parse(dataset).name}`);
		const relative = path.relative(recipes, dataset).split(path.sep).join('/');
		try {
			await mkdir(recipes, { recursive: true });
			await writeFile(file, recipeTemplate(method, relative), { flag: 'wx' });
		} catch (error) {
			const details = { path: file, reason: reasonOf(error) };
			notifications.error(new WindsockError('fileUnwritable', details, { cause: error }));
			return;
		}
		await vscode.window.showTextDocument(vscode.Uri.file(file));
	});
}

async function pickMethod(): Promise<'sft' | 'dpo' | undefined> {
	const picked = await vscode.window.showQuickPick(
		[
			{ label: 'SFT', description: 'learn from conversations', method: 'sft' as const },
			{ label: 'DPO', description: 'learn from preference pairs', method: 'dpo' as const },
		],
		{ ignoreFocusOut: true, title: 'New Recipe: Method' },
	);
	return picked?.method;
}

async function pickDataset(): Promise<string | undefined> {
	const found = await vscode.workspace.findFiles('**/*.{jsonl,json,parquet}', excluded, 500);
	const items = found
		.map(uri => ({ label: vscode.workspace.asRelativePath(uri), file: uri.fsPath }))
		.toSorted((a, b) => (a.label < b.label ? -1 : 1));
	const picked = await vscode.window.showQuickPick(items, {
		ignoreFocusOut: true,
		title: 'New Recipe: Dataset',
		placeHolder: items.length === 0 ? 'No dataset in this workspace' : 'What to train on',
	});
	return picked?.file;
}

function freeName(folder: string, stem: string): string {
	for (let n = 1; ; n++) {
		const file = path.join(folder, `${stem}${n === 1 ? '' : `-${n}`}.yaml`);
		if (!existsSync(file)) {
			return file;
		}
	}
}
