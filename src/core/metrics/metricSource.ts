import type { Disposable } from '../base/disposable';
import type { Event } from '../base/emitter';
import type { RunSummary } from '../training/runLibrary';
import type { RunMetrics } from './runMetrics';

/** What a reader had to leave out, counted and named: “line that is no JSON”, 3. */
export interface Skipped {
	readonly what: string;
	readonly count: number;
}

/**
 * Something whose metrics can be looked at: a run of the library, or what another tool wrote into
 * files (TensorBoard, trainer_state.json, …), which is read and never changed.
 */
export interface MetricSource {
	/** A run's id; of files `file:` and where they are. Stable over restarts of the editor. */
	readonly id: string;
	readonly name: string;
	/** The host of a run; of files their path, on another machine `host:path`. */
	readonly where: string;
	/** The run itself, where it is one of the library. */
	readonly run?: RunSummary;
	/** The format of files, for people: TensorBoard, trainer_state.json. */
	readonly format?: string;
	/** Grows in place. When what was read began anew, another object stands here. */
	readonly metrics: RunMetrics;
	readonly skipped: readonly Skipped[];
	/** The source logs one line for so many steps (`logging_steps`), where that is known. */
	readonly loggingSteps?: number;
}

/** Where a run monitor gets its sources from. */
export interface MetricSources {
	/** Metrics came, were read anew, or what is known about a source changed. */
	readonly onDidChange: Event<{ readonly id: string }>;
	/** What is known now; undefined when there is no such source (any more). */
	get(id: string): MetricSource | undefined;
	/**
	 * Reads what is not read yet, in slices that leave the thread free in between; may be called
	 * again at any time. What cannot be read is in `skipped`, or the source is not there.
	 */
	load(id: string): Promise<void>;
	/** Follows a source that still grows until disposed. Several watchers share one reader. */
	watch(id: string): Disposable;
}
