import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { byteSize } from '../../core/base/byteSize';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { OperationOptions } from '../../core/hosts/host';
import type { FileAmount, RemovalPreview } from '../../core/training/runRemoval';
import { hasEnded } from '../../core/training/runState';
import type { WorkspaceFolder } from '../workspace/workspaceFolder';
import { checkpointsFrom } from './checkpoints';
import type { MirroredRun } from './mirroredRun';
import { callPackage, runFolder, type PreparedHost } from './preparedHost';
import type { RunHosts } from './runHosts';
import type { WorkspaceRunLibrary } from './runLibrary';

/** Deletes and archives runs, after telling what goes. */
export class RunRemoval {
	constructor(
		private readonly folder: WorkspaceFolder,
		private readonly hosts: Pick<RunHosts, 'prepare'>,
		private readonly library: WorkspaceRunLibrary,
	) {}

	/** What would go. Fails with `runBusy` for a run that goes on. */
	async preview(runId: string, options: OperationOptions = {}): Promise<Result<RemovalPreview>> {
		const found = await this.#ended(runId, options);
		if (!found.ok) {
			return found;
		}
		const { run, prepared } = found.value;
		const answer = await callPackage(prepared, ['contents', runFolder(prepared, runId)], options);
		if (!answer.ok) {
			return answer;
		}
		const { namesOfRun } = await import('./runNames');
		const { total, big, checkpoints, responses } = fieldsOf(answer.value);
		return ok({
			runId,
			name: run.summary.name,
			hostName: run.hostName,
			onHost: { total: amountFrom(total), big: amountFrom(big) },
			here: amountHere(run.folder.path),
			checkpoints: checkpointsFrom(checkpoints),
			answers: typeof responses === 'number' ? responses : 0,
			namedBy: await namesOfRun(runId, this.folder, this.library, options.signal),
		});
	}

	/**
	 * Removes the run’s folder on its host, then the record here. Where that fails half-way, the run
	 * stays in the list and `removalPartial` says how much is left.
	 */
	async delete(runId: string, options: OperationOptions = {}): Promise<Result<FileAmount>> {
		const found = await this.#ended(runId, options);
		if (!found.ok) {
			return found;
		}
		const { run, prepared } = found.value;
		const removed = await remove(run, prepared, 'delete', options);
		if (removed.ok) {
			this.#forget(run);
		}
		return removed;
	}

	/** Removes checkpoints and code on the host and sets the run apart here; its records stay. */
	async archive(runId: string, options: OperationOptions = {}): Promise<Result<FileAmount>> {
		const found = await this.#ended(runId, options);
		if (!found.ok) {
			return found;
		}
		const { run, prepared } = found.value;
		const { path, spec, readOnly } = run.folder;
		if (readOnly) {
			return err(new WindsockError('contractNewer', { path, version: spec.contractVersion }));
		}
		// The metrics and the end of the log are here before anything goes.
		const synced = await this.library.sync(runId);
		if (!synced.ok) {
			return synced;
		}
		const removed = await remove(run, prepared, 'archive', options);
		if (removed.ok) {
			run.setArchived(new Date().toISOString());
		}
		return removed;
	}

	/** Puts an archived run back among the others; what was removed on its host stays gone. */
	unarchive(runId: string): Result<void> {
		const run = this.library.mirrored(runId);
		if (run === undefined) {
			return err(new WindsockError('runUnknown', { run: runId }));
		}
		run.setArchived(undefined);
		return ok();
	}

	/** Removes the record here only: for a host that is no more. The run there stays as it is. */
	forget(runId: string): Result<void> {
		const run = this.library.mirrored(runId);
		if (run === undefined) {
			return err(new WindsockError('runUnknown', { run: runId }));
		}
		this.#forget(run);
		return ok();
	}

	#forget(run: MirroredRun): void {
		run.folder.remove();
		this.library.rescan();
	}

	async #ended(
		runId: string,
		options: OperationOptions,
	): Promise<Result<{ readonly run: MirroredRun; readonly prepared: PreparedHost }>> {
		const looked = await this.library.look(runId);
		if (!looked.ok) {
			return looked;
		}
		const run = this.library.mirrored(runId);
		if (run === undefined) {
			return err(new WindsockError('runUnknown', { run: runId }));
		}
		const { state, attempt, name } = run.summary;
		const isGone = run.state?.reason === 'noRunFolder';
		// One that waits for GPUs has a supervisor already.
		const neverBegan = state === 'queued' && attempt === 0;
		if (!hasEnded(state) && !isGone && !neverBegan) {
			return err(new WindsockError('runBusy', { run: name }));
		}
		const prepared = await this.hosts.prepare(run.hostName, options);
		return prepared.ok ? ok({ run, prepared: prepared.value }) : prepared;
	}
}

async function remove(
	run: MirroredRun,
	prepared: PreparedHost,
	kind: 'delete' | 'archive',
	options: OperationOptions,
): Promise<Result<FileAmount>> {
	const words = ['remove', runFolder(prepared, run.id)];
	if (kind === 'archive') {
		words.push('--keep-records');
	}
	const { name } = run.summary;
	const partial = (details: Readonly<Record<string, string>>) =>
		err(new WindsockError('removalPartial', { run: name, host: run.hostName, kind, ...details }));
	const answer = await callPackage(prepared, words, options);
	if (!answer.ok) {
		const { code, details } = answer.error;
		if (details['remoteCode'] === 'runBusy') {
			return err(new WindsockError('runBusy', { run: name }));
		}
		// From here nobody knows how far it came.
		return code === 'cancelled' || code === 'connectionLost'
			? partial({ reason: code === 'cancelled' ? 'cancelled' : 'the connection broke' })
			: answer;
	}
	const { done, removed, left, reason } = fieldsOf(answer.value);
	return done === true
		? ok(amountFrom(removed))
		: partial({
				gone: byteSize(amountFrom(removed).bytes),
				left: byteSize(amountFrom(left).bytes),
				reason: String(reason),
			});
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function amountFrom(value: unknown): FileAmount {
	const { files, bytes } = fieldsOf(value);
	const count = (number: unknown): number =>
		typeof number === 'number' && number >= 0 ? number : 0;
	return { files: count(files), bytes: count(bytes) };
}

function amountHere(folder: string): FileAmount {
	let files = 0;
	let bytes = 0;
	for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
		if (entry.isFile()) {
			files++;
			bytes += statSync(join(entry.parentPath, entry.name)).size;
		}
	}
	return { files, bytes };
}
