import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { ulid } from '../../core/base/ulid';
import { withSignal } from '../../core/hosts/host';
import type { Progress } from '../../core/training/launchRequest';
import { formatModelRef } from '../../core/training/modelRef';
import type { RunSummary } from '../../core/training/runLibrary';
import { planJob } from '../slurm/planJob';
import type { WorkspaceFolder } from '../workspace/workspaceFolder';
import { checkpointFolder, findCheckpoint } from './checkpoints';
import type { PreparedHost } from './preparedHost';
import type { RunHosts } from './runHosts';
import type { WorkspaceRunLibrary } from './runLibrary';
import type { RunRemoval } from './runRemoval';
import { runSpec } from './runSpec';
import { startRun } from './runStart';

export interface MergeParts {
	readonly folder: WorkspaceFolder;
	readonly hosts: RunHosts;
	readonly library: WorkspaceRunLibrary;
	readonly removal: RunRemoval;
	/** Version of this program, for the record. */
	readonly version: string;
}

export interface MergedModel {
	readonly step: number;
	/** Folder on the host, which `path:` names as a model. */
	readonly path: string;
	readonly bytes: number;
}

/**
 * Merges adapters into their base models, and shards into one, on the host, as runs of their own, so that a merge outlives
 * its window and is a job where a scheduler rules. The run of a merge that went well is removed
 * again: its result stands under the run that the adapter is of.
 */
export class AdapterMerge {
	constructor(private readonly parts: MergeParts) {}

	/**
	 * @param step of the adapter; the newest complete one when undefined
	 * @param signal ends the merge on the host too
	 */
	async merge(
		runId: string,
		step: number | undefined,
		{ progress, signal }: { readonly progress: Progress; readonly signal?: AbortSignal },
	): Promise<Result<MergedModel>> {
		const { hosts, library } = this.parts;
		const run = library.mirrored(runId);
		if (run === undefined) {
			return err(new WindsockError('runUnknown', { run: runId }));
		}
		const options = withSignal(signal);
		const prepared = await hosts.prepare(run.hostName, options);
		if (!prepared.ok) {
			return prepared;
		}
		const found = await findCheckpoint(prepared.value, runId, step, options);
		if (!found.ok) {
			return found;
		}
		const ref = formatModelRef({ kind: 'run', run: runId, step: found.value.step });
		if (!found.value.adapter && found.value.sharded !== true) {
			const reason =
				'it is a whole model, not an adapter and not in shards: there is nothing to merge';
			return err(new WindsockError('modelMissing', { ref, reason }));
		}
		const source = { ref, step: found.value.step };
		const started = await this.#start(prepared.value, run.summary, source, signal);
		if (!started.ok) {
			return started;
		}
		const ended = await this.#follow(started.value, progress, signal);
		return ended.ok ? this.#result(prepared.value, runId, found.value.step, ended.value) : ended;
	}

	async #start(
		prepared: PreparedHost,
		{ id: runId, name }: RunSummary,
		{ ref, step }: { readonly ref: string; readonly step: number },
		signal: AbortSignal | undefined,
	): Promise<Result<string>> {
		const { folder, library, version } = this.parts;
		const createdAt = new Date();
		const path = checkpointFolder(prepared, runId, step);
		const spec = runSpec(prepared, {
			id: ulid(createdAt.getTime(), randomBytes(10)),
			name: `merge ${name}@${step}`,
			createdAt,
			version,
			author: userInfo().username,
			parent: runId,
			work: {
				kind: 'merge',
				model: { ref, kind: 'checkpoint', path, runId, step },
				merge: { out: checkpointFolder(prepared, runId, step, true), step },
			},
		});
		const job = await planJob(prepared, spec.id, {}, { nodes: 1 }, signal);
		if (!job.ok) {
			return job;
		}
		const started = await startRun(prepared, spec, folder.runs, {}, job.value.script, signal);
		library.rescan();
		return started.ok ? ok(spec.id) : started;
	}

	async #follow(
		mergeId: string,
		progress: Progress,
		signal: AbortSignal | undefined,
	): Promise<Result<RunSummary>> {
		const { library } = this.parts;
		const report = (): void => {
			const run = library.get(mergeId);
			const { step, maxSteps } = run ?? {};
			const share = step === undefined || !maxSteps ? undefined : step / maxSteps;
			progress.report('Merging', share, run?.message || run?.state || '');
		};
		const told = library.onDidChange(({ runId }) => {
			if (runId === mergeId) {
				report();
			}
		});
		report();
		const ended = await library.waitForEnd(mergeId, signal);
		told.dispose();
		if (!ended.ok && signal?.aborted === true) {
			const stopped = await library.stop(mergeId);
			await this.parts.removal.delete(mergeId);
			return stopped.ok ? ended : stopped;
		}
		return ended;
	}

	async #result(
		prepared: PreparedHost,
		runId: string,
		step: number,
		merge: RunSummary,
	): Promise<Result<MergedModel>> {
		const found = await findCheckpoint(prepared, runId, step, {}, true);
		if (merge.state !== 'finished' || !found.ok) {
			const reason = merge.message === '' ? merge.state : merge.message;
			return err(new WindsockError('runFailed', { run: merge.name, reason }));
		}
		// What is left of it is a log that says it went well.
		await this.parts.removal.delete(merge.id);
		const path = checkpointFolder(prepared, runId, step, true);
		return ok({ step, path, bytes: found.value.bytes });
	}
}
