import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from '../../../core/base/result';
import type { Progress } from '../../../core/training/launchRequest';
import type { PreflightReport } from '../../../core/training/preflight/preflightReport';
import type {
	PreflightRequest,
	RecipeChecker,
} from '../../../core/training/preflight/preflightRequest';
import { planJob } from '../../slurm/planJob';
import { uploadInputs } from '../../transfer/uploadInputs';
import { launchSpec, type LauncherParts } from '../launchContext';
import type { RunRemoval } from '../runRemoval';
import { prepareTraining } from '../trainingPreparation';
import { preflightOnHost } from './hostPreflight';
import { withTrust } from './launchGate';
import { preflightAsJob } from './jobPreflight';
import { promptSetsOf } from './promptSets';
import { preflightTraining } from './trainingPreflight';

/**
 * Checks recipes on hosts: everything is prepared and sent as for a launch, then looked at there by
 * the code that trains. Where a scheduler rules this is a job.
 */
export class RecipePreflight implements RecipeChecker {
	constructor(private readonly parts: LauncherParts & { readonly removal: RunRemoval }) {}

	async check(
		request: PreflightRequest,
		progress: Progress,
		signal?: AbortSignal,
	): Promise<Result<PreflightReport>> {
		const scratch = await mkdtemp(join(tmpdir(), 'windsock-data-'));
		try {
			const prepared = await prepareTraining(this.parts, request, scratch, progress, signal);
			if (!prepared.ok) {
				return prepared;
			}
			const training = prepared.value;
			const { work, record, inputs, recipe } = training;
			const name = `check ${training.name}`;
			const { root } = this.parts.folder;
			const sets = await promptSetsOf(root, training.prepared, scratch);
			const train = { ...work.train, promptSets: sets.records };
			const checked = { ...work, kind: 'check', train } as const;
			const { gpus, parent } = record;
			const probe = request.probe === true;
			const checking = launchSpec(this.parts, training.prepared, name, checked, { gpus, parent });
			const trusting = withTrust(checking, request.trusted ?? []);
			const spec = probe ? { ...trusting, probe } : trusting;
			const job = await planJob(training.prepared, spec.id, request, recipe.resources, signal);
			if (!job.ok) {
				return job;
			}
			const run = { id: spec.id, name, root: training.prepared.layout.runs };
			const sent = await uploadInputs(
				training.prepared,
				{ ...inputs, files: [...inputs.files, ...sets.inputs], run },
				progress,
				signal,
			);
			if (!sent.ok) {
				return sent;
			}
			const { script } = job.value;
			return await preflightTraining(
				training,
				spec,
				onLine =>
					script === undefined
						? preflightOnHost(training.prepared, spec, [], onLine, progress, signal)
						: preflightAsJob(this.parts, training.prepared, spec, script, onLine, progress, signal),
				progress,
				request.onReport,
			);
		} finally {
			await rm(scratch, { recursive: true, force: true });
		}
	}
}
