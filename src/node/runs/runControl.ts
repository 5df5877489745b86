import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { HostGpu } from '../../core/contract/runFiles.generated';
import type { OperationOptions } from '../../core/hosts/host';
import type { GpuWish } from '../../core/training/gpuWish';
import type { RunSummary } from '../../core/training/runLibrary';
import { hasEnded } from '../../core/training/runState';
import { gpusFrom } from '../hosts/hostAnswer';
import { listCheckpoints } from './checkpoints';
import type { MirroredRun } from './mirroredRun';
import { callPackage, runFolder, type PreparedHost } from './preparedHost';
import type { RunHosts } from './runHosts';
import type { WorkspaceRunLibrary } from './runLibrary';
import { schedulerError } from './runStart';

/** A run that has GPUs of a host, or waits for them. */
export interface QueuedRun {
	readonly id: string;
	readonly name: string;
	readonly author: string | undefined;
	readonly wish: GpuWish | undefined;
}

/** The GPUs of a host that its runs share, and who waits, first in line first. */
export interface GpuQueue {
	/** Whom the order binds, in words. */
	readonly binds: string;
	readonly gpus: readonly (HostGpu & { readonly idle: boolean; readonly run?: QueuedRun })[];
	readonly waiting: readonly QueuedRun[];
}

/** Starts runs again and lets them start before their turn. */
export class RunControl {
	constructor(
		private readonly hosts: RunHosts,
		private readonly library: WorkspaceRunLibrary,
	) {}

	/**
	 * Lets an ended run go on: from the newest complete checkpoint, or from that of a step, with what
	 * comes after it set aside. Repeating it after a broken link does not begin two attempts.
	 */
	async resume(
		runId: string,
		fromStep: number | undefined,
		options: OperationOptions = {},
	): Promise<Result<void>> {
		const found = await this.#prepared(runId, options);
		if (!found.ok) {
			return found;
		}
		const { run, prepared } = found.value;
		if (!hasEnded(run.summary.state)) {
			return err(new WindsockError('runBusy', { run: run.summary.name }));
		}
		if (fromStep === undefined && trains(run.summary)) {
			const listed = await listCheckpoints(prepared, runId, options);
			if (!listed.ok) {
				return listed;
			}
			if (!listed.value.some(({ complete, merged }) => complete && !merged)) {
				return err(new WindsockError('nothingToResume', { run: run.summary.name, id: runId }));
			}
		}
		const isJob = prepared.settings.scheduler !== undefined;
		const words = [isJob ? 'submit' : 'start', runFolder(prepared, runId), '--resume'];
		words.push('--attempt', String(run.summary.attempt + 1));
		if (fromStep !== undefined) {
			words.push('--from', String(fromStep));
		}
		const begun = await callPackage(prepared, words, options);
		if (begun.ok) {
			return this.library.look(runId);
		}
		const { error } = begun;
		return error.details['remoteCode'] === 'noCheckpoint'
			? err(new WindsockError('checkpointMissing', error.details, { cause: error }))
			: err(schedulerError(error));
	}

	/** Lets a run that waits for GPUs start at once, on busy ones if it must. */
	async startNow(runId: string, options: OperationOptions = {}): Promise<Result<void>> {
		const found = await this.#prepared(runId, options);
		if (!found.ok) {
			return found;
		}
		const { prepared } = found.value;
		const words = ['start-now', runFolder(prepared, runId)];
		const told = await callPackage(prepared, words, options);
		return told.ok ? ok() : told;
	}

	/** The crontab line that lets a host go on with runs after a reboot, and whether it is there now. */
	async rebootLine(
		hostName: string,
		change: 'install' | 'remove' | undefined,
		options: OperationOptions = {},
	): Promise<Result<{ readonly line: string; readonly installed: boolean }>> {
		const prepared = await this.hosts.prepare(hostName, options);
		if (!prepared.ok) {
			return prepared;
		}
		const words = ['reboot-line', '--root', prepared.value.layout.runs];
		const changes = change === undefined ? [] : [`--${change}`];
		const answer = await callPackage(prepared.value, [...words, ...changes], options);
		if (!answer.ok) {
			return answer;
		}
		const { line, installed } = answer.value as Readonly<Record<string, unknown>>;
		return ok({ line: String(line), installed: installed === true });
	}

	async gpuQueue(hostName: string, options: OperationOptions = {}): Promise<Result<GpuQueue>> {
		const prepared = await this.hosts.prepare(hostName, options);
		if (!prepared.ok) {
			return prepared;
		}
		const words = ['gpu-queue', '--root', prepared.value.layout.runs];
		const answer = await callPackage(prepared.value, words, options);
		if (!answer.ok) {
			return answer;
		}
		const queue = gpuQueueFrom(answer.value);
		const reason = 'its answer is not that of a queue';
		return queue
			? ok(queue)
			: err(new WindsockError('remoteCommandFailed', { host: hostName, reason }));
	}

	async #prepared(
		runId: string,
		options: OperationOptions,
	): Promise<Result<{ readonly run: MirroredRun; readonly prepared: PreparedHost }>> {
		const run = this.library.mirrored(runId);
		if (run === undefined) {
			return err(new WindsockError('runUnknown', { run: runId }));
		}
		const { path, spec, readOnly } = run.folder;
		if (readOnly) {
			return err(new WindsockError('contractNewer', { path, version: spec.contractVersion }));
		}
		const prepared = await this.hosts.prepare(run.hostName, options);
		return prepared.ok ? ok({ run, prepared: prepared.value }) : prepared;
	}
}

/** A script of the user's own knows by itself what it goes on from. */
function trains({ kind, method }: RunSummary): boolean {
	return kind === 'train' && method !== 'script';
}

/** A host may say anything: what has another shape is left out. */
export function gpuQueueFrom(value: unknown): GpuQueue | undefined {
	const fields = (typeof value === 'object' && value !== null ? value : {}) as Record<
		string,
		unknown
	>;
	const gpus = gpusFrom(fields['gpus']);
	if (!gpus || !Array.isArray(fields['waiting'])) {
		return undefined;
	}
	return {
		binds: typeof fields['binds'] === 'string' ? fields['binds'] : '',
		gpus: gpus.map(gpu => {
			const run = queuedRunFrom(gpu['run']);
			return { ...gpu, idle: gpu['idle'] === true, ...(run ? { run } : {}) };
		}),
		waiting: fields['waiting'].flatMap((one: unknown) => queuedRunFrom(one) ?? []),
	};
}

function queuedRunFrom(value: unknown): QueuedRun | undefined {
	if (typeof value !== 'object' || value === null) {
		return undefined;
	}
	const { id, name, author, wish } = value as Record<string, unknown>;
	return typeof id === 'string'
		? {
				id,
				name: typeof name === 'string' && name !== '' ? name : id,
				author: typeof author === 'string' ? author : undefined,
				wish: wishFrom(wish),
			}
		: undefined;
}

function wishFrom(value: unknown): GpuWish | undefined {
	const { uuids, count } = (value ?? {}) as { uuids?: unknown; count?: unknown };
	if (Array.isArray(uuids) && uuids.every(uuid => typeof uuid === 'string')) {
		return { uuids };
	}
	return typeof count === 'number' ? { count } : undefined;
}
