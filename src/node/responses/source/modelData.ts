import { dirname, join } from 'node:path';
import type { ModelData, TrainedDataset } from '../../../core/responses/source/searchedDataset';
import { findRunId, parseModelRef } from '../../../core/training/modelRef';
import { parseRecipe } from '../../../core/training/recipe';
import { modelOf } from '../../../core/training/runOrigin';
import { locationIn } from '../../dataset/datasetLocation';
import type { WorkspaceRunLibrary } from '../../runs/runLibrary';

/** Runs that a model goes back to at most; a chain that long is a circle. */
const longestChain = 16;

/**
 * The training data of a run and of the runs that its model began as, from each run's own copy of its
 * recipe. A dataset that several of them read stands with the last of them.
 *
 * @param root the workspace; where a recipe that was never a file is taken to stand
 */
export function modelData(
	ref: string,
	library: Pick<WorkspaceRunLibrary, 'list' | 'mirrored'>,
	root: string,
): ModelData {
	const datasets: TrainedDataset[] = [];
	let why: string | undefined;
	let next: string | undefined = ref;
	for (let depth = 0; next !== undefined && depth < longestChain; depth++) {
		const parsed = parseModelRef(next);
		if (!parsed.ok || parsed.value.kind !== 'run') {
			why ??= `“${next}” is no run of this workspace, so its training data is not known here.`;
			break;
		}
		const id = findRunId(parsed.value.run, library.list());
		const run = id.ok ? library.mirrored(id.value) : undefined;
		if (run === undefined) {
			why ??= `The run “${parsed.value.run}” is not in this workspace.`;
			break;
		}
		const { spec } = run.folder;
		const read = datasetsOf(spec, root);
		why ??= read.why;
		for (const one of read.datasets) {
			if (!datasets.some(({ location }) => location === one.location)) {
				datasets.push(one);
			}
		}
		const before: string | undefined = spec.train ? modelOf(spec) : (spec.parent ?? undefined);
		next = before === undefined || spec.train ? before : `run:${before}`;
	}
	return {
		datasets,
		...(datasets.length === 0 ? { why: why ?? 'Its recipe names no dataset.' } : {}),
	};
}

function datasetsOf(
	spec: Parameters<typeof modelOf>[0],
	root: string,
): { readonly datasets: readonly TrainedDataset[]; readonly why?: string } {
	const { train } = spec;
	if (train === undefined) {
		return { datasets: [] };
	}
	const { recipeText = '', overrides = {} } = train;
	const recipePath = join(root, 'recipe.yaml');
	const recipe = parseRecipe(recipeText, train.recipePath ?? recipePath, overrides);
	if (!recipe.ok) {
		return { datasets: [], why: `The run “${spec.name}” keeps no recipe that can be read.` };
	}
	const folder = dirname(locationIn(root, train.recipePath ?? recipePath));
	return {
		datasets: recipe.value.datasets
			.filter(({ split, part }) => split === 'train' && part?.side !== 'test')
			.map(({ path }) => ({
				location: locationIn(folder, path),
				run: spec.name,
				method: train.method,
			})),
	};
}
