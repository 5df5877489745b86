import { parseRecipe } from '../../core/training/recipe';
import type { RecipeFinding } from '../../core/training/recipeFinding';
import { isRecipeText, recipeFindings } from '../../core/training/recipeLanguage';
import { missingDatasets } from './missingDatasets';

/**
 * What to say about a recipe that is being written, with the files that it names and that are not
 * there; nothing where the text is no recipe.
 *
 * @param path where it lies; absent of one that was never saved, whose paths lead nowhere yet
 */
export function findingsOnDisk(text: string, path: string | undefined): readonly RecipeFinding[] {
	const findings = recipeFindings(text);
	if (path === undefined || !isRecipeText(text)) {
		return findings;
	}
	const recipe = parseRecipe(text, path);
	return recipe.ok ? [...findings, ...missingDatasets(recipe.value, path)] : findings;
}
