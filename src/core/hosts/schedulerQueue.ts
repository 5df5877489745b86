/** One job of this account as the scheduler last said it; not every job is a run. */
export interface QueuedJob {
	readonly id: string;
	/** In the scheduler's own words: `PENDING`, `RUNNING`. */
	readonly state: string;
	readonly name: string;
	/** Why it waits, in the scheduler's own words; empty while it does not. */
	readonly reason: string;
	/** When it is expected to start, by the host's clock, as `2026-01-31 14:05`; often not known. */
	readonly expectedStart?: string;
	readonly nodes: string;
	readonly restarts: number;
	/** The run that it is, if it is one. */
	readonly runId?: string;
}

export interface SchedulerQueue {
	readonly jobs: readonly QueuedJob[];
	/** Why the scheduler did not answer; the jobs are then those of its last answer. */
	readonly complaint?: string;
}

/** Reads what the host's package answers; what is not understood is left out. */
export function parseQueue(answer: unknown): SchedulerQueue {
	const { jobs, complaint } = (answer ?? {}) as { jobs?: unknown; complaint?: unknown };
	return {
		jobs: (Array.isArray(jobs) ? (jobs as unknown[]) : []).flatMap(parseJob),
		...(typeof complaint === 'string' ? { complaint } : {}),
	};
}

function parseJob(entry: unknown): QueuedJob[] {
	const fields = (entry ?? {}) as Readonly<Record<string, unknown>>;
	const { id, state, name, reason, nodes, restarts, expectedStart } = fields;
	if (typeof id !== 'string' || typeof state !== 'string') {
		return [];
	}
	const text = (value: unknown): string => (typeof value === 'string' ? value : '');
	const runId = /^windsock-([0-9A-Z]{26})$/.exec(text(name))?.[1];
	return [
		{
			id,
			state,
			name: text(name),
			reason: text(reason),
			nodes: text(nodes),
			restarts: typeof restarts === 'number' ? restarts : 0,
			...(runId === undefined ? {} : { runId }),
			...(typeof expectedStart === 'string' ? { expectedStart } : {}),
		},
	];
}
