import type { RunExit, RunSpec, RunState, RunStatus } from '../contract/runFiles.generated';
import { isNewerContract } from '../contract/version';
import type { RunKind, RunStateName, RunSummary } from './runLibrary';
import { runReports } from './runReport';

const endStates: ReadonlySet<RunStateName> = new Set(['finished', 'failed', 'lost']);

/** Nothing more will come from a run in this state. */
export function hasEnded(state: RunStateName): boolean {
	return endStates.has(state);
}

export interface RunFacts {
	readonly spec: RunSpec;
	readonly hostName: string;
	/** What the host last said. */
	readonly state?: RunState;
	readonly status?: RunStatus;
	readonly exit?: RunExit;
	readonly archivedAt?: string;
	/** `time` of the last metric point: seconds active so far. */
	readonly lastPointTime?: number;
	/** Since when the host cannot be asked (text for people); says nothing about the run itself. */
	readonly unreachableSince?: string;
	/** The host cannot be asked as no host of its name is known here. */
	readonly isHostMissing?: boolean;
}

/**
 * What a list shows about a run. An ended run stays ended; an unfinished one on a host that cannot
 * be asked is `unknown` since then, never `failed`.
 */
export function summarise(facts: RunFacts): RunSummary {
	const { spec, state, unreachableSince } = facts;
	const named: RunStateName = state?.state ?? 'queued';
	const unreachable = unreachableSince !== undefined && !hasEnded(named);
	const step = state?.step;
	const reports = runReports(state?.reports, facts.hostName);
	const lastSeen = typeof step === 'number' ? `, last seen at step ${step}` : '';
	const unreachableMessage =
		facts.isHostMissing === true
			? `No host is named “${facts.hostName}” in the ssh config${lastSeen}. Add it there to follow the run.`
			: `${facts.hostName} unreachable since ${unreachableSince}${lastSeen}`;
	return {
		id: spec.id,
		name: spec.name,
		kind: spec.kind as RunKind,
		...(spec.train === undefined ? {} : { method: spec.train.method }),
		hostName: facts.hostName,
		...(spec.parent === undefined ? {} : { parent: spec.parent }),
		...(typeof spec.clonedFrom === 'string' ? { clonedFrom: spec.clonedFrom } : {}),
		...(typeof spec.rerunOf === 'string' ? { rerunOf: spec.rerunOf } : {}),
		...(typeof spec.author === 'string' ? { author: spec.author } : {}),
		createdAt: spec.createdAt,
		state: unreachable ? 'unknown' : named,
		message: unreachable ? unreachableMessage : (state?.message ?? ''),
		...(typeof step === 'number' ? { step } : {}),
		...(typeof state?.maxSteps === 'number' ? { maxSteps: state.maxSteps } : {}),
		...(typeof state?.epoch === 'number' ? { epoch: state.epoch } : {}),
		attempt: state?.attempt ?? 0,
		...secondsOf(facts),
		...(facts.archivedAt === undefined || !hasEnded(named) ? {} : { archivedAt: facts.archivedAt }),
		...(reports.length === 0 ? {} : { reports }),
		readOnly: state?.readOnly === true || isNewerContract(spec.contractVersion),
	};
}

/**
 * By the host's own clocks only: while it goes on the last point, then the record of the end, else
 * start and end as the host wrote them.
 */
function secondsOf({ exit, state, lastPointTime }: RunFacts): { seconds?: number } {
	const goesOn = state === undefined || !hasEnded(state.state);
	if (goesOn) {
		return lastPointTime === undefined ? {} : { seconds: lastPointTime };
	}
	if (typeof exit?.durationSeconds === 'number' && exit.attempt === state.attempt) {
		return { seconds: exit.durationSeconds };
	}
	const started = Date.parse(state.startedAt ?? '');
	const ended = Date.parse(state.endedAt ?? '');
	return Number.isFinite(started) && Number.isFinite(ended)
		? { seconds: (ended - started) / 1000 }
		: {};
}
