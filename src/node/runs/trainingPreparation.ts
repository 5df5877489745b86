import { basename, extname } from 'node:path';
import { ok, type Result } from '../../core/base/result';
import type {
	CodeInput,
	RunRetry,
	TrainAccelerate,
	TrainSpec,
} from '../../core/contract/runFiles.generated';
import { withSignal } from '../../core/hosts/host';
import type { GpuWish } from '../../core/training/gpuWish';
import type { LaunchTrainingRequest, Progress } from '../../core/training/launchRequest';
import type { Recipe } from '../../core/training/recipe';
import { isTrainingMethod } from '../../core/training/recipeValidation';
import type { CodeTree } from '../transfer/codeTree';
import { projectCode } from '../transfer/projectCode';
import type { Inputs } from '../transfer/uploadInputs';
import { prepareCheckpointJobs } from './checkpointJobs';
import { launchContext, type LaunchRecord, type LauncherParts } from './launchContext';
import { resolveModel } from './modelResolver';
import { ownVotes } from '../responses/spentFile';
import type { PreparedHost } from './preparedHost';
import { readRecipe, readTemplate } from './recipeFile';
import { withContent } from './rerunModel';
import type { SpecParts } from './runSpec';
import { prepareDatasets, type ReadyDataset } from './trainingData';

/** What a recipe comes to on a host: nothing of it has been sent, and nothing started. */
export interface PreparedTraining {
	readonly prepared: PreparedHost;
	readonly recipe: Recipe;
	readonly name: string;
	readonly work: Extract<SpecParts['work'], { train: TrainSpec }>;
	readonly record: LaunchRecord;
	readonly datasets: readonly ReadyDataset[];
	/** Positions of the datasets that were made of votes of this workspace. */
	readonly ownVotes: ReadonlySet<number>;
	/** What the host has to have of this machine. */
	readonly inputs: Pick<Inputs, 'files' | 'code'>;
}

/**
 * Reads a recipe, finds its model on the host and brings its data into the form that is trained on.
 *
 * @param scratch folder for the converted data, which has to stay until it is sent
 */
export async function prepareTraining(
	parts: LauncherParts,
	request: Omit<LaunchTrainingRequest, 'review' | 'gate'>,
	scratch: string,
	progress: Progress,
	signal?: AbortSignal,
): Promise<Result<PreparedTraining>> {
	const path = request.recipePath;
	progress.report('Reading the recipe');
	const overrides = request.overrides ?? {};
	const read = await readRecipe(path, overrides, request.recipeText);
	if (!read.ok) {
		return read;
	}
	const recipe = read.value;
	const begun = await launchContext(parts, request.hostName, path, progress, signal);
	if (!begun.ok) {
		return begun;
	}
	const { prepared, context } = begun.value;
	const { convert, locateSplit } = parts;
	// A script loads what it likes; a model that its recipe names is looked for all the same.
	const needsModel = recipe.method !== 'script' || recipe.model !== 'base';
	const options = withSignal(signal);
	const resolved = needsModel
		? await resolveModel(recipe.model, prepared, context, options)
		: ok(undefined);
	const model =
		resolved.ok && resolved.value !== undefined
			? await withContent(resolved.value, prepared, options)
			: resolved;
	if (!model.ok) {
		return model;
	}
	const datasets = await prepareDatasets(
		{ recipePath: path, recipe, layout: prepared.layout, convert, locateSplit },
		scratch,
		progress,
		signal,
	);
	if (!datasets.ok) {
		return datasets;
	}
	const template = await readTemplate(path, recipe);
	if (!template.ok) {
		return template;
	}
	const code = await codeOf(parts, path, recipe, progress, signal);
	if (!code.ok) {
		return code;
	}
	const jobs = await prepareCheckpointJobs(path, recipe, prepared.layout, scratch);
	if (!jobs.ok) {
		return jobs;
	}
	const accelerate = accelerateRecord(recipe);
	const train: TrainSpec = {
		method: isTrainingMethod(recipe.method) ? recipe.method : 'sft',
		arguments: { ...recipe.arguments },
		datasets: datasets.value.map(({ record }) => record),
		...(code.value === undefined ? {} : { code: codeRecord(code.value) }),
		...(template.value === undefined ? {} : { chatTemplate: template.value }),
		...(accelerate === undefined ? {} : { accelerate }),
		...(jobs.value === undefined ? {} : { afterCheckpoint: jobs.value.spec }),
		recipePath: path,
		recipeText: recipe.text,
		...(Object.keys(overrides).length === 0 ? {} : { overrides }),
	};
	return ok({
		prepared,
		recipe,
		name: request.name ?? recipe.name ?? basename(path, extname(path)),
		work: { kind: 'train', ...(model.value === undefined ? {} : { model: model.value }), train },
		record: {
			parent: model.value?.runId,
			gpus: request.gpus ?? gpusFor(recipe, prepared),
			clonedFrom: recipe.clonedFrom,
			retry: recipe.retry as RunRetry | undefined,
		},
		datasets: datasets.value,
		ownVotes: await ownVotes(
			parts.folder.preferences,
			datasets.value.map(({ record }) => record.source ?? record.path),
		),
		inputs: {
			files: [...datasets.value.map(({ input }) => input), ...(jobs.value?.files ?? [])],
			...(code.value === undefined ? {} : { code: code.value }),
		},
	});
}

/** Undefined for methods whose code is Windsock's own. */
async function codeOf(
	{ folder }: LauncherParts,
	recipePath: string,
	recipe: Recipe,
	progress: Progress,
	signal: AbortSignal | undefined,
): Promise<Result<CodeTree | undefined>> {
	if (recipe.method !== 'script') {
		return ok(undefined);
	}
	progress.report('Reading the project');
	return await projectCode(recipePath, recipe, folder.root, signal);
}

function codeRecord({ root, files, sha256, bytes }: CodeTree): CodeInput {
	return { sha256, files: files.length, bytes, source: root };
}

/** What the recipe says of its processes; it has been checked. */
function accelerateRecord({ accelerate }: Recipe): TrainAccelerate | undefined {
	return Object.keys(accelerate).length === 0 ? undefined : (accelerate as TrainAccelerate);
}

/** Several processes want a GPU each; where a scheduler is, it gives them out. */
function gpusFor(recipe: Recipe, { settings }: PreparedHost): GpuWish | undefined {
	const count = Number(recipe.accelerate.num_processes ?? 1);
	const onCpu = recipe.arguments['use_cpu'] === true || recipe.method === 'script';
	return count > 1 && !onCpu && settings.scheduler === undefined ? { count } : undefined;
}
