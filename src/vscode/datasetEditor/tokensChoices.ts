import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { HostDirectory } from '../../core/hosts/hostDirectory';
import { recipesBelow } from '../../node/workspace/recipeFiles';
import { useOfDataset } from '../../node/tokens/datasetOfRecipe';
import { pickHost } from '../hosts/pickHost';

const title = 'What the Trainer Sees';

interface KnownRecipe {
	/** Absolute. */
	readonly path: string;
	readonly method: string;
	/** Whether it trains on the dataset, or evaluates on it. */
	readonly isOfDataset: boolean;
}

/** The recipes of the workspace that TRL trains by, those of a dataset first. */
export async function recipesFor(
	root: string | undefined,
	dataset: string,
): Promise<KnownRecipe[]> {
	if (root === undefined) {
		return [];
	}
	const known = (await recipesBelow(root))
		.filter(({ recipe }) => recipe.method === 'sft' || recipe.method === 'dpo')
		.map(({ path, recipe }) => {
			const file = join(root, path);
			const isOfDataset = useOfDataset(recipe, file, dataset) !== undefined;
			return { path: file, method: recipe.method, isOfDataset };
		});
	return [...known.filter(one => one.isOfDataset), ...known.filter(one => !one.isOfDataset)];
}

/** Undefined: declined. */
export async function pickTokensRecipe(
	known: readonly KnownRecipe[],
	now: string | undefined,
): Promise<string | undefined> {
	type Item = vscode.QuickPickItem & { readonly path?: string };
	const separator = (label: string): Item => ({
		label,
		kind: vscode.QuickPickItemKind.Separator,
	});
	const item = ({ path, method }: KnownRecipe): Item => {
		const folder = vscode.workspace.asRelativePath(dirname(path));
		const isNow = path === now ? ['shown now'] : [];
		return {
			label: basename(path),
			description: [method, folder, ...isNow].join(' · '),
			path,
		};
	};
	const own = known.filter(one => one.isOfDataset);
	const others = known.filter(one => !one.isOfDataset);
	const items: Item[] = [
		...(own.length > 0 ? [separator('use this dataset'), ...own.map(item)] : []),
		...(others.length > 0 ? [separator('other recipes'), ...others.map(item)] : []),
		separator(''),
		{ label: '$(add) New Recipe…' },
	];
	const picked = await vscode.window.showQuickPick(items, {
		title: `${title}: Recipe`,
		placeHolder: 'Whose method, template and options to go by',
		matchOnDescription: true,
		ignoreFocusOut: true,
	});
	if (picked !== undefined && picked.path === undefined) {
		await vscode.commands.executeCommand('windsock.recipe.new');
	}
	return picked?.path;
}

/** Undefined: declined. */
export async function pickTokensHost(
	hosts: HostDirectory,
	now: string | undefined,
): Promise<string | undefined> {
	return pickHost(hosts, {
		title: `${title}: Host`,
		placeHolder: 'Whose trainer reads the example',
		...(now === undefined ? {} : { first: { names: [now], because: 'asked now' } }),
	});
}

/** Offers chat templates that mark replies, and names the one that is chosen in the recipe. */
export async function offerMarkedTemplate(recipePath: string): Promise<void> {
	const recipe = vscode.Uri.file(recipePath);
	await vscode.commands.executeCommand('windsock.recipe.useTemplate', recipe);
}
