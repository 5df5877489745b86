import { messageFor } from '../../core/base/errorMessages';
import { WindsockError, type ErrorCode } from '../../core/base/errors';
import { DisposableStore } from '../../core/base/disposable';
import { err, ok, type Result } from '../../core/base/result';
import type { Stage } from '../../core/graph/graphStages';
import { isActiveStage, mayStart } from '../../core/graph/graphState';
import { placeStages, startNow } from '../../core/graph/placement';
import type { Progress } from '../../core/training/launchRequest';
import { attachGraphRuns } from './graphRuns';
import { withRuns, type GraphPicture } from './graphPicture';
import type { LoadedGraph } from './loadedGraph';
import type { StageWorker, StageWorkerParts } from './stageWorker';

export interface AdvanceOptions {
	/** Where stages may run; at least one. */
	readonly hosts: readonly string[];
	/** Laid over what the host's settings and the recipes ask a scheduler for. */
	readonly resources?: Readonly<Record<string, unknown>>;
	/** Hashes of foreign code that a person has agreed to run. */
	readonly trusted?: readonly string[];
	/** Told of every change of a stage. */
	readonly onPicture?: (picture: GraphPicture) => void;
	readonly progress: Progress;
	readonly signal?: AbortSignal;
}

interface AdvanceParts extends Omit<StageWorkerParts, 'records'> {
	readonly worker: StageWorker;
	readonly look: () => Promise<Result<GraphPicture>>;
}

/** A host that is away now may be back: nothing about the stage was wrong. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
	'hostUnreachable',
	'connectionLost',
	'schedulerSilent',
]);

/** One time of bringing one graph on, by the files as they were at its beginning. */
export class GraphAdvance {
	/** Stages whose host did not answer, to be tried again. */
	#postponed = 0;

	constructor(
		private readonly parts: AdvanceParts,
		private readonly loaded: LoadedGraph,
		private readonly options: AdvanceOptions,
	) {}

	async run(): Promise<Result<GraphPicture>> {
		const attached = await this.attach();
		if (!attached.ok) {
			return attached;
		}
		for (;;) {
			const found = await this.parts.look();
			if (!found.ok) {
				return found;
			}
			const picture = found.value;
			this.options.onPicture?.(picture);
			const started = await this.#startReady(picture);
			if (!started.ok) {
				return started;
			}
			if (started.value > 0) {
				continue;
			}
			const isGoing = [...picture.statuses.values()].some(({ state }) => isActiveStage(state));
			if (this.#isAborted || (!isGoing && this.#postponed === 0)) {
				return ok(picture);
			}
			await this.#change(picture);
		}
	}

	/** Takes runs that other machines launched for this graph into this folder. */
	async attach(): Promise<Result<void>> {
		const { attachment, library } = this.parts;
		const { hosts, signal, progress } = this.options;
		const { id } = this.loaded.graph;
		progress.report(`Looking for runs of ${id} on ${hosts.join(', ')}`);
		const asked = signal === undefined ? {} : { signal };
		const attached = await attachGraphRuns(attachment, library, id, hosts, asked);
		if (attached.ok) {
			await library.refresh();
		}
		return attached;
	}

	/** Starts a stage, whatever it is at. */
	async start(picture: GraphPicture, stage: Stage): Promise<Result<void>> {
		const { resources, trusted, progress, signal, onPicture } = this.options;
		const hosts = this.#places(picture);
		if (!hosts.ok) {
			return hosts;
		}
		return this.parts.worker.start(picture, stage, {
			hostName: hosts.value.get(stage.name) ?? 'local',
			progress,
			...(resources === undefined ? {} : { resources }),
			...(trusted === undefined ? {} : { trusted }),
			...(signal === undefined ? {} : { signal }),
			begun: async () => {
				const now = await this.parts.look();
				if (now.ok) {
					onPicture?.(now.value);
				}
			},
		});
	}

	get #isAborted(): boolean {
		return this.options.signal?.aborted === true;
	}

	#places({ statuses, runs }: GraphPicture): Result<ReadonlyMap<string, string>> {
		const { stages, path } = this.loaded;
		const byId = new Map(runs.map(run => [run.id, run]));
		const placed = placeStages(stages, statuses, byId, this.options.hosts);
		if (placed.ok) {
			return ok(placed.hosts);
		}
		const reason = placed.findings.map(({ message }) => message).join('; ');
		return err(new WindsockError('graphInvalid', { path, reason }));
	}

	/** Starts what may start now and returns how many stages are no longer ready. */
	async #startReady(picture: GraphPicture): Promise<Result<number>> {
		const { statuses, facts } = picture;
		const { stages } = this.loaded;
		const places = this.#places(picture);
		if (!places.ok) {
			return places;
		}
		const may = mayStart(stages, statuses, facts);
		const now = startNow(may, places.value, statuses, (stage, host) => this.#queues(stage, host));
		this.#postponed = 0;
		let started = 0;
		for (const stage of now) {
			if (this.#isAborted) {
				break;
			}
			const begun = await this.start(picture, stage);
			if (!begun.ok && begun.error.code === 'cancelled') {
				return this.#isAborted ? ok(started) : begun;
			}
			if (!begun.ok && passing.has(begun.error.code)) {
				this.#postponed++;
				this.options.progress.report(`${stage.name} waits: ${messageFor(begun.error)}`);
				continue;
			}
			if (!begun.ok) {
				// This stage has failed; others may go on.
				const fault = messageFor(begun.error);
				const inputs = facts.get(stage.name)?.inputs ?? '';
				this.parts.worker.noteFault(this.loaded, stage, inputs, fault);
				this.options.progress.report(`${stage.name} could not start: ${fault}`);
			}
			started++;
		}
		return ok(started);
	}

	/** A scheduler, or the queue for GPUs, keeps runs apart. */
	#queues(stage: Stage, host: string): boolean {
		const work = this.loaded.work.get(stage.name);
		const processes =
			work?.kind === 'train' ? Number(work.recipe.accelerate.num_processes ?? 1) : 1;
		const asksForGpus = 'gpus' in stage.node && stage.node.gpus !== undefined;
		return asksForGpus || processes > 1 || this.parts.queues(host);
	}

	/** Resolves when a run that counts has ended, when a host may be back, or on abort. */
	async #change(picture: GraphPicture): Promise<void> {
		const { library, retryAfter = 30_000 } = this.parts;
		const { signal, onPicture } = this.options;
		const parts = new DisposableStore();
		const going = [...picture.statuses.values()].filter(({ state }) => isActiveStage(state));
		for (const { runId } of going) {
			if (runId !== undefined) {
				parts.add(library.watch(runId));
			}
		}
		let last = statesOf(picture);
		await new Promise<void>(resolve => {
			const look = (): void => {
				const now = withRuns(picture, library);
				if (statesOf(now) !== last) {
					last = statesOf(now);
					onPicture?.(now);
				}
				const isOver = going.some(
					({ name }) => !isActiveStage(now.statuses.get(name)?.state ?? 'waiting'),
				);
				if (isOver || signal?.aborted === true) {
					resolve();
				}
			};
			parts.add(library.onDidChange(look));
			signal?.addEventListener('abort', look);
			parts.add({ dispose: () => signal?.removeEventListener('abort', look) });
			if (this.#postponed > 0) {
				const timer = setTimeout(resolve, retryAfter);
				parts.add({ dispose: () => clearTimeout(timer) });
			}
			look();
		});
		parts.dispose();
	}
}

function statesOf({ statuses }: GraphPicture): string {
	return [...statuses.values()].map(({ state }) => state).join();
}
