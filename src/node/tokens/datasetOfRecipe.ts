import { dirname } from 'node:path';
import { isHubLocation, withoutRevision } from '../../core/dataset/hub/hubLocation';
import type { Recipe, RecipeDataset } from '../../core/training/recipe';
import { locationIn } from '../dataset/datasetLocation';

/** What a recipe says of a dataset that is at a location; undefined where it does not use it. */
export function useOfDataset(
	recipe: Recipe,
	recipePath: string,
	location: string,
): RecipeDataset | undefined {
	return recipe.datasets.find(({ path }) => {
		const named = locationIn(dirname(recipePath), path);
		return isHubLocation(named) ? isOfHubDataset(location, named) : named === location;
	});
}

/** A recipe names a dataset of the Hub, whose files are what one opens. */
function isOfHubDataset(location: string, named: string): boolean {
	const dataset = withoutRevision(named).replace(/\/+$/, '');
	const plain = isHubLocation(location) ? withoutRevision(location) : '';
	return plain === dataset || plain.startsWith(`${dataset}/`);
}
