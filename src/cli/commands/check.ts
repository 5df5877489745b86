import { basename, resolve } from 'node:path';
import { ok, type Result } from '../../core/base/result';
import type { RecipeFinding } from '../../core/training/recipeFinding';
import { validateRecipe } from '../../core/training/recipeValidation';
import { missingDatasets } from '../../node/runs/missingDatasets';
import { parseRecipeFile } from '../../node/runs/recipeFile';
import { table, type Answer } from '../output';

/** What is wrong with a recipe before any host is asked; bad news where it could not be launched. */
export async function check(path: string): Promise<Result<Answer>> {
	const recipePath = resolve(path);
	const recipe = await parseRecipeFile(recipePath);
	if (!recipe.ok) {
		return recipe;
	}
	const missing = missingDatasets(recipe.value, recipePath);
	const findings = [...validateRecipe(recipe.value), ...missing].toSorted(
		(a, b) => (a.line ?? 0) - (b.line ?? 0),
	);
	const errors = findings.filter(({ severity }) => severity === 'error').length;
	const rows = findings.map(({ severity, line, message }) => [
		severity === 'error' ? '✗' : '!',
		line === undefined ? '' : `line ${line}`,
		message,
	]);
	const said = findings.length === 0 ? `${basename(path)}: nothing to mend\n` : table(rows);
	return ok({
		json: { recipe: recipePath, findings: findings.map(plain) },
		text: said,
		exitCode: errors > 0 ? 1 : 0,
	});
}

function plain({ code, severity, message, line, key, fix }: RecipeFinding): object {
	return { code, severity, message, line, key, fix };
}
