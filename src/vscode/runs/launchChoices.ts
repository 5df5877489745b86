import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { findRunId, parseModelRef } from '../../core/training/modelRef';
import type { RunLibrary, RunSummary } from '../../core/training/runLibrary';

const excluded = '{**/node_modules/**,**/.windsock/**,**/.git/**,**/.github/**}';
const maxListed = 500;

/** A recipe of the workspace: any YAML file that names a method. Undefined: declined. */
export async function pickRecipe(
	method?: string,
	title = 'Launch Training: Recipe',
): Promise<string | undefined> {
	const files = await vscode.workspace.findFiles('**/*.{yaml,yml}', excluded, maxListed);
	const found = await Promise.all(files.map(uri => recipeItem(uri)));
	const items = found
		.filter(item => item !== undefined)
		.filter(item => method === undefined || item.method === method)
		.toSorted((a, b) => (a.file < b.file ? -1 : 1));
	const newRecipe = { label: '$(add) New Recipe…', description: '', file: undefined };
	const picked = await vscode.window.showQuickPick([...items, newRecipe], {
		ignoreFocusOut: true,
		title,
		placeHolder: items.length === 0 ? 'No recipe in this workspace yet' : 'What to train',
		matchOnDescription: true,
	});
	if (picked !== undefined && picked.file === undefined) {
		await vscode.commands.executeCommand('windsock.recipe.new');
	}
	return picked?.file;
}

interface RecipeItem extends vscode.QuickPickItem {
	readonly file: string;
	readonly method: string;
}

async function recipeItem(uri: vscode.Uri): Promise<RecipeItem | undefined> {
	const text = await readFile(uri.fsPath, 'utf8').catch(() => '');
	const { parseRecipe } = await import('../../core/training/recipe');
	const recipe = parseRecipe(text, uri.fsPath);
	const folder = vscode.workspace.asRelativePath(path.dirname(uri.fsPath));
	const label = path.basename(uri.fsPath);
	if (!recipe.ok) {
		// Any YAML file may be broken; one that names a method is a recipe that the person misses here.
		const method = /^method:[ \t]*([a-z]+)/m.exec(text)?.[1];
		const description = `cannot be read · ${folder}`;
		return method === undefined
			? undefined
			: { label: `$(error) ${label}`, description, file: uri.fsPath, method };
	}
	if (recipe.value.method === '') {
		return undefined;
	}
	const { method, model, name } = recipe.value;
	return {
		label,
		description: `${method} from ${model} · ${folder}`,
		...(name === undefined ? {} : { detail: name }),
		file: uri.fsPath,
		method,
	};
}

/**
 * The model reference to launch with: the one given, with a run as its whole id; where it names no
 * run that is there, the person chooses one. Undefined: declined.
 */
export async function pickStartingRun(
	model: string,
	library: RunLibrary,
): Promise<string | undefined> {
	const ref = parseModelRef(model);
	if (!ref.ok || ref.value.kind !== 'run') {
		return model;
	}
	const step = ref.value.step === undefined ? '' : `@${ref.value.step}`;
	const found = findRunId(ref.value.run, library.list());
	if (found.ok) {
		return `run:${found.value}${step}`;
	}
	const trained = library
		.list()
		.filter(run => run.kind === 'train' && run.archivedAt === undefined);
	const picked = await vscode.window.showQuickPick(trained.map(startItem), {
		ignoreFocusOut: true,
		title: 'Launch Training: Start From',
		placeHolder: `No run is named “${ref.value.run}”; choose the run to start from`,
		matchOnDescription: true,
	});
	return picked === undefined ? undefined : `run:${picked.runId}`;
}

function startItem(run: RunSummary): vscode.QuickPickItem & { readonly runId: string } {
	return {
		label: run.name,
		description: [run.method, run.state, run.hostName].join(' · '),
		detail: new Date(run.createdAt).toLocaleString(),
		runId: run.id,
	};
}
