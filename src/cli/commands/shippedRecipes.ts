import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { shippedRecipes } from '../../node/runs/shippedRecipes';
import { shippedTemplates } from '../../node/runs/shippedTemplates';
import { table, type Answer } from '../output';

/** The recipes that come with Windsock. */
export async function listRecipes(folder: string): Promise<Result<Answer>> {
	const recipes = await shippedRecipes(folder);
	return ok({
		json: {
			recipes: recipes.map(({ name, method, summary, remarks }) => ({
				name,
				method,
				summary,
				remarks,
			})),
		},
		text: table(recipes.map(({ name, method, summary }) => [name, method, summary])),
	});
}

/** One of them, as YAML. */
export async function showRecipe(folder: string, name: string): Promise<Result<Answer>> {
	const recipes = await shippedRecipes(folder);
	const found = recipes.find(recipe => recipe.name === name);
	if (found === undefined) {
		const remedy = '“windsock recipe list” names those that come with Windsock.';
		return err(new WindsockError('fileMissing', { path: name, remedy }));
	}
	const { method, text } = found;
	return ok({ json: { recipe: { name, method, text } }, text });
}

/** The chat templates that come with Windsock, or one of them. */
export async function showTemplate(
	folder: string,
	name: string | undefined,
): Promise<Result<Answer>> {
	const templates = await shippedTemplates(folder);
	const wanted = templates.filter(template => name === undefined || template.name === name);
	const [found] = wanted;
	if (found === undefined) {
		const remedy = '“windsock recipe template” names those that come with Windsock.';
		return err(new WindsockError('fileMissing', { path: name, remedy }));
	}
	const text = name === undefined ? table(wanted.map(one => [one.name, one.summary])) : found.text;
	return ok({ json: { templates: wanted }, text });
}
