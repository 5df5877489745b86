import { existsSync, statSync } from 'node:fs';
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
			.flatMap(({ path, key, line }) => {
				const fault = faultOf(resolve(dirname(recipePath), path));
				return fault === undefined
					? []
					: [
							{
								code: 'datasetMissing',
								severity: 'error',
								message: `“${path}” ${fault}`,
								key,
								...(line === undefined ? {} : { line }),
							} as const,
						];
			})
	);
}

/** Pipes and devices may have no end, or wait for somebody to write. */
function faultOf(path: string): string | undefined {
	if (!existsSync(path)) {
		return 'does not exist; a path is relative to the recipe';
	}
	const found = statSync(path);
	return found.isFile() || found.isDirectory() ? undefined : 'is no file but a pipe or a device';
}
