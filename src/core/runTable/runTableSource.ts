import type { Disposable } from '../base/disposable';
import type { Event } from '../base/emitter';
import type { RunInputs } from '../training/runDiff';
import type { TableRun } from './tableRun';

/** The runs that a table shows. What is cheap stands at once; what lies in files is read one by one. */
export interface RunTableSource {
	/** A run appeared, went or changed; what was read of it may be out of date. */
	readonly onDidChange: Event<{ readonly runId: string }>;
	/** Ids of the runs of `list`, in its order, without making their rows. */
	ids(): readonly string[];
	/** Newest first. */
	list(): readonly TableRun[];
	get(runId: string): TableRun | undefined;
	/** Reads the records and metrics of a run, unless what was read still holds. */
	read(runId: string): Promise<TableRun | undefined>;
	/** What a run was made of, as far as it is on record here. */
	inputs(runId: string): RunInputs | undefined;
	/** Follows an unfinished run on its host until disposed. */
	watch(runId: string): Disposable;
}
