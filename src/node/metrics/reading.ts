import type { Skipped } from '../../core/metrics/metricSource';
import { EventWriters } from './formats/eventWriters';
import { PointColumns } from './pointColumns';
import { RunClock } from './runClock';

/** What a file says of its run beside the numbers. */
export interface RunFacts {
	/** Steps whose mean a logged loss is. */
	loggingSteps?: number;
	maxSteps?: number;
	/** What the tool calls the run. */
	name?: string;
}

/** Where the rows of one run gather while its files are read. */
export class RunReading {
	readonly columns: PointColumns = new PointColumns();
	readonly clock: RunClock = new RunClock();
	readonly facts: RunFacts = {};
	/** The process whose rows came first; the numbers of others stand apart. */
	rank: number | undefined;
}

/** What all files of one source gave so far. A file can hold several runs, each under its name. */
export class Reading {
	readonly #runs = new Map<string, RunReading>();
	readonly #skipped = new Map<string, number>();
	readonly writers: EventWriters = new EventWriters();

	/** The run of this name; '' where a file holds only one. */
	run(name = ''): RunReading {
		let run = this.#runs.get(name);
		if (run === undefined) {
			run = new RunReading();
			this.#runs.set(name, run);
		}
		return run;
	}

	get runs(): ReadonlyMap<string, RunReading> {
		return this.#runs;
	}

	skip(what: string, count = 1): void {
		this.#skipped.set(what, (this.#skipped.get(what) ?? 0) + count);
	}

	get skipped(): readonly Skipped[] {
		return counted(Object.fromEntries(this.#skipped));
	}
}

/** Only what there is any of. */
export function counted(counts: Readonly<Record<string, number>>): readonly Skipped[] {
	return Object.entries(counts)
		.filter(([, count]) => count > 0)
		.map(([what, count]) => ({ what, count }));
}

/** Reads one growing file, in pieces of any size. It never throws for what a file holds. */
export interface MetricDecoder {
	/** The next bytes of the file. */
	take(bytes: Uint8Array): void;
	/**
	 * There are no further bytes for now. What can be trusted as it stands is taken.
	 *
	 * @param isLast nobody waits for more
	 */
	settle(isLast: boolean): void;
	/** What stands unfinished at the end at this moment; later bytes may complete it. */
	unfinished(): readonly Skipped[];
}
