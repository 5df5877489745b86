import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { basename, extname, join } from 'node:path';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { ulid } from '../../core/base/ulid';
import type {
	CodeInput,
	LabelledModel,
	ModelSource,
	RunSpec,
	RunRetry,
	TrainAccelerate,
} from '../../core/contract/runFiles.generated';
import { parsePromptSet, type Prompt } from '../../core/responses/promptSet';
import { withSignal } from '../../core/hosts/host';
import type { GpuWish } from '../../core/training/gpuWish';
import type {
	LaunchGenerateRequest,
	Launcher,
	LaunchTrainingRequest,
	Progress,
} from '../../core/training/launchRequest';
import type { Recipe } from '../../core/training/recipe';
import { formatModelRef, parseModelRef } from '../../core/training/modelRef';
import { isTrainingMethod } from '../../core/training/recipeValidation';
import { planJob } from '../slurm/planJob';
import type { CodeTree } from '../transfer/codeTree';
import { projectCode } from '../transfer/projectCode';
import { uploadInputs } from '../transfer/uploadInputs';
import { readProject } from '../workspace/project';
import type { WorkspaceFolder } from '../workspace/workspaceFolder';
import { storeText } from './datasetStore';
import { modelLabels } from './modelLabels';
import { resolveModel, type ModelContext } from './modelResolver';
import type { PreparedHost } from './preparedHost';
import { readRecipe, readTemplate, readText } from './recipeFile';
import { comparisonRecord, createComparison } from './responseMirror';
import type { RunHosts } from './runHosts';
import type { WorkspaceRunLibrary } from './runLibrary';
import { runSpec, type SpecParts } from './runSpec';
import { mayBeGoing, startRun } from './runStart';
import { prepareDatasets, type DatasetConversion, type SplitLocation } from './trainingData';

export interface LauncherParts {
	readonly folder: WorkspaceFolder;
	readonly hosts: RunHosts;
	readonly library: WorkspaceRunLibrary;
	/** Version of this program, for the record. */
	readonly version: string;
	readonly convert: DatasetConversion;
	readonly locateSplit: SplitLocation;
}

const defaultSampling = { max_new_tokens: 256, temperature: 0, seed: 0 };

/** Launches runs of one workspace: everything is checked and sent before anything starts. */
export class WorkspaceLauncher implements Launcher {
	constructor(private readonly parts: LauncherParts) {}

	async launchTraining(
		request: LaunchTrainingRequest,
		progress: Progress,
		signal?: AbortSignal,
	): Promise<Result<{ readonly runId: string }>> {
		const path = request.recipePath;
		progress.report('Reading the recipe');
		const overrides = request.overrides ?? {};
		const recipe = await readRecipe(path, overrides, request.recipeText);
		if (!recipe.ok) {
			return recipe;
		}
		const begun = await this.#begin(request.hostName, path, progress, signal);
		if (!begun.ok) {
			return begun;
		}
		const { prepared, context } = begun.value;
		const { convert, locateSplit } = this.parts;
		const options = withSignal(signal);
		// A script loads what it likes; a model that its recipe names is looked for all the same.
		const needsModel = recipe.value.method !== 'script' || recipe.value.model !== 'base';
		const model = needsModel
			? await resolveModel(recipe.value.model, prepared, context, options)
			: ok(undefined);
		if (!model.ok) {
			return model;
		}
		const scratch = await mkdtemp(join(tmpdir(), 'windsock-data-'));
		try {
			const datasets = await prepareDatasets(
				{ recipePath: path, recipe: recipe.value, layout: prepared.layout, convert, locateSplit },
				scratch,
				progress,
				signal,
			);
			if (!datasets.ok) {
				return datasets;
			}
			const template = await readTemplate(path, recipe.value);
			if (!template.ok) {
				return template;
			}
			const code = await this.#code(path, recipe.value, progress, signal);
			if (!code.ok) {
				return code;
			}
			const { method } = recipe.value;
			const accelerate = accelerateRecord(recipe.value);
			const work: SpecParts['work'] = {
				kind: 'train',
				...(model.value === undefined ? {} : { model: model.value }),
				train: {
					method: isTrainingMethod(method) ? method : 'sft',
					arguments: { ...recipe.value.arguments },
					datasets: datasets.value.map(({ record }) => record),
					...(code.value === undefined ? {} : { code: codeRecord(code.value) }),
					...(template.value === undefined ? {} : { chatTemplate: template.value }),
					...(accelerate === undefined ? {} : { accelerate }),
					recipePath: path,
					recipeText: recipe.value.text,
					...(Object.keys(overrides).length === 0 ? {} : { overrides }),
				},
			};
			const name = request.name ?? recipe.value.name ?? basename(path, extname(path));
			const spec = this.#spec(prepared, name, work, {
				parent: model.value?.runId,
				gpus: request.gpus ?? gpusFor(recipe.value, prepared),
				clonedFrom: recipe.value.clonedFrom,
				retry: recipe.value.retry as RunRetry | undefined,
			});
			const inputs = {
				files: datasets.value.map(({ input }) => input),
				...(code.value === undefined ? {} : { code: code.value }),
				run: { id: spec.id, name, root: prepared.layout.runs },
			};
			const { resources } = recipe.value;
			const job = await planJob(prepared, spec.id, request, resources, signal);
			if (!job.ok) {
				return job;
			}
			const sent = await uploadInputs(prepared, inputs, progress, signal);
			return sent.ok
				? await this.#start(prepared, spec, {}, job.value.script, progress, signal)
				: sent;
		} finally {
			await rm(scratch, { recursive: true, force: true });
		}
	}

	async launchGenerate(
		request: LaunchGenerateRequest,
		progress: Progress,
		signal?: AbortSignal,
	): Promise<Result<{ readonly runId: string }>> {
		const path = request.promptsPath;
		progress.report('Reading the prompts');
		const text = await readText(path);
		const parsed = text.ok ? parsePromptSet(text.value, path) : text;
		if (!parsed.ok) {
			return parsed;
		}
		const begun = await this.#begin(request.hostName, path, progress, signal);
		if (!begun.ok) {
			return begun;
		}
		const { prepared, context } = begun.value;
		const options = withSignal(signal);
		const labels = modelLabels(request.models, context.runs);
		const named = request.models.map((ref, i) => ({ ref, label: labels[i] ?? ref }));
		const models: LabelledModel[] = [];
		const compared = new Map(named.map(({ label, ref }) => [label, ref]));
		for (const { ref, label } of named.filter(model => !isEndpoint(model.ref))) {
			const source = await resolveModel(ref, prepared, context, options);
			if (!source.ok) {
				return source;
			}
			models.push({ label, source: source.value });
			compared.set(label, lastingRef(source.value));
		}
		const [first, ...others] = models;
		if (first === undefined) {
			const reason = 'a run needs at least one model that is no endpoint';
			return err(new WindsockError('modelMissing', { ref: labels.join(', '), reason }));
		}
		const stamp = newStamp();
		// Answers come from one node, however many a training takes there.
		const job = await planJob(prepared, stamp.id, request, { nodes: 1 }, signal);
		if (!job.ok) {
			return job;
		}
		progress.report('Sending the prompts');
		const prompts = await storeText(prepared, promptLines(parsed.value), options);
		if (!prompts.ok) {
			return prompts;
		}
		const sampling = { ...defaultSampling, ...request.sampling };
		const name = request.name ?? basename(path, extname(path));
		const spec = this.#spec(
			prepared,
			name,
			{
				kind: 'generate',
				generate: {
					prompts: { ...prompts.value, count: parsed.value.length },
					models: [first, ...others],
					sampling,
				},
			},
			{ gpus: request.gpus, stamp },
		);
		const comparison = request.outPath ?? join(this.parts.folder.comparisons, spec.id);
		const { id, createdAt } = spec;
		const lanes = [...compared].map(([label, ref]) => ({ label, ref }));
		const created = createComparison(
			comparison,
			comparisonRecord({ id, name, createdAt, sampling, promptsPath: path }, lanes, {
				runId: id,
				hostName: request.hostName,
			}),
			path,
		);
		if (!created.ok) {
			return created;
		}
		const { script } = job.value;
		const started = await this.#start(prepared, spec, { comparison }, script, progress, signal);
		if (!started.ok && !mayBeGoing.has(started.error.code)) {
			await rm(comparison, { recursive: true, force: true });
		}
		return started;
	}

	/** Undefined for methods whose code is Windsock's own. */
	async #code(
		recipePath: string,
		recipe: Recipe,
		progress: Progress,
		signal: AbortSignal | undefined,
	): Promise<Result<CodeTree | undefined>> {
		if (recipe.method !== 'script') {
			return ok(undefined);
		}
		progress.report('Reading the project');
		return await projectCode(recipePath, recipe, this.parts.folder.root, signal);
	}

	async #begin(
		hostName: string,
		namedIn: string,
		progress: Progress,
		signal?: AbortSignal,
	): Promise<Result<{ prepared: PreparedHost; context: ModelContext }>> {
		const project = await readProject(this.parts.folder);
		if (!project.ok) {
			return project;
		}
		progress.report(`Connecting to ${hostName}`);
		const prepared = await this.parts.hosts.prepare(hostName, withSignal(signal));
		if (!prepared.ok) {
			return prepared;
		}
		this.parts.library.rescan();
		const runs = this.parts.library.list();
		return ok({ prepared: prepared.value, context: { project: project.value, runs, namedIn } });
	}

	#spec(
		prepared: PreparedHost,
		name: string,
		work: SpecParts['work'],
		{
			parent,
			gpus,
			clonedFrom,
			retry,
			stamp = newStamp(),
		}: {
			readonly parent?: string | undefined;
			readonly gpus?: GpuWish | undefined;
			readonly clonedFrom?: string | undefined;
			/** It has been checked. */
			readonly retry?: RunRetry | undefined;
			readonly stamp?: RunStamp;
		},
	): RunSpec {
		return runSpec(prepared, {
			...stamp,
			name,
			version: this.parts.version,
			author: userInfo().username,
			...(parent === undefined ? {} : { parent }),
			...(gpus === undefined ? {} : { gpus }),
			...(clonedFrom === undefined ? {} : { clonedFrom }),
			...(retry === undefined ? {} : { retry }),
			work,
		});
	}

	async #start(
		prepared: PreparedHost,
		spec: RunSpec,
		header: { comparison?: string },
		script: string | undefined,
		progress: Progress,
		signal?: AbortSignal,
	): Promise<Result<{ readonly runId: string }>> {
		progress.report('Starting');
		const started = await startRun(prepared, spec, this.parts.folder.runs, header, script, signal);
		this.parts.library.rescan();
		return started.ok ? ok({ runId: spec.id }) : started;
	}
}

interface RunStamp {
	readonly id: string;
	readonly createdAt: Date;
}

function newStamp(): RunStamp {
	const createdAt = new Date();
	return { id: ulid(createdAt.getTime(), randomBytes(10)), createdAt };
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

/** A reference that means the same later: a name may come to mean a newer run. */
function lastingRef({ ref, runId, step }: ModelSource): string {
	return runId === undefined || step === undefined
		? ref
		: formatModelRef({ kind: 'run', run: runId, step });
}

/** Endpoints are asked from this machine, not by a run. */
function isEndpoint(ref: string): boolean {
	const parsed = parseModelRef(ref);
	return parsed.ok && parsed.value.kind === 'endpoint';
}

/** What a model may see of the prompts: no reference answers, no tags. */
function promptLines(prompts: readonly Prompt[]): string {
	return prompts
		.map(({ id, messages, sampling }) => `${JSON.stringify({ id, messages, sampling })}\n`)
		.join('');
}
