import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { withoutLinks } from '../../core/base/foreignText';
import { findRunId, parseModelRef } from '../../core/training/modelRef';
import type { RunLibrary, RunSummary } from '../../core/training/runLibrary';
import { stateWord } from '../../core/training/runStateWords';

const excluded = '{**/node_modules/**,**/.windsock/**,**/.git/**,**/.github/**}';
const maxListed = 500;

/** A recipe of the workspace: any YAML file that names a method. Undefined: declined. */
export async function pickRecipe(
	method?: string,
	title = 'Launch Training: Recipe',
): Promise<string | undefined> {
	const open = openFile();
	const items = (await recipeItems())
		.filter(item => method === undefined || item.method === method)
		.toSorted((a, b) => (a.file < b.file ? -1 : 1));
	// What somebody looks at is most likely what they want to train.
	const first = items
		.filter(item => item.file === open)
		.map(item => ({ ...item, description: `${item.description} · open in the editor` }));
	const newRecipe = { label: '$(add) New Recipe…', description: '', file: undefined };
	const picked = await vscode.window.showQuickPick(
		[...first, ...items.filter(item => item.file !== open), newRecipe],
		{
			ignoreFocusOut: true,
			title,
			placeHolder: items.length === 0 ? 'No recipe in this workspace yet' : 'What to train',
			matchOnDescription: true,
		},
	);
	if (picked !== undefined && picked.file === undefined) {
		await vscode.commands.executeCommand('windsock.recipe.new');
	}
	return picked?.file;
}

async function recipeItems(): Promise<readonly RecipeItem[]> {
	const files = await vscode.workspace.findFiles('**/*.{yaml,yml}', excluded, maxListed);
	const found = await Promise.all(files.map(uri => recipeItem(uri)));
	return found.filter(item => item !== undefined);
}

/** The file of the tab in front, as text or in an editor of its own. */
function openFile(): string | undefined {
	const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
	return input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom
		? input.uri.fsPath
		: undefined;
}

interface RecipeItem extends vscode.QuickPickItem {
	readonly file: string;
	readonly method: string;
	/** What its runs are called, where it says so. */
	readonly name?: string;
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
		...(name === undefined ? {} : { detail: name, name }),
		file: uri.fsPath,
		method,
	};
}

/** What a launch starts from, or a recipe that has to be launched before it. */
export type Start = { readonly model: string } | { readonly recipeFirst: string };

/**
 * The model reference to launch with: the one given, with a run as its whole id; where it names no
 * run that is there, the person chooses one, or launches the recipe whose runs are called so.
 * Undefined: declined.
 */
export async function pickStart(model: string, library: RunLibrary): Promise<Start | undefined> {
	const ref = parseModelRef(model);
	if (!ref.ok || ref.value.kind !== 'run') {
		return { model };
	}
	const { run: wanted } = ref.value;
	const step = ref.value.step === undefined ? '' : `@${ref.value.step}`;
	const found = findRunId(wanted, library.list());
	if (found.ok) {
		return { model: `run:${found.value}${step}` };
	}
	const trained = library
		.list()
		.filter(run => run.kind === 'train' && run.archivedAt === undefined);
	const makers = (await recipeItems()).filter(
		({ file, name }) => (name ?? path.parse(file).name) === wanted,
	);
	if (trained.length === 0 && makers.length === 0) {
		return pickMaker(wanted);
	}
	const items = [
		...makers.map(({ label, description, file }) => ({
			label: `$(rocket) Launch ${label} First`,
			description: description ?? '',
			detail: `Its run is called “${wanted}”; launch this recipe again when it has a checkpoint`,
			start: { recipeFirst: file },
		})),
		...trained.map(run => ({ ...startItem(run), start: { model: `run:${run.id}` } })),
	];
	const picked = await vscode.window.showQuickPick(items, {
		ignoreFocusOut: true,
		title: 'Launch Training: Start From',
		placeHolder:
			trained.length === 0
				? `It starts from the run “${wanted}”, which has not been trained yet`
				: `No run is named “${wanted}”; choose the run to start from`,
		matchOnDescription: true,
	});
	return picked?.start;
}

/** Neither a run nor a recipe is there to start from: says so, and offers all recipes. */
async function pickMaker(wanted: string): Promise<Start | undefined> {
	const choose = 'Launch Another Recipe…';
	const chosen = await vscode.window.showWarningMessage(
		withoutLinks(
			`This recipe starts from the run “${wanted}”, and nothing has been trained in this workspace yet. Launch a recipe whose name is “${wanted}” first, or write another model in model_name_or_path.`,
		),
		choose,
	);
	const recipeFirst = chosen === choose ? await pickRecipe() : undefined;
	return recipeFirst === undefined ? undefined : { recipeFirst };
}

function startItem(run: RunSummary): vscode.QuickPickItem {
	return {
		label: run.name,
		description: [run.method, stateWord(run.state), run.hostName].join(' · '),
		detail: new Date(run.createdAt).toLocaleString(),
	};
}
