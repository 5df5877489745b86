import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import { Emitter } from '../../core/base/emitter';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { isUlid } from '../../core/base/ulid';
import type { NoteLine, RunState, ScoreLine } from '../../core/contract/runFiles.generated';
import type { OperationOptions } from '../../core/hosts/host';
import type { SchedulerQueue } from '../../core/hosts/schedulerQueue';
import type { RunMetrics } from '../../core/metrics/runMetrics';
import type {
	MetricPoint,
	MetricsAppended,
	RunCheckpoint,
	RunLibrary,
	RunOrigin,
	RunSummary,
	StopOptions,
} from '../../core/training/runLibrary';
import { differencesOf, differenceText } from '../../core/training/runOrigin';
import { hasEnded } from '../../core/training/runState';
import type { WorkspaceFolder } from '../workspace/workspaceFolder';
import { listCheckpoints } from './checkpoints';
import { MirrorFolder } from './mirrorFolder';
import { MirrorLock } from './mirrorLock';
import { MirroredRun } from './mirroredRun';
import type { RemarkFiles } from './remarkFiles';
import type { RunHosts } from './runHosts';
import { RunWatch } from './runWatch';

/** How often a folder is looked at for runs that other windows and shells launched. */
const lookEvery = 1500;

/** Milliseconds that fetching what is missing may take before what is there is shown. */
const syncPatience = 15_000;

/** The runs of one workspace, from its mirror and, while somebody watches, from their hosts. */
export class WorkspaceRunLibrary implements RunLibrary, Disposable {
	readonly #folder: WorkspaceFolder;
	readonly #hosts: RunHosts;
	readonly #runs = new Map<string, MirroredRun>();
	readonly #watches = new Map<string, RunWatch>();
	readonly #parts = new DisposableStore();
	readonly #changed = this.#parts.add(new Emitter<{ readonly runId: string }>());
	readonly #appendedMetrics = this.#parts.add(new Emitter<MetricsAppended>());
	readonly #appendedLog = this.#parts.add(
		new Emitter<{ readonly runId: string; readonly text: string }>(),
	);
	readonly onDidChange = this.#changed.event;
	readonly onDidAppendMetrics = this.#appendedMetrics.event;
	readonly onDidAppendLog = this.#appendedLog.event;

	constructor(folder: WorkspaceFolder, hosts: RunHosts) {
		this.#folder = folder;
		this.#hosts = hosts;
		this.rescan();
	}

	/** Keeps a score of a checkpoint with the run. Fails with `scoreInvalid` or `fileUnwritable`. */
	addScore(runId: string, score: ScoreLine): Result<void> {
		return this.#remark(runId, files => files.addScore(score));
	}

	/** Keeps a note at a step with the run. Fails with `fileUnwritable`. */
	addNote(runId: string, note: NoteLine): Result<void> {
		return this.#remark(runId, files => files.addNote(note));
	}

	#remark(runId: string, add: (files: RemarkFiles) => Result<void>): Result<void> {
		const run = this.mirrored(runId);
		if (run === undefined) {
			return err(new WindsockError('runUnknown', { run: runId }));
		}
		const added = add(run.remarkFiles);
		run.readRemarks();
		return added;
	}

	/** Looks for runs of other windows and shells until disposed. */
	lookForOthers(): Disposable {
		const timer = setInterval(() => this.rescan(), lookEvery);
		timer.unref();
		return this.#parts.add({ dispose: () => clearInterval(timer) });
	}

	/** Takes up new folders of the mirror, lets go of those removed, re-reads unfinished ones. */
	rescan(): void {
		const present = new Set(foldersIn(this.#folder.runs).filter(isUlid));
		for (const [id, run] of this.#runs) {
			if (!present.has(id)) {
				this.#drop(id);
			} else if (!run.isComplete && !this.#watches.has(id)) {
				run.readRecords();
			} else {
				run.readArchived();
			}
			run.readRemarks();
		}
		for (const id of present) {
			if (!this.#runs.has(id)) {
				this.#adopt(id);
			}
		}
	}

	list(): readonly RunSummary[] {
		return [...this.#runs.values()]
			.map(run => run.summary)
			.sort((a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0));
	}

	get(runId: string): RunSummary | undefined {
		return this.#runs.get(runId)?.summary;
	}

	metrics(runId: string): readonly MetricPoint[] {
		return this.#runs.get(runId)?.points ?? [];
	}

	runMetrics(runId: string): RunMetrics | undefined {
		return this.#runs.get(runId)?.metrics;
	}

	async loadMetrics(runId: string): Promise<void> {
		await this.#runs.get(runId)?.load();
	}

	brokenLines(runId: string): number {
		return this.#runs.get(runId)?.brokenLines ?? 0;
	}

	log(runId: string): string {
		return this.#runs.get(runId)?.log ?? '';
	}

	describe(
		runId: string,
	):
		{ readonly recipe: string; readonly arguments: Readonly<Record<string, unknown>> } | undefined {
		const spec = this.#runs.get(runId)?.folder.spec;
		if (spec === undefined) {
			return undefined;
		}
		const { train, generate } = spec;
		return {
			recipe: train?.recipeText ?? '',
			arguments: train?.arguments ?? { ...generate?.sampling, models: generate?.models },
		};
	}

	runDir(runId: string): string | undefined {
		return this.#runs.get(runId)?.folder.header.runDir;
	}

	origin(runId: string): RunOrigin | undefined {
		const spec = this.#runs.get(runId)?.folder.spec;
		const { rerunOf, clonedFrom } = this.get(runId) ?? {};
		const id = rerunOf ?? clonedFrom;
		const again = rerunOf === undefined ? {} : { isAgain: true as const };
		if (spec === undefined || id === undefined) {
			return undefined;
		}
		const before = this.#runs.get(id)?.folder.spec;
		return before === undefined
			? { id, ...again }
			: {
					id,
					...again,
					name: before.name,
					differences: differencesOf(before, spec).map(differenceText),
				};
	}

	/** The mirrored run itself, for services of this folder. */
	mirrored(runId: string): MirroredRun | undefined {
		if (!this.#runs.has(runId)) {
			this.rescan();
		}
		return this.#runs.get(runId);
	}

	watch(runId: string): Disposable {
		const run = this.mirrored(runId);
		if (run === undefined) {
			return { dispose: () => {} };
		}
		let watch = this.#watches.get(runId);
		if (watch === undefined) {
			watch = new RunWatch(run, this.#hosts);
			this.#watches.set(runId, watch);
		}
		return watch.join(() => {
			if (this.#watches.get(runId) === watch) {
				this.#watches.delete(runId);
			}
		});
	}

	/** Watches until the run has ended and all of it is here, or the signal aborts. */
	async waitForEnd(runId: string, signal?: AbortSignal): Promise<Result<RunSummary>> {
		const end = (): boolean => {
			const run = this.#runs.get(runId);
			return run === undefined || run.isComplete;
		};
		const watch = this.watch(runId);
		try {
			await this.#until(end, signal);
		} finally {
			watch.dispose();
		}
		const summary = this.get(runId);
		if (signal?.aborted === true && !end()) {
			return err(new WindsockError('cancelled', { what: `waiting for ${runId}` }));
		}
		return summary === undefined
			? err(new WindsockError('runUnknown', { run: runId }))
			: ok(summary);
	}

	/** Fetches what the mirror lacks, once. Fails when the host cannot be asked. */
	async sync(runId: string): Promise<Result<void>> {
		const run = this.mirrored(runId);
		if (run === undefined) {
			return err(new WindsockError('runUnknown', { run: runId }));
		}
		if (run.isComplete) {
			return ok();
		}
		const observed = await this.#observe(run.hostName, [run]);
		if (!observed.ok) {
			return observed;
		}
		const sizes = run.state?.sizes;
		const ended = hasEnded(run.state?.state ?? 'queued');
		const caughtUp = (): boolean =>
			run.folder.metricsSize >= (sizes?.metrics ?? 0) && run.folder.logEnd >= (sizes?.log ?? 0);
		const patience = new AbortController();
		const timer = setTimeout(() => patience.abort(), syncPatience);
		const watch = this.watch(runId);
		try {
			await this.#until(() => run.isComplete || (!ended && caughtUp()), patience.signal);
		} finally {
			clearTimeout(timer);
			watch.dispose();
		}
		return ok();
	}

	async refresh(): Promise<void> {
		this.rescan();
		for (const id of this.#watches.keys()) {
			const hostName = this.#runs.get(id)?.hostName;
			if (hostName !== undefined) {
				this.#hosts.follower(hostName).wake();
			}
		}
		const byHost = new Map<string, MirroredRun[]>();
		for (const run of this.#runs.values()) {
			if (!run.isComplete && !this.#watches.has(run.id)) {
				byHost.set(run.hostName, [...(byHost.get(run.hostName) ?? []), run]);
			}
		}
		await Promise.all([...byHost].map(([host, runs]) => this.#observe(host, runs)));
	}

	async checkpoints(runId: string): Promise<Result<readonly RunCheckpoint[]>> {
		const run = this.mirrored(runId);
		if (run === undefined) {
			return err(new WindsockError('runUnknown', { run: runId }));
		}
		const prepared = await this.#hosts.prepare(run.hostName);
		return prepared.ok ? listCheckpoints(prepared.value, runId) : prepared;
	}

	async stop(runId: string, options: StopOptions = {}): Promise<Result<void>> {
		const run = this.mirrored(runId);
		if (run === undefined) {
			return err(new WindsockError('runUnknown', { run: runId }));
		}
		if (run.summary.readOnly) {
			const version = run.folder.spec.contractVersion;
			return err(new WindsockError('contractNewer', { path: run.folder.path, version }));
		}
		const stopped = await this.#hosts.stop(run.hostName, runId, options);
		if (!stopped.ok) {
			return stopped;
		}
		take(run, stopped.value);
		return ok();
	}

	/** Asks the host of a run for its state, also of one that had ended. */
	async look(runId: string): Promise<Result<void>> {
		const run = this.mirrored(runId);
		if (run === undefined) {
			return err(new WindsockError('runUnknown', { run: runId }));
		}
		const observed = await this.#observe(run.hostName, [run]);
		this.#watches.get(runId)?.wake();
		return observed;
	}

	/** The jobs of this account on a host's scheduler. */
	queue(hostName: string, options?: OperationOptions): Promise<Result<SchedulerQueue>> {
		return this.#hosts.queue(hostName, options);
	}

	dispose(): void {
		for (const watch of this.#watches.values()) {
			watch.dispose();
		}
		this.#watches.clear();
		this.#hosts.dispose();
		this.#parts.dispose();
	}

	#adopt(id: string): void {
		const folder = MirrorFolder.open(join(this.#folder.runs, id));
		if (folder === undefined || folder.spec.id !== id) {
			return;
		}
		let ready = false;
		const run = new MirroredRun(folder, {
			changed: () => {
				if (ready) {
					this.#changed.fire({ runId: id });
				}
			},
			pointsAppended: (from, points) => this.#appendedMetrics.fire({ runId: id, from, points }),
			logAppended: text => this.#appendedLog.fire({ runId: id, text }),
			completed: () => void this.#complete(id),
		});
		ready = true;
		this.#runs.set(id, run);
		this.#changed.fire({ runId: id });
	}

	async #complete(id: string): Promise<void> {
		try {
			await this.#watches.get(id)?.complete();
		} catch (error) {
			this.#hosts.logger.error(`cannot keep the last records of ${id}`, error);
		}
	}

	#drop(id: string): void {
		this.#watches.get(id)?.dispose();
		this.#watches.delete(id);
		if (this.#runs.delete(id)) {
			this.#changed.fire({ runId: id });
		}
	}

	async #observe(hostName: string, runs: readonly MirroredRun[]): Promise<Result<void>> {
		const states = await this.#hosts.observe(
			hostName,
			runs.map(run => run.id),
		);
		for (const run of runs) {
			if (!states.ok) {
				run.onUnreachable(new Date(), states.error);
				continue;
			}
			const state = states.value.get(run.id);
			if (state !== undefined) {
				take(run, state);
			}
		}
		return states.ok ? ok() : states;
	}

	/** Resolves when `done` holds after a change, or when the signal aborts. */
	#until(done: () => boolean, signal?: AbortSignal): Promise<void> {
		return new Promise(resolve => {
			const parts = new DisposableStore();
			const look = (): void => {
				if (done() || signal?.aborted === true) {
					parts.dispose();
					signal?.removeEventListener('abort', look);
					resolve();
				}
			};
			parts.add(this.#changed.event(look));
			parts.add(this.#appendedMetrics.event(look));
			parts.add(this.#appendedLog.event(look));
			signal?.addEventListener('abort', look);
			look();
		});
	}
}

/** Links are left out: what they lead to is not of this folder. Empty when there is no folder. */
function foldersIn(folder: string): string[] {
	try {
		const entries = readdirSync(folder, { withFileTypes: true });
		return entries.filter(entry => entry.isDirectory()).map(entry => entry.name);
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? String(error.code) : '';
		if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(code)) {
			return [];
		}
		throw error;
	}
}

/** Keeps a state that was asked for; a mirror that another process writes will get it from there. */
function take(run: MirroredRun, state: RunState): void {
	const lock = run.folder.exists ? MirrorLock.tryAcquire(run.folder.path) : undefined;
	if (lock === undefined) {
		run.showState(state);
		return;
	}
	run.onState(state);
	lock.dispose();
}
