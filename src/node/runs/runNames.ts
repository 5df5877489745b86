import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseComparisonHeader } from '../../core/responses/comparisonHeader';
import { findRunId, parseModelRef } from '../../core/training/modelRef';
import type { RunNames } from '../../core/training/runRemoval';
import { recipesBelow } from '../workspace/recipeFiles';
import type { WorkspaceFolder } from '../workspace/workspaceFolder';
import type { WorkspaceRunLibrary } from './runLibrary';

/** What in a workspace names the checkpoints of a run: it loses them when they go. */
export async function namesOfRun(
	runId: string,
	folder: WorkspaceFolder,
	library: Pick<WorkspaceRunLibrary, 'list' | 'mirrored'>,
	signal?: AbortSignal,
): Promise<RunNames> {
	const runs = library.list();
	const isMeant = (text: string): boolean => {
		const ref = parseModelRef(text);
		if (ref.ok && ref.value.kind === 'path') {
			return liesIn(ref.value.path, runId);
		}
		if (!ref.ok || ref.value.kind !== 'run') {
			return false;
		}
		const found = findRunId(ref.value.run, runs);
		return found.ok && found.value === runId;
	};
	const recipes = await recipesBelow(folder.root, signal);
	return {
		comparisons: await comparisonsNaming(folder.comparisons, isMeant),
		recipes: recipes
			.map(({ path, recipe }) => ({ path, model: recipe.model }))
			.filter(({ model }) => isMeant(model)),
		runs: runs
			.filter(({ kind }) => kind === 'train')
			.flatMap(({ id, name }) => {
				const { runId: from, step, path = '' } = library.mirrored(id)?.folder.spec.model ?? {};
				return from === runId || liesIn(path, runId)
					? [{ id, name, ...(step === undefined ? {} : { step }) }]
					: [];
			}),
	};
}

/** A merged model is named by its path on the host. */
function liesIn(path: string, runId: string): boolean {
	return path.includes(`/${runId}/checkpoints/`);
}

async function comparisonsNaming(
	comparisons: string,
	isMeant: (ref: string) => boolean,
): Promise<RunNames['comparisons']> {
	const found: RunNames['comparisons'][number][] = [];
	const ids = await readdir(comparisons).catch(() => []);
	for (const id of ids.toSorted((a, b) => (a < b ? -1 : 1))) {
		const json = await readFile(join(comparisons, id, 'comparison.json'), 'utf8').catch(() => '');
		const header = parseComparisonHeader(json, id);
		const models =
			typeof header === 'string' ? [] : header.models.map(({ ref }) => ref).filter(isMeant);
		if (typeof header !== 'string' && models.length > 0) {
			found.push({ id, name: header.name, models });
		}
	}
	return found;
}
