import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { recipeTemplate } from '../../core/training/recipeTemplate';
import type { Notifications } from '../notifications';
import { workspaceRoot } from '../workspace/workspaceRoot';

const excluded = '{**/node_modules/**,**/.windsock/**,**/prompts/**,**/*.annotations/**}';

/** The command windsock.recipe.new: writes a recipe from a template and opens it. */
export function registerNewRecipe(
	notifications: Notifications,
	shippedFolder: string,
): vscode.Disposable {
	return vscode.commands.registerCommand('windsock.recipe.new', async (argument: unknown) => {
		const folder = workspaceRoot();
		if (folder === undefined) {
			await notifications.info('Open a folder first: recipes live in it.');
			return;
		}
		const start = await pickStart(shippedFolder);
		if (start !== undefined && 'shipped' in start) {
			await copyShipped(notifications, shippedFolder, start.shipped, path.join(folder, 'recipes'));
			return;
		}
		if (start !== undefined && 'graph' in start) {
			await copyGraph(notifications, shippedFolder, start.graph, path.join(folder, 'recipes'));
			return;
		}
		if (start !== undefined && 'command' in start) {
			await vscode.commands.executeCommand(start.command);
			return;
		}
		const method = start?.method;
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
		const file = freeRecipe(recipes, `${method}-${path.parse(dataset).name}`);
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

type Start =
	| { readonly method: 'sft' | 'dpo' }
	| { readonly shipped: string }
	| { readonly graph: string }
	| { readonly command: string };

/** A new one of two lines, or one that comes with Windsock. */
async function pickStart(shippedFolder: string): Promise<Start | undefined> {
	const { shippedGraphs, shippedRecipes } = await import('../../node/runs/shippedRecipes');
	const items: (vscode.QuickPickItem & { readonly start?: Start })[] = [
		{ label: 'SFT', description: 'learn from conversations', start: { method: 'sft' } },
		{ label: 'DPO', description: 'learn from preference pairs', start: { method: 'dpo' } },
		{
			label: 'Import…',
			description: 'a file for alignment-handbook, TRL, Axolotl or LLaMA-Factory',
			start: { command: 'windsock.recipe.import' },
		},
		{ label: 'as others trained', kind: vscode.QuickPickItemKind.Separator },
		...(await shippedRecipes(shippedFolder)).map(({ name, summary, remarks }) => ({
			label: name,
			description: summary,
			detail: remarks,
			start: { shipped: name },
		})),
		{ label: 'graphs of several runs', kind: vscode.QuickPickItemKind.Separator },
		...(await shippedGraphs(shippedFolder)).map(({ name, summary, remarks }) => ({
			label: name,
			description: summary,
			detail: remarks,
			start: { graph: name },
		})),
	];
	const picked = await vscode.window.showQuickPick(items, {
		ignoreFocusOut: true,
		title: 'New Recipe',
		placeHolder: 'How to train',
		matchOnDescription: true,
	});
	return picked?.start;
}

async function copyGraph(
	notifications: Notifications,
	shippedFolder: string,
	name: string,
	recipes: string,
): Promise<void> {
	const { copyShippedGraph } = await import('../../node/runs/shippedRecipes');
	let target = path.join(recipes, name);
	for (let n = 2; existsSync(target); n++) {
		target = path.join(recipes, `${name}-${n}`);
	}
	const copied = await copyShippedGraph(shippedFolder, name, target);
	if (copied.ok) {
		await vscode.window.showTextDocument(vscode.Uri.file(copied.value));
	} else {
		notifications.error(copied.error);
	}
}

async function copyShipped(
	notifications: Notifications,
	shippedFolder: string,
	name: string,
	recipes: string,
): Promise<void> {
	const { copyShippedRecipe } = await import('../../node/runs/shippedRecipes');
	const target = freeRecipe(recipes, path.basename(name));
	const copied = await copyShippedRecipe(shippedFolder, name, target);
	if (copied.ok) {
		await vscode.window.showTextDocument(vscode.Uri.file(target));
	} else {
		notifications.error(copied.error);
	}
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

/** The path of a recipe that is not there yet. */
export function freeRecipe(folder: string, stem: string): string {
	for (let n = 1; ; n++) {
		const file = path.join(folder, `${stem}${n === 1 ? '' : `-${n}`}.yaml`);
		if (!existsSync(file)) {
			return file;
		}
	}
}
