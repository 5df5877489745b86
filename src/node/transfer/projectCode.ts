import { stat } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { Recipe } from '../../core/training/recipe';
import { readCodeFolder } from './codeFolder';
import { readCodeTree, type CodeTree } from './codeTree';

/**
 * The project folder of a recipe with `method: script`, ready to be sent: the folder named by
 * `project:` (relative to the recipe), else the workspace when the recipe is in it, else the recipe's
 * folder. `files:` names files of it that .gitignore leaves out.
 */
export async function projectCode(
	recipePath: string,
	recipe: Recipe,
	workspace: string,
	signal?: AbortSignal,
): Promise<Result<CodeTree>> {
	const beside = dirname(recipePath);
	const { project, script, files } = recipe.arguments;
	const invalid = (reason: string): Result<never> =>
		err(new WindsockError('recipeInvalid', { path: recipePath, reason }));
	const isInside = relativeIn(workspace, recipePath) !== undefined;
	const root =
		typeof project === 'string' ? resolve(beside, project) : isInside ? workspace : beside;
	if (!(await stat(root).catch(() => undefined))?.isDirectory()) {
		return invalid(`project: ${root} is no folder`);
	}
	if (typeof script !== 'string' || script.trim() === '') {
		return invalid('script: name the Python file to run, relative to the project');
	}
	const always: string[] = [];
	for (const name of [script, ...(Array.isArray(files) ? files : [])]) {
		const path = typeof name === 'string' ? relativeIn(root, resolve(root, name)) : undefined;
		if (path === undefined) {
			return invalid(`${String(name)} is not in the project ${root}`);
		}
		always.push(path);
	}
	const listed = await readCodeFolder(root, {
		always,
		...(signal === undefined ? {} : { signal }),
	});
	return listed.ok ? ok(await readCodeTree(root, listed.value)) : listed;
}

/** The path below the folder, with `/`; undefined when it leads out of it. */
function relativeIn(folder: string, path: string): string | undefined {
	const found = relative(folder, path);
	return found === '' || found.startsWith('..') || isAbsolute(found)
		? undefined
		: found.split(sep).join('/');
}
