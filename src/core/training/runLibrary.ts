import type { Disposable } from '../base/disposable';
import type { Event } from '../base/emitter';
import type { Result } from '../base/result';
import type { RunMetrics } from '../metrics/runMetrics';
import type { RunReport } from './runReport';

/** Why a run is where it is. `lost`: its host rebooted. `unknown`: its host cannot be asked now. */
export type RunStateName =
	'queued' | 'preparing' | 'running' | 'stopping' | 'finished' | 'failed' | 'lost' | 'unknown';

export type RunKind =
	'train' | 'generate' | 'merge' | 'score' | 'check' | 'index' | 'eval' | 'push';

/** What a list of runs shows. Everything comes from the mirror plus, while watched, from the host. */
export interface RunSummary {
	readonly id: string;
	readonly name: string;
	readonly kind: RunKind;
	readonly method?: 'sft' | 'dpo' | 'kto' | 'script';
	readonly hostName: string;
	readonly parent?: string;
	/** Id of the run whose recipe this one's began as. */
	readonly clonedFrom?: string;
	/** Id of the run whose inputs this one took again. */
	readonly rerunOf?: string;
	/** Who launched it, where that is known. */
	readonly author?: string;
	/** ISO time by the client's clock at launch. */
	readonly createdAt: string;
	readonly state: RunStateName;
	/** One sentence: the failure with its last line, "unreachable since …", or empty. */
	readonly message: string;
	readonly step?: number;
	readonly maxSteps?: number;
	readonly epoch?: number;
	readonly attempt: number;
	/** Seconds of active time so far by the host's clock, when known. */
	readonly seconds?: number;
	/** ISO time at which its checkpoints were removed to keep only its records. */
	readonly archivedAt?: string;
	/** Where else its metrics go. */
	readonly reports?: readonly RunReport[];
	/** Written by a newer contract: shown, never changed. */
	readonly readOnly: boolean;
}

/** One line of metrics.jsonl, non-finite strings already turned into numbers. */
export interface MetricPoint {
	/** Line number in the file, from 1, over all attempts. */
	readonly n: number;
	readonly attempt: number;
	readonly step: number;
	readonly epoch?: number;
	/** Seconds of active time since the run began (host's monotonic clock). */
	readonly time: number;
	/** Unix seconds by the host's clock. */
	readonly wall: number;
	/** `step` is one optimizer step by itself; `train` is what TRL logs, with means over several. */
	readonly kind:
		'step' | 'train' | 'eval' | 'summary' | 'check' | 'system' | 'marker' | 'evaluation';
	readonly values: Readonly<Record<string, number>>;
	/** What happened (a marker); of several, the held-out file (eval) or the GPU (system). */
	readonly label?: string;
}

export interface MetricsAppended {
	readonly runId: string;
	/** `n` of the first new line; a gap against what a view has means: take a snapshot. */
	readonly from: number;
	readonly points: readonly MetricPoint[];
}

export interface RunCheckpoint {
	readonly step: number;
	/** All of it is on the disk of its host. */
	readonly complete: boolean;
	readonly bytes: number;
	/** It holds an adapter for a base model, not a whole model. */
	readonly adapter: boolean;
	/** Its weights are in shards of FSDP, which only several ranks can read as they are. */
	readonly sharded?: boolean;
	/** A whole model, made of the adapter of the same step and its base, or of its shards. */
	readonly merged: boolean;
}

/** Where a run comes from that was cloned or run again. */
export interface RunOrigin {
	/** It took that run's inputs again, instead of beginning as a copy of its recipe. */
	readonly isAgain?: true;
	readonly id: string;
	/** Undefined where that run is no longer in the workspace. */
	readonly name?: string;
	/** What differs, for people, one difference each; undefined where nobody can tell any more. */
	readonly differences?: readonly string[];
}

export interface StopOptions {
	/** Nothing more is saved: whatever of the run is left is killed. */
	readonly now?: boolean;
	readonly signal?: AbortSignal;
}

/** The runs of one workspace. One implementation (src/node/runs) serves the editor and the CLI. */
export interface RunLibrary {
	/** A run appeared or its summary changed. */
	readonly onDidChange: Event<{ readonly runId: string }>;
	readonly onDidAppendMetrics: Event<MetricsAppended>;
	readonly onDidAppendLog: Event<{ readonly runId: string; readonly text: string }>;
	/** Newest first. */
	list(): readonly RunSummary[];
	get(runId: string): RunSummary | undefined;
	/**
	 * All lines known now, in order of `n`, with what follows from their numbers (withDerived), made
	 * anew from the mirror for each call.
	 */
	metrics(runId: string): readonly MetricPoint[];
	/** The same as columns, which grow in place; what was not read yet is read by `loadMetrics`. */
	runMetrics(runId: string): RunMetrics | undefined;
	/** Reads the mirror of a run's metrics and log, leaving the thread free in between. */
	loadMetrics(runId: string): Promise<void>;
	/** Lines of its metrics that could not be read. */
	brokenLines(runId: string): number;
	/** The mirrored end of the log, at most 1 MiB. */
	log(runId: string): string;
	/** The recipe text and the resolved arguments of a run, for people. */
	describe(
		runId: string,
	): { readonly recipe: string; readonly arguments: Readonly<Record<string, unknown>> } | undefined;
	/** The run's folder on its host. */
	runDir(runId: string): string | undefined;
	/** What a run that was cloned or run again does otherwise; undefined of any other. */
	origin(runId: string): RunOrigin | undefined;
	/** Follows the run on its host until disposed. Several watchers share one stream. */
	watch(runId: string): Disposable;
	/** Re-reads the mirror and asks the hosts of unfinished runs once. */
	refresh(): Promise<void>;
	checkpoints(runId: string): Promise<Result<readonly RunCheckpoint[]>>;
	/** Lets the run save and ends it, or ends it at once. */
	stop(runId: string, options?: StopOptions): Promise<Result<void>>;
}
