import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { ModelSource, RunSpec } from '../../core/contract/runFiles.generated';
import { withSignal } from '../../core/hosts/host';
import { referenceOf, rewardBeta } from '../../core/responses/rewardMap/dpoReference';
import type { LaunchPlan, Progress } from '../../core/training/launchRequest';
import { formatModelRef } from '../../core/training/modelRef';
import { planJob } from '../slurm/planJob';
import { storeText } from '../runs/datasetStore';
import { launchContext, launchSpec, newStamp, type LauncherParts } from '../runs/launchContext';
import { modelLabels } from '../runs/modelLabels';
import { resolveModel } from '../runs/modelResolver';
import { startRun } from '../runs/runStart';
import type { AnswerToScore } from './answersToScore';

export interface RewardMapRequest {
	/** Run whose checkpoint is the policy. */
	readonly runId: string;
	/** Of the checkpoint; the newest complete one when undefined. */
	readonly step: number | undefined;
	/** Model reference; the one that DPO trained against when undefined. */
	readonly against: string | undefined;
	readonly answers: readonly AnswerToScore[];
	/** Folder or file that they are from, for people; relative paths of models start there. */
	readonly source: string;
	/** Where it is one answer of many that the source has: which. */
	readonly only?: { readonly promptId: string; readonly model: string; readonly sample: number };
	readonly name?: string;
	/** Likeliest tokens that are kept of each place. */
	readonly topK?: number;
	readonly resources?: Readonly<Record<string, unknown>>;
	readonly review?: (plan: LaunchPlan, signal?: AbortSignal) => Promise<boolean>;
}

/** Arguments of a recipe that decide how its model is loaded and computed with. */
const decisive = [
	'dtype',
	'bf16',
	'fp16',
	'attn_implementation',
	'load_in_4bit',
	'load_in_8bit',
	'bnb_4bit_quant_type',
	'use_bnb_nested_quant',
];

/**
 * Lets the host of a run tell what one of its checkpoints and another model make of answers, token
 * by token, as a run of its own: it outlives its window, is resumed, and is a job where a scheduler
 * rules.
 */
export class RewardMaps {
	constructor(private readonly parts: LauncherParts) {}

	/** Returns when the host has the run on record. */
	async launch(
		request: RewardMapRequest,
		progress: Progress,
		signal?: AbortSignal,
	): Promise<Result<{ readonly runId: string }>> {
		const { library, folder } = this.parts;
		const run = library.mirrored(request.runId);
		if (run === undefined) {
			return err(new WindsockError('runUnknown', { run: request.runId }));
		}
		const { hostName, source } = { hostName: run.hostName, source: request.source };
		const begun = await launchContext(this.parts, hostName, source, progress, signal);
		if (!begun.ok) {
			return begun;
		}
		const { prepared, context } = begun.value;
		const options = withSignal(signal);
		const { runId, step } = request;
		const ref = formatModelRef({
			kind: 'run',
			run: runId,
			...(step === undefined ? {} : { step }),
		});
		const policy = await resolveModel(ref, prepared, context, options);
		if (!policy.ok) {
			return policy;
		}
		const { spec: trained } = run.folder;
		const reference = await this.#reference(trained, request.against, source =>
			resolveModel(source, prepared, context, options),
		);
		if (!reference.ok) {
			return reference;
		}
		const stamp = newStamp();
		const job = await planJob(prepared, stamp.id, request, { nodes: 1 }, signal);
		if (!job.ok) {
			return job;
		}
		progress.report('Sending the answers');
		const text = request.answers.map(answer => `${JSON.stringify(answer)}\n`).join('');
		const sent = await storeText(prepared, text, options);
		if (!sent.ok) {
			return sent;
		}
		const beta = rewardBeta(trained, policy.value, reference.value);
		const kept = decisive.filter(name => name in (trained.train?.arguments ?? {}));
		const { chatTemplate } = trained.train ?? {};
		const refs = [lasting(policy.value), lasting(reference.value)];
		const [label = '', against = ''] = modelLabels(refs, context.runs);
		const spec = launchSpec(
			this.parts,
			prepared,
			request.name ?? `reward map ${label} − ${against}`,
			{
				kind: 'score',
				score: {
					answers: {
						...sent.value,
						count: request.answers.length,
						source,
						...(request.only === undefined ? {} : { only: request.only }),
					},
					policy: { label, source: policy.value },
					reference: { label: against, source: reference.value },
					...(trained.train === undefined
						? {}
						: {
								arguments: Object.fromEntries(
									kept.map(name => [name, trained.train?.arguments[name]]),
								),
							}),
					...(chatTemplate === undefined ? {} : { chatTemplate }),
					...(beta === undefined ? {} : { beta }),
					...(request.topK === undefined ? {} : { topK: request.topK }),
				},
			},
			{ parent: runId, stamp },
		);
		progress.report('Starting');
		const started = await startRun(prepared, spec, folder.runs, {}, job.value.script, signal);
		library.rescan();
		return started.ok ? ok({ runId: spec.id }) : started;
	}

	async #reference(
		trained: RunSpec,
		against: string | undefined,
		resolve: (ref: string) => Promise<Result<ModelSource>>,
	): Promise<Result<ModelSource>> {
		if (against !== undefined) {
			return resolve(against);
		}
		const own = referenceOf(trained);
		const reason = `${trained.name} was not trained by DPO, so it has no reference of its own; name a model to hold it against`;
		return own === undefined ? err(new WindsockError('rewardMapImpossible', { reason })) : ok(own);
	}
}

function lasting({ ref, runId, step }: ModelSource): string {
	return runId === undefined || step === undefined
		? ref
		: formatModelRef({ kind: 'run', run: runId, step });
}
