import { basename, extname } from 'node:path';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { RunSpec } from '../../core/contract/runFiles.generated';
import { withSignal } from '../../core/hosts/host';
import type { Progress } from '../../core/training/launchRequest';
import type { Recipe } from '../../core/training/recipe';
import { launchContext, launchSpec, type LauncherParts } from '../runs/launchContext';
import { resolveModel } from '../runs/modelResolver';
import type { PreparedHost } from '../runs/preparedHost';
import { readRecipe, readTemplate } from '../runs/recipeFile';

/** A recipe that trains by one of TRL's trainers, with what it takes from files beside it. */
export interface TrainerRecipe {
	readonly path: string;
	readonly recipe: Recipe;
	readonly method: 'sft' | 'dpo';
	/** The chat template that it names as a file. */
	readonly template: string | undefined;
}

/** Reads a recipe; only one that could be launched, and trains by TRL, comes back. */
export async function readTrainerRecipe(path: string): Promise<Result<TrainerRecipe>> {
	const recipe = await readRecipe(path);
	if (!recipe.ok) {
		return recipe;
	}
	const { method } = recipe.value;
	if (method !== 'sft' && method !== 'dpo') {
		const reason =
			method === 'kto'
				? 'method kto: what it makes of a pair shows with a recipe of method dpo, whose tokens are the same'
				: `method ${method}: what a script of your own makes of an example only it knows`;
		return err(new WindsockError('recipeInvalid', { path, reason }));
	}
	const template = await readTemplate(path, recipe.value);
	return template.ok
		? ok({ path, recipe: recipe.value, method, template: template.value })
		: template;
}

export interface TrainerSpec {
	readonly prepared: PreparedHost;
	readonly spec: RunSpec;
	/** Why another model's tokenizer stands in for the recipe's, as a sentence. */
	readonly standIn: string | undefined;
}

/**
 * What a training of the recipe on a host would be told, but for its data. Where it starts from a
 * run that is not there yet, the workspace's base model stands in: the run will have its tokenizer.
 */
export async function trainerSpec(
	parts: LauncherParts,
	{ path, recipe, method, template }: TrainerRecipe,
	hostName: string,
	progress: Progress,
	signal: AbortSignal,
): Promise<Result<TrainerSpec>> {
	const begun = await launchContext(parts, hostName, path, progress, signal);
	if (!begun.ok) {
		return begun;
	}
	const { prepared, context } = begun.value;
	const options = withSignal(signal);
	const wanted = await resolveModel(recipe.model, prepared, context, options);
	const isToCome = !wanted.ok && recipe.model.startsWith('run:') && isMissing(wanted.error);
	const model = isToCome ? await resolveModel('base', prepared, context, options) : wanted;
	if (!model.ok) {
		return model;
	}
	const standIn = `“${recipe.model}” is not on ${hostName} yet, so the tokenizer and the template are those of the workspace’s base model.`;
	const train = {
		method,
		arguments: { ...recipe.arguments },
		datasets: [],
		...(template === undefined ? {} : { chatTemplate: template }),
	};
	const name = recipe.name ?? basename(path, extname(path));
	const work = { kind: 'train', train, model: model.value } as const;
	const spec = launchSpec(parts, prepared, name, work, {});
	return ok({ prepared, spec, standIn: isToCome ? standIn : undefined });
}

function isMissing({ code }: WindsockError): boolean {
	return code === 'runUnknown' || code === 'modelMissing' || code === 'checkpointMissing';
}
