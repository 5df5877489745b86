import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { parseRecipe, type Recipe } from '../../core/training/recipe';
import { describeFindings, validateRecipe } from '../../core/training/recipeValidation';

/**
 * Reads and checks a recipe; only one without errors comes back.
 *
 * @param written text to take instead of the file's
 */
export async function readRecipe(
	path: string,
	overrides?: Readonly<Record<string, unknown>>,
	written?: string,
): Promise<Result<Recipe>> {
	const recipe =
		written === undefined
			? await parseRecipeFile(path, overrides)
			: parseRecipe(written, path, overrides);
	const reason = recipe.ok ? describeFindings(validateRecipe(recipe.value)) : '';
	return reason === '' ? recipe : err(new WindsockError('recipeInvalid', { path, reason }));
}

/** Reads a recipe that may have findings. */
export async function parseRecipeFile(
	path: string,
	overrides?: Readonly<Record<string, unknown>>,
): Promise<Result<Recipe>> {
	const text = await readText(path);
	return text.ok ? parseRecipe(text.value, path, overrides) : text;
}

/** The chat template that a recipe names as a file beside it; undefined where it names none. */
export async function readTemplate(
	recipePath: string,
	recipe: Recipe,
): Promise<Result<string | undefined>> {
	const named = recipe.arguments['chat_template_path'];
	return typeof named === 'string' && named.endsWith('.jinja')
		? await readText(resolve(dirname(recipePath), named))
		: ok(undefined);
}

/** The text of a recipe, a chat template or a prompt set. */
export async function readText(path: string): Promise<Result<string>> {
	try {
		return ok(await readFile(path, 'utf8'));
	} catch (error) {
		const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
		const code = missing ? 'fileMissing' : 'fileUnreadable';
		return err(new WindsockError(code, { path, reason: reasonOf(error) }, { cause: error }));
	}
}
