import { dirname, resolve } from 'node:path';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { isHubLocation } from '../../core/dataset/hub/hubLocation';
import type { RecipeDataset } from '../../core/training/recipe';
import { locationIn } from '../../node/dataset/datasetLocation';
import { rowOfDataset } from '../../node/tokens/datasetRow';
import { useOfDataset } from '../../node/tokens/datasetOfRecipe';
import { readTrainerRecipe, type TrainerRecipe } from '../../node/tokens/trainerSpec';
import type { Answer, Output } from '../output';
import type { Services } from '../services';
import { tokensText } from './tokensText';

export interface TokensOptions {
	readonly row: number;
	readonly dataset?: string;
	readonly host: string;
}

/** One row as the trainer of a recipe sees it, by the trainer's own code on a host. */
export async function tokens(
	services: Services,
	output: Output,
	path: string,
	options: TokensOptions,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const recipePath = resolve(path);
	const recipe = await readTrainerRecipe(recipePath);
	if (!recipe.ok) {
		return recipe;
	}
	const dataset = await datasetOf(services, recipe.value, options.dataset, signal);
	if (!dataset.ok) {
		return dataset;
	}
	const { location, use } = dataset.value;
	const { method } = recipe.value;
	const row = await rowOfDataset(
		location,
		options.row,
		{ method, columns: use?.columns },
		{
			labels: recipe.value.recipe.labels === 'ignore' ? 'ignore' : 'apply',
			workspace: services.folder.root,
			signal,
		},
	);
	if (!row.ok) {
		return row;
	}
	const about = { recipe: recipePath, host: options.host, dataset: location, row: options.row };
	const head = { ...about, method };
	if (row.value.kind === 'dropped') {
		const refused = { by: 'row', reason: row.value.reason } as const;
		return answerOf({ ...head, changes: [], refused });
	}
	const trainers = await services.trainers.get();
	const stop = (): void => trainers.stop(recipe.value, options.host);
	signal.addEventListener('abort', stop);
	const read = await trainers.read(recipe.value, options.host, row.value.json, {
		build: true,
		onProgress: message => output.progress.report(message),
	});
	signal.removeEventListener('abort', stop);
	if (!read.ok) {
		return read;
	}
	if (read.value === 'environmentMissing') {
		const reason = 'the environment was not built';
		return err(new WindsockError('environmentFailed', { host: options.host, reason }));
	}
	const { answer, standIn } = read.value;
	return answerOf({
		...head,
		...(standIn === undefined ? {} : { standIn }),
		changes: row.value.changes,
		...answer,
	});
}

function answerOf(shown: Parameters<typeof tokensText>[0]): Result<Answer> {
	return ok({
		json: { tokens: shown },
		text: tokensText(shown, false),
		styled: tokensText(shown, true),
		exitCode: shown.refused === undefined ? 0 : 1,
	});
}

/** Where the row is looked for, and what the recipe says of that dataset. */
async function datasetOf(
	{ trainers }: Services,
	{ path, recipe }: TrainerRecipe,
	named: string | undefined,
	signal: AbortSignal,
): Promise<Result<{ readonly location: string; readonly use: RecipeDataset | undefined }>> {
	if (named !== undefined) {
		const location = locationIn(process.cwd(), named);
		return ok({ location, use: useOfDataset(recipe, path, location) });
	}
	const use = recipe.datasets.find(({ split }) => split === 'train');
	if (use === undefined) {
		const reason = 'it names no dataset to train on; name one with --dataset';
		return err(new WindsockError('recipeInvalid', { path, reason }));
	}
	const location = locationIn(dirname(path), use.path);
	if (!isHubLocation(location) || use.hubSplit === undefined) {
		return ok({ location, use });
	}
	const { locateSplit } = (await trainers.get()).launcher;
	const found = await locateSplit(location, use.hubSplit, use.hubConfig, signal);
	return found.ok ? ok({ location: found.value, use }) : found;
}
