import type { Result } from '../base/result';
import type { GpuWish } from './gpuWish';
import type { LaunchGate } from './preflight/launchGate';

/** Progress of a long action. */
export interface Progress {
	/**
	 * @param message one short phrase that stays the same while one thing is done
	 * @param fraction share done, 0–1, when it is known
	 * @param detail what changes meanwhile: amounts, speed, time left
	 */
	report(message: string, fraction?: number, detail?: string): void;
}

/** What a launch is about to start. */
export interface LaunchPlan {
	readonly runId: string;
	readonly hostName: string;
	/** Folder of the run on the host. */
	readonly runDir: string;
	/** The script for the scheduler of the host; undefined where runs start directly. */
	readonly script?: string;
}

interface JobRequest {
	/** The graph that launches it, and for which stage. */
	readonly graph?: { readonly id: string; readonly stage: string };
	/** Hash of everything that decides its result; worked out where it is absent. */
	readonly inputs?: string;
	/** GPUs that the run waits for on a host without a scheduler; absent: it takes what it sees. */
	readonly gpus?: GpuWish;
	/** Laid over what the host's settings and the recipe ask a scheduler for. */
	readonly resources?: Readonly<Record<string, unknown>>;
	/**
	 * Shown before anything is sent; `false` ends the launch with `cancelled`. The signal is the
	 * launch's own: a review answers `false` when it aborts.
	 */
	readonly review?: (plan: LaunchPlan, signal?: AbortSignal) => Promise<boolean>;
}

export interface LaunchTrainingRequest extends JobRequest {
	/** Absolute path of the recipe on this machine. */
	readonly recipePath: string;
	/** Taken instead of what the file holds; relative paths start at the folder of `recipePath`. */
	readonly recipeText?: string;
	readonly hostName: string;
	readonly name?: string;
	/** Overrides of recipe arguments, for instance `model_name_or_path`. */
	readonly overrides?: Readonly<Record<string, unknown>>;
	/** Hashes of foreign code that a person has agreed to run, as a preflight told them. */
	readonly trusted?: readonly string[];
	/** Looks at what a preflight says before anything starts; absent: nothing is checked there. */
	readonly gate?: LaunchGate;
}

export interface LaunchGenerateRequest extends JobRequest {
	/** Absolute path of the prompt set on this machine. */
	readonly promptsPath: string;
	readonly hostName: string;
	/** Model references: base, run:ID[@step], path:…, hub:id@revision, endpoint:name. */
	readonly models: readonly string[];
	readonly sampling?: Readonly<Record<string, unknown>>;
	/** Answers per prompt of each model; default 1. */
	readonly samples?: number;
	/** What answers on the host; auto, as where absent: vLLM where it and a GPU are. */
	readonly engine?: 'auto' | 'transformers' | 'vllm';
	readonly name?: string;
	/** Absolute folder for the comparison; default `.windsock/comparisons/<run id>`. */
	readonly outPath?: string;
}

/** Starts runs. Returns when the host has the run on record (its id.json), not when it ends. */
export interface Launcher {
	launchTraining(
		request: LaunchTrainingRequest,
		progress: Progress,
		signal?: AbortSignal,
	): Promise<Result<{ readonly runId: string }>>;
	launchGenerate(
		request: LaunchGenerateRequest,
		progress: Progress,
		signal?: AbortSignal,
	): Promise<Result<{ readonly runId: string }>>;
}
