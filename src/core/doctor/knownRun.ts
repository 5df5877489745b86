import type { RunSpec } from '../contract/runFiles.generated';
import type { RunLibrary, RunSummary } from '../training/runLibrary';
import { parseRecipe, trainingMethods } from '../training/recipe';
import { modelOf } from '../training/runOrigin';
import type { KnownRun } from './runFacts';

/** What the record of a run tells the doctor. */
export function knownRun(spec: RunSpec, maxSteps?: number): KnownRun {
	const { train } = spec;
	const method = trainingMethods.find(one => one === train?.method);
	const model = modelOf(spec);
	return {
		...(method === undefined ? {} : { method }),
		...(train?.arguments === undefined ? {} : { arguments: train.arguments }),
		...(maxSteps === undefined ? {} : { maxSteps }),
		...(model === undefined ? {} : { model }),
		...(spec.model?.['kind'] === 'tiny' ? { isTinyModel: true } : {}),
	};
}

/** The same of a run of the library; nothing of one that keeps no arguments. */
export function knownRunOf(
	{ id, method, maxSteps }: RunSummary,
	library: Pick<RunLibrary, 'describe'>,
): KnownRun {
	const described = library.describe(id);
	const recipe = described === undefined ? undefined : parseRecipe(described.recipe, '');
	return {
		...(method === undefined ? {} : { method }),
		...(described === undefined ? {} : { arguments: described.arguments }),
		...(maxSteps === undefined ? {} : { maxSteps }),
		...(recipe?.ok === true ? { model: recipe.value.model } : {}),
		// The model that comes with every host, for a first try.
		...(recipe?.ok === true && recipe.value.model === 'base' ? { isTinyModel: true } : {}),
	};
}
