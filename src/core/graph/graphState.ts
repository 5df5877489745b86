import type { RunStateName } from '../training/runLibrary';
import { hasEnded } from '../training/runState';
import { before, stagesAfter, type Stage } from './graphStages';

/**
 * What a stage is at. `waiting`: for stages before it; `ready`: it may start; `blocked`: a stage
 * before it has failed; `stopped`: its run was ended before its time; else as its run is.
 */
export type StageStateName =
	'waiting' | 'ready' | 'blocked' | 'stopped' | Exclude<RunStateName, 'stopping'> | 'stopping';

/** A run as far as graphs look at it. */
export interface StageRun {
	readonly id: string;
	/** The graph that launched it, and for which stage. */
	readonly graph?: { readonly id: string; readonly stage: string };
	/** Hash of everything that decides its result; runs with the same one are repeats. */
	readonly inputs?: string;
	readonly state: RunStateName;
	/** It was ended by hand, so what it has is not what it was launched for. */
	readonly isStopped?: boolean;
	readonly isArchived?: boolean;
	readonly hostName: string;
	/** Runs whose models it began with. */
	readonly parents: readonly string[];
	readonly message: string;
}

/** What is known of a stage beside runs. */
export interface StageFacts {
	/** Hash of everything that decides its result; undefined while some of it is not there yet. */
	readonly inputs?: string;
	/** Data work: what became of it here, for these inputs. */
	readonly data?: { readonly state: 'running' | 'finished' | 'failed'; readonly message: string };
	/** Why its inputs cannot be read, though all before it is there. */
	readonly fault?: string;
}

export interface StageStatus {
	readonly name: string;
	readonly state: StageStateName;
	/** The run that it stands for. */
	readonly runId?: string;
	/** It was launched elsewhere and is taken as it is, for it had the same inputs. */
	readonly isTaken: boolean;
	/** What it waits for, or what failed before it. */
	readonly because: readonly string[];
	/** One sentence, or empty. */
	readonly message: string;
}

const dead: ReadonlySet<StageStateName> = new Set(['failed', 'lost', 'stopped', 'blocked']);

/** Nothing comes after this stage before somebody restarts it or one before it. */
export function isDead(state: StageStateName): boolean {
	return dead.has(state);
}

/** It is at work or asked for. */
export function isActiveStage(state: StageStateName): boolean {
	return ['queued', 'preparing', 'running', 'stopping', 'unknown'].includes(state);
}

/**
 * The state of each stage, in their order, from what is on record: nothing is remembered between
 * two looks, so that any client comes to the same.
 */
export function stageStatuses(
	graphId: string,
	stages: readonly Stage[],
	facts: ReadonlyMap<string, StageFacts>,
	runs: readonly StageRun[],
): ReadonlyMap<string, StageStatus> {
	const statuses = new Map<string, StageStatus>();
	for (const stage of stages) {
		const status = statusOf(graphId, stage, facts.get(stage.name) ?? {}, runs, statuses);
		statuses.set(stage.name, { ...status, name: stage.name });
	}
	return statuses;
}

type Status = Omit<StageStatus, 'name'>;

function statusOf(
	graphId: string,
	stage: Stage,
	facts: StageFacts,
	runs: readonly StageRun[],
	statuses: ReadonlyMap<string, StageStatus>,
): Status {
	const plain = { isTaken: false, because: [], message: '' };
	const states = before(stage).map(name => ({ name, state: statuses.get(name)?.state }));
	const broken = states.filter(({ state }) => state !== undefined && isDead(state));
	if (broken.length > 0) {
		return { ...plain, state: 'blocked', because: broken.map(({ name }) => name) };
	}
	const open = states.filter(({ state }) => state !== 'finished');
	if (open.length > 0) {
		return { ...plain, state: 'waiting', because: open.map(({ name }) => name) };
	}
	if (facts.fault !== undefined) {
		return { ...plain, state: 'failed', message: facts.fault };
	}
	if (stage.node.kind === 'data') {
		const { state = 'ready', message = '' } = facts.data ?? {};
		return { ...plain, state, message };
	}
	const parents = stage.from.flatMap(name => statuses.get(name) ?? []);
	const run = runOf(graphId, facts.inputs, parents, runs);
	if (run === undefined) {
		return { ...plain, state: 'ready' };
	}
	const state = run.state === 'finished' && run.isStopped === true ? 'stopped' : run.state;
	const isTaken = run.graph?.id !== graphId;
	return { ...plain, state, isTaken, runId: run.id, message: run.message };
}

/**
 * The run that stands for a stage: the newest that this graph launched for these inputs, else one of
 * another origin that has finished, the oldest so that a later repeat changes nothing, else one that
 * is still going.
 */
function runOf(
	graphId: string,
	inputs: string | undefined,
	parents: readonly StageStatus[],
	runs: readonly StageRun[],
): StageRun | undefined {
	if (inputs === undefined) {
		return undefined;
	}
	const fitting = runs
		.filter(run => run.inputs === inputs && isUpToDate(run, parents))
		.toSorted((a, b) => (a.id < b.id ? -1 : 1));
	const own = fitting.filter(run => run.graph?.id === graphId).at(-1);
	const others = fitting.filter(run => run.graph?.id !== graphId && run.isStopped !== true);
	return (
		own ??
		others.find(run => run.state === 'finished' && run.isArchived !== true) ??
		others.findLast(run => !hasEnded(run.state))
	);
}

/** A stage that was launched again makes what came of its earlier run out of date. */
function isUpToDate(run: StageRun, parents: readonly StageStatus[]): boolean {
	return parents.every(
		({ runId, isTaken }) =>
			runId === undefined || run.parents.includes(runId) || isTaken || runId < run.id,
	);
}

/** Stages that may start now, in order; of several with the same inputs only the first. */
export function mayStart(
	stages: readonly Stage[],
	statuses: ReadonlyMap<string, StageStatus>,
	facts: ReadonlyMap<string, StageFacts>,
): readonly Stage[] {
	const asked = new Set<string>();
	return stages.filter(({ name }) => {
		if (statuses.get(name)?.state !== 'ready') {
			return false;
		}
		const inputs = facts.get(name)?.inputs;
		const isRepeat = inputs !== undefined && asked.has(inputs);
		asked.add(inputs ?? name);
		return !isRepeat;
	});
}

/** What a restart of a stage does, or why it cannot be. */
export type RestartPlan =
	| { readonly ok: true; readonly again: readonly string[] }
	| { readonly ok: false; readonly reason: string };

/** The stage and what comes after it run again; nothing else does. */
export function planRestart(
	stages: readonly Stage[],
	statuses: ReadonlyMap<string, StageStatus>,
	name: string,
): RestartPlan {
	const status = statuses.get(name);
	if (status === undefined) {
		const known = stages.map(stage => stage.name).join(', ');
		return { ok: false, reason: `there is no stage “${name}”; they are ${known}` };
	}
	if (status.state === 'waiting' || status.state === 'blocked') {
		const reason = `${name} cannot start before ${status.because.join(', ')}: restart that instead`;
		return { ok: false, reason };
	}
	const after = stagesAfter(stages, name);
	const busy = [name, ...after].filter(one => isActiveStage(statuses.get(one)?.state ?? 'waiting'));
	if (busy.length > 0) {
		const verb = busy.length === 1 ? 'is' : 'are';
		return { ok: false, reason: `${busy.join(', ')} ${verb} still going: stop first` };
	}
	return { ok: true, again: [name, ...stages.map(one => one.name).filter(one => after.has(one))] };
}

/** What a graph is at as a whole. */
export type GraphStateName = 'finished' | 'failed' | 'running' | 'open';

/** `failed` only when nothing goes on and nothing may start: what is left waits for somebody. */
export function graphState(statuses: Iterable<StageStatus>): GraphStateName {
	const states = [...statuses].map(({ state }) => state);
	if (states.every(state => state === 'finished')) {
		return 'finished';
	}
	if (states.some(isActiveStage)) {
		return 'running';
	}
	return states.some(state => state === 'ready') ? 'open' : 'failed';
}
