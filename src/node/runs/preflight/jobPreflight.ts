import { setTimeout as pause } from 'node:timers/promises';
import { WindsockError } from '../../../core/base/errors';
import { err, ok, type Result } from '../../../core/base/result';
import { LineSplitter } from '../../../core/contract/lineSplitter';
import type { PreflightLine, RunSpec } from '../../../core/contract/runFiles.generated';
import { withSignal } from '../../../core/hosts/host';
import { parsePreflightLine } from '../../../core/training/preflight/preflightLine';
import type { Progress } from '../../../core/training/launchRequest';
import { hasEnded } from '../../../core/training/runState';
import type { WorkspaceFolder } from '../../workspace/workspaceFolder';
import { runFolder, type PreparedHost } from '../preparedHost';
import type { WorkspaceRunLibrary } from '../runLibrary';
import type { RunRemoval } from '../runRemoval';
import { startRun } from '../runStart';

/** Milliseconds between two looks at what a job has said. */
const pace = 2000;
/** Bytes that are read at once. */
const mostBytes = 4 << 20;

export interface JobParts {
	readonly folder: WorkspaceFolder;
	readonly library: WorkspaceRunLibrary;
	readonly removal: RunRemoval;
}

/**
 * Runs a preflight as a job of the host's scheduler and follows what it writes. The job's run is
 * removed when it has ended well; aborting stops the job and removes it.
 *
 * @param spec of kind `check`
 */
export async function preflightAsJob(
	{ folder, library, removal }: JobParts,
	prepared: PreparedHost,
	spec: RunSpec,
	script: string | undefined,
	onLine: (line: PreflightLine) => void,
	progress: Progress,
	signal?: AbortSignal,
): Promise<Result<void>> {
	const started = await startRun(prepared, spec, folder.runs, {}, script, signal);
	library.rescan();
	if (!started.ok) {
		return started;
	}
	const file = new FollowedFile(prepared, `${runFolder(prepared, spec.id)}/preflight.jsonl`);
	const watching = library.watch(spec.id);
	try {
		for (;;) {
			const run = library.get(spec.id);
			const isOver = run !== undefined && hasEnded(run.state);
			const read = await file.read(onLine, signal);
			if (!read.ok && signal?.aborted !== true) {
				return read;
			}
			if (signal?.aborted === true) {
				const stopped = await library.stop(spec.id);
				await removal.delete(spec.id);
				return stopped.ok ? err(new WindsockError('cancelled', { what: 'check' })) : stopped;
			}
			if (run !== undefined && isOver) {
				if (run.state !== 'finished') {
					const reason = run.message === '' ? run.state : run.message;
					return err(new WindsockError('runFailed', { run: run.name, reason }));
				}
				await removal.delete(spec.id);
				return ok();
			}
			if (!file.hasBegun) {
				progress.report('Waiting for the job', undefined, run?.message || run?.state || '');
			}
			await pause(pace, undefined, withSignal(signal)).catch(() => undefined);
		}
	} finally {
		watching.dispose();
	}
}

/** A file of the host that grows. */
class FollowedFile {
	readonly #lines = new LineSplitter();
	#offset = 0;

	constructor(
		private readonly prepared: PreparedHost,
		private readonly path: string,
	) {}

	get hasBegun(): boolean {
		return this.#offset > 0;
	}

	/** Tells the lines that are new. A file that is not there yet has none. */
	async read(
		onLine: (line: PreflightLine) => void,
		signal: AbortSignal | undefined,
	): Promise<Result<void>> {
		const { host } = this.prepared;
		for (;;) {
			const options = withSignal(signal);
			const bytes = await host.readFrom(this.path, this.#offset, mostBytes, options);
			if (!bytes.ok) {
				return bytes.error.code === 'remoteFileMissing' ? ok() : bytes;
			}
			this.#offset += bytes.value.length;
			for (const text of this.#lines.push(bytes.value)) {
				const line = parsePreflightLine(text);
				if (line !== undefined) {
					onLine(line);
				}
			}
			if (bytes.value.length < mostBytes) {
				return ok();
			}
		}
	}
}
