import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageFor } from '../../core/base/errorMessages';
import { ok, type Result } from '../../core/base/result';
import { accountText } from '../../core/dataset/clean/accounting';
import type { StageFacts } from '../../core/graph/graphState';
import type { Stage } from '../../core/graph/graphStages';
import type { Launcher, Progress } from '../../core/training/launchRequest';
import type { WorkspaceRunLibrary } from '../runs/runLibrary';
import type { RunAttachment } from '../runs/runAttachment';
import type { WorkspaceFolder } from '../workspace/workspaceFolder';
import type { DataRecords } from './dataRecords';
import type { GraphPicture } from './graphPicture';
import type { LoadedGraph, StageWork } from './loadedGraph';

export interface StageWorkerParts {
	readonly folder: WorkspaceFolder;
	readonly library: WorkspaceRunLibrary;
	readonly launcher: Launcher;
	readonly attachment: RunAttachment;
	readonly records: DataRecords;
	/** Of this program, for the lineage of data. */
	readonly version: string;
	/** Whether runs on this host wait for their turn by themselves, as behind a scheduler. */
	readonly queues: (host: string) => boolean;
	/** Milliseconds until a host that did not answer is tried again. */
	readonly retryAfter?: number;
}

export interface StageStart {
	readonly hostName: string;
	readonly resources?: Readonly<Record<string, unknown>>;
	readonly trusted?: readonly string[];
	readonly progress: Progress;
	readonly signal?: AbortSignal;
	/** Called when work on this machine has begun. */
	readonly begun: () => Promise<void>;
}

type Known = Pick<StageFacts, 'data' | 'fault'>;

/** Starts single stages: launches their runs, or makes their data here. */
export class StageWorker {
	/** Stages that this process works on or could not start, by graph, stage and inputs. */
	readonly #known = new Map<string, Known>();

	constructor(private readonly parts: StageWorkerParts) {}

	known(loaded: LoadedGraph): (stage: string, inputs: string) => Known | undefined {
		return (stage, inputs) => this.#known.get(keyOf(loaded, stage, inputs));
	}

	/** A stage that could not start is not tried again before somebody restarts it. */
	noteFault(loaded: LoadedGraph, stage: Stage, inputs: string, fault: string): void {
		this.#known.set(keyOf(loaded, stage.name, inputs), { fault });
	}

	/** Lets a stage begin anew. */
	async forget(loaded: LoadedGraph, stage: Stage): Promise<void> {
		for (const key of this.#known.keys()) {
			if (key.startsWith(keyOf(loaded, stage.name, ''))) {
				this.#known.delete(key);
			}
		}
		await this.parts.records.remove(loaded.graph.id, stage.name);
	}

	/** Returns when the run is on record, or when the data is made. */
	async start(picture: GraphPicture, stage: Stage, start: StageStart): Promise<Result<void>> {
		const { loaded, statuses, facts } = picture;
		const work = loaded.work.get(stage.name);
		const inputs = facts.get(stage.name)?.inputs;
		const { progress, signal } = start;
		const named: Progress = {
			report: (message, fraction, detail) =>
				progress.report(`${stage.name}: ${message}`, fraction, detail),
		};
		if (work?.kind === 'data') {
			return this.#makeData(loaded, stage, work, inputs ?? '', { ...start, progress: named });
		}
		const { node } = stage;
		const models = stage.from.map(name => `run:${statuses.get(name)?.runId ?? ''}`);
		const request = {
			hostName: start.hostName,
			name: stage.name,
			graph: { id: loaded.graph.id, stage: stage.name },
			...(inputs === undefined ? {} : { inputs }),
			...('gpus' in node && node.gpus !== undefined ? { gpus: { count: node.gpus } } : {}),
			...(start.resources === undefined ? {} : { resources: start.resources }),
		};
		const { launcher } = this.parts;
		if (work?.kind === 'train') {
			const model = models[0] === undefined ? {} : { model_name_or_path: models[0] };
			const overrides = { ...work.overrides, ...model };
			const { path: recipePath, text: recipeText } = work;
			const trust = start.trusted === undefined ? {} : { trusted: start.trusted };
			const training = { ...request, recipePath, recipeText, overrides, ...trust };
			const launched = await launcher.launchTraining(training, named, signal);
			return launched.ok ? ok() : launched;
		}
		if (work?.kind !== 'answers' || node.kind !== 'answers') {
			throw new Error(`${stage.name} has no work`);
		}
		const answers = {
			...request,
			promptsPath: work.path,
			models: [...node.models, ...models],
			sampling: node.sampling,
		};
		const launched = await launcher.launchGenerate(answers, named, signal);
		return launched.ok ? ok() : launched;
	}

	async #makeData(
		loaded: LoadedGraph,
		stage: Stage,
		work: Extract<StageWork, { kind: 'data' }>,
		inputs: string,
		{ progress, signal, begun }: StageStart,
	): Promise<Result<void>> {
		const key = keyOf(loaded, stage.name, inputs);
		this.#known.set(key, { data: { state: 'running', message: '' } });
		try {
			await begun();
			const { cleanDataset } = await import('../dataset/clean/cleanDataset');
			for (const out of work.outs) {
				await mkdir(dirname(out), { recursive: true });
			}
			const cleaned = await cleanDataset({
				pipelinePath: work.path,
				text: work.text,
				version: this.parts.version,
				workspace: this.parts.folder.root,
				progress,
				...(signal === undefined ? {} : { signal }),
			});
			if (!cleaned.ok && cleaned.error.code === 'cancelled') {
				return cleaned;
			}
			const record = cleaned.ok
				? {
						state: 'finished' as const,
						message: accountText(cleaned.value.total),
						outs: cleaned.value.out.map(({ sha256 }) => sha256),
					}
				: { state: 'failed' as const, message: messageFor(cleaned.error), outs: [] };
			return await this.parts.records.write(loaded.graph.id, stage.name, { inputs, ...record });
		} finally {
			this.#known.delete(key);
		}
	}
}

function keyOf({ path }: LoadedGraph, stage: string, inputs: string): string {
	return `${path}\n${stage}\n${inputs}`;
}
