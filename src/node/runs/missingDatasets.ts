import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isHubLocation } from '../../core/dataset/hub/hubLocation';
import type { Recipe } from '../../core/training/recipe';
import type { RecipeFinding } from '../../core/training/recipeFinding';

/** Files of a recipe that are not on this machine. Those of the Hub and globs are left to the launch. */
export function missingDatasets(recipe: Recipe, recipePath: string): RecipeFinding[] {
	return (
		recipe.datasets
			// Held-back prompts are those of a file that is named once.
			.filter(({ part }) => part?.side !== 'test')
			.filter(({ path }) => !isHubLocation(path) && !/[*?[{]/.test(path))
			.filter(({ path }) => !existsSync(resolve(dirname(recipePath), path)))
			.map(({ path, key, line }) => ({
				code: 'datasetMissing',
				severity: 'error',
				message: `“${path}” does not exist; a path is relative to the recipe`,
				key,
				...(line === undefined ? {} : { line }),
			}))
	);
}
