import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { withSignal } from '../../core/hosts/host';
import type { Progress } from '../../core/training/launchRequest';
import type { RunCheckpoint } from '../../core/training/runLibrary';
import { checkpointFolder, findCheckpoint, listCheckpoints } from '../runs/checkpoints';
import type { PreparedHost } from '../runs/preparedHost';
import type { RunHosts } from '../runs/runHosts';
import type { WorkspaceRunLibrary } from '../runs/runLibrary';
import type { Pulled } from './pullFolder';
import { sweepStore, type StoreSweep } from './storeSweep';

export interface WithProgress {
	readonly progress: Progress;
	readonly signal?: AbortSignal;
	/** The model that the adapter of the step was merged into, instead of the adapter. */
	readonly merged?: boolean;
}

/** What is moved to and from hosts beside launches: checkpoints, and what of the store may go. */
export class RunTransfers {
	constructor(
		private readonly hosts: Pick<RunHosts, 'prepare'>,
		private readonly library: Pick<WorkspaceRunLibrary, 'mirrored'>,
	) {}

	/** What of the host's store no run names; removed when asked to. */
	async sweep(
		hostName: string,
		remove: boolean,
		signal?: AbortSignal,
	): Promise<Result<StoreSweep>> {
		const options = withSignal(signal);
		const prepared = await this.hosts.prepare(hostName, options);
		return prepared.ok ? await sweepStore(prepared.value, remove, options) : prepared;
	}

	/**
	 * Brings a checkpoint to a folder of this machine.
	 *
	 * @param step the newest complete one when undefined
	 */
	async pull(
		runId: string,
		step: number | undefined,
		out: string,
		{ progress, signal, merged }: WithProgress,
	): Promise<Result<Pulled & { readonly step: number }>> {
		const found = await this.#find(runId, step, signal, merged);
		if (!found.ok) {
			return found;
		}
		const { prepared, checkpoint } = found.value;
		const folder = checkpointFolder(prepared, runId, checkpoint.step, merged);
		const last = 'windsock-complete';
		const { pullFolder } = await import('./pullFolder');
		const pulled = await pullFolder(prepared, folder, out, { last, progress, signal });
		return pulled.ok ? ok({ ...pulled.value, step: checkpoint.step }) : pulled;
	}

	/** Copies a checkpoint to the models of another host, where `path:` names it. */
	async copy(
		runId: string,
		step: number | undefined,
		toHost: string,
		{ progress, signal, merged }: WithProgress,
	): Promise<Result<{ readonly path: string; readonly step: number; readonly moved: number }>> {
		const found = await this.#find(runId, step, signal, merged);
		if (!found.ok) {
			return found;
		}
		const to = await this.hosts.prepare(toHost, withSignal(signal));
		if (!to.ok) {
			return to;
		}
		const { prepared, checkpoint, name } = found.value;
		const folder = checkpointFolder(prepared, runId, checkpoint.step, merged);
		const suffix = merged === true ? '-merged' : '';
		const target = `${to.value.layout.models}/${runId}-${checkpoint.step}${suffix}`;
		const use = { id: runId, name };
		const options = { use, progress, signal };
		const { copyFolder } = await import('./copyFolder');
		const copied = await copyFolder(prepared, folder, to.value, target, options);
		return copied.ok ? ok({ ...copied.value, step: checkpoint.step }) : copied;
	}

	/** Removes a checkpoint, or the model merged of it, from its host, complete or not. */
	async removeCheckpoint(
		runId: string,
		step: number,
		signal?: AbortSignal,
		merged = false,
	): Promise<Result<RunCheckpoint>> {
		const prepared = await this.#prepare(runId, signal);
		const options = withSignal(signal);
		if (!prepared.ok) {
			return prepared;
		}
		const listed = await listCheckpoints(prepared.value, runId, options);
		if (!listed.ok) {
			return listed;
		}
		const checkpoint = listed.value.find(one => one.step === step && one.merged === merged);
		if (checkpoint === undefined) {
			const steps = listed.value.map(one => one.step).join(', ');
			const reason = steps === '' ? 'it has no checkpoint' : `there are: ${steps}`;
			return err(new WindsockError('modelMissing', { ref: `run:${runId}@${step}`, reason }));
		}
		const { host } = prepared.value;
		const removed = await host.remove(
			checkpointFolder(prepared.value, runId, step, merged),
			options,
		);
		return removed.ok ? ok(checkpoint) : removed;
	}

	async #prepare(runId: string, signal?: AbortSignal): Promise<Result<PreparedHost>> {
		const run = this.library.mirrored(runId);
		return run === undefined
			? err(new WindsockError('runUnknown', { run: runId }))
			: await this.hosts.prepare(run.hostName, withSignal(signal));
	}

	async #find(
		runId: string,
		step: number | undefined,
		signal?: AbortSignal,
		merged = false,
	): Promise<
		Result<{
			readonly prepared: PreparedHost;
			readonly checkpoint: RunCheckpoint;
			readonly name: string;
		}>
	> {
		const prepared = await this.#prepare(runId, signal);
		if (!prepared.ok) {
			return prepared;
		}
		const found = await findCheckpoint(prepared.value, runId, step, withSignal(signal), merged);
		const name = this.library.mirrored(runId)?.summary.name ?? runId;
		return found.ok ? ok({ prepared: prepared.value, checkpoint: found.value, name }) : found;
	}
}
