import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRecipe, type Recipe } from '../../core/training/recipe';

const never = new Set(['node_modules', '.git', '.hg', '.svn', '.windsock', '.venv', 'venv']);
const deepest = 8;
const most = 20_000;
const longest = 1 << 20;

export interface RecipeFile {
	/** Relative to the folder, with `/`. */
	readonly path: string;
	readonly recipe: Recipe;
}

/**
 * The recipes below a folder: YAML files that name a method, in order of their paths. Links are not
 * followed; files that cannot be read as a recipe are left out, and so is what lies very deep or
 * behind the first 20,000 entries.
 */
export async function recipesBelow(root: string, signal?: AbortSignal): Promise<RecipeFile[]> {
	const found: RecipeFile[] = [];
	const folders: { readonly path: string; readonly depth: number }[] = [{ path: '', depth: 0 }];
	let seen = 0;
	for (const { path: folder, depth } of folders) {
		const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
		for (const entry of entries) {
			const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
			if (++seen > most || signal?.aborted === true) {
				return found;
			}
			if (entry.isDirectory() && depth < deepest && !never.has(entry.name)) {
				folders.push({ path, depth: depth + 1 });
			} else if (entry.isFile() && /\.ya?ml$/i.test(entry.name)) {
				const recipe = await recipeAt(join(root, path));
				if (recipe !== undefined) {
					found.push({ path, recipe });
				}
			}
		}
	}
	return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function recipeAt(file: string): Promise<Recipe | undefined> {
	try {
		if ((await stat(file)).size > longest) {
			return undefined;
		}
		const recipe = parseRecipe(await readFile(file, 'utf8'), file);
		return recipe.ok && recipe.value.method !== '' ? recipe.value : undefined;
	} catch {
		// Gone or not to be read: then it names nothing that could be launched.
		return undefined;
	}
}
