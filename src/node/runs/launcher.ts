import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { LabelledModel, ModelSource, RunSpec } from '../../core/contract/runFiles.generated';
import { defaultSampling } from '../../core/responses/defaultSampling';
import { markTrained } from '../responses/spentFile';
import { parsePromptSet } from '../../core/responses/promptSet';
import { withSignal } from '../../core/hosts/host';
import type {
	LaunchGenerateRequest,
	Launcher,
	LaunchTrainingRequest,
	Progress,
} from '../../core/training/launchRequest';
import { formatModelRef, parseModelRef } from '../../core/training/modelRef';
import { planJob } from '../slurm/planJob';
import { uploadInputs } from '../transfer/uploadInputs';
import { createAnswers } from './checkpointAnswers';
import { promptLines } from './checkpointJobs';
import { storeText } from './datasetStore';
import { launchContext, launchSpec, newStamp, type LauncherParts } from './launchContext';
import { launchInputs } from './launchInputs';
import { modelLabels } from './modelLabels';
import { resolveModel } from './modelResolver';
import type { PreparedHost } from './preparedHost';
import { passGate, withTrust } from './preflight/launchGate';
import { readText } from './recipeFile';
import { comparisonRecord, createComparison } from './responseMirror';
import { mayBeGoing, startRun } from './runStart';
import { prepareTraining } from './trainingPreparation';

/** Launches runs of one workspace: everything is checked and sent before anything starts. */
export class WorkspaceLauncher implements Launcher {
	constructor(private readonly parts: LauncherParts) {}

	async launchTraining(
		request: LaunchTrainingRequest,
		progress: Progress,
		signal?: AbortSignal,
	): Promise<Result<{ readonly runId: string }>> {
		const scratch = await mkdtemp(join(tmpdir(), 'windsock-data-'));
		try {
			const training = await prepareTraining(this.parts, request, scratch, progress, signal);
			if (!training.ok) {
				return training;
			}
			const { prepared, name, work, record, recipe, inputs } = training.value;
			const known = await launchInputs(this.parts, request, training.value);
			if (!known.ok) {
				return known;
			}
			const { graph } = request;
			const told = { ...record, graph, inputs: known.value };
			const made = launchSpec(this.parts, prepared, name, work, told);
			const spec = withTrust(made, request.trusted ?? []);
			const job = await planJob(prepared, spec.id, request, recipe.resources, signal);
			if (!job.ok) {
				return job;
			}
			const run = { id: spec.id, name, root: prepared.layout.runs };
			const sent = await uploadInputs(prepared, { ...inputs, run }, progress, signal);
			const passed = sent.ok
				? await passGate(training.value, spec, request.gate, progress, signal)
				: sent;
			if (!passed.ok) {
				return passed;
			}
			const { comparisons } = this.parts.folder;
			const source = work.train.afterCheckpoint?.answers?.prompts.source;
			const answers = createAnswers(comparisons, passed.value, request.hostName, source);
			if (!answers.ok) {
				return answers;
			}
			const { script } = job.value;
			const started = await this.#start(
				prepared,
				passed.value,
				answers.value,
				script,
				progress,
				signal,
			);
			if (started.ok) {
				const { preferences } = this.parts.folder;
				const files = recipe.datasets.map(({ path }) => resolve(dirname(request.recipePath), path));
				await markTrained(preferences, files, spec.createdAt);
			}
			return started;
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
		const begun = await launchContext(this.parts, request.hostName, path, progress, signal);
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
		const spec = launchSpec(
			this.parts,
			prepared,
			name,
			{
				kind: 'generate',
				generate: {
					prompts: { ...prompts.value, count: parsed.value.length },
					models: [first, ...others],
					sampling,
					...(request.samples === undefined ? {} : { samples: request.samples }),
					...(request.engine === undefined ? {} : { engine: request.engine }),
				},
			},
			{ gpus: request.gpus, graph: request.graph, inputs: request.inputs, stamp },
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
		return await this.#start(prepared, spec, { comparison }, script, progress, signal);
	}

	/** A comparison that was made for the run goes again where that has not begun. */
	async #start(
		prepared: PreparedHost,
		spec: RunSpec,
		header: { readonly comparison?: string },
		script: string | undefined,
		progress: Progress,
		signal?: AbortSignal,
	): Promise<Result<{ readonly runId: string }>> {
		progress.report('Starting');
		const started = await startRun(prepared, spec, this.parts.folder.runs, header, script, signal);
		if (!started.ok && !mayBeGoing.has(started.error.code) && header.comparison !== undefined) {
			await rm(header.comparison, { recursive: true, force: true });
		}
		this.parts.library.rescan();
		return started.ok ? ok({ runId: spec.id }) : started;
	}
}

/** A reference that means the same later: a name may come to mean a newer run. */
function lastingRef({ ref, runId, step }: ModelSource): string {
	return runId === undefined || step === undefined
		? ref
		: formatModelRef({ kind: 'run', run: runId, step });
}

/** Endpoints and the editor's own models are asked from this machine, not by a run. */
function isEndpoint(ref: string): boolean {
	const parsed = parseModelRef(ref);
	return parsed.ok && ['endpoint', 'vscode'].includes(parsed.value.kind);
}
