import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGraph } from '../../../../src/core/graph/graphFile';
import { stagesAfter, stagesOf, type Stage } from '../../../../src/core/graph/graphStages';
import {
	graphState,
	mayStart,
	planRestart,
	stageStatuses,
	type StageFacts,
	type StageRun,
	type StageStatus,
} from '../../../../src/core/graph/graphState';
import { placeStages, startNow } from '../../../../src/core/graph/placement';

function stagesIn(body: object): readonly Stage[] {
	const { graph } = parseGraph(JSON.stringify({ graph: 'g', nodes: body }));
	const found = graph && stagesOf(graph);
	if (found?.ok !== true) {
		throw new Error(JSON.stringify(found));
	}
	return found.staged.stages;
}

/** A clock, hosts and a graph, where runs end as they are told to. */
class World {
	readonly runs: StageRun[] = [];
	readonly facts: Map<string, StageFacts>;
	#clock = 0;

	constructor(
		readonly stages: readonly Stage[],
		/** Hash of a stage's inputs. */
		inputs: (stage: Stage) => string = ({ name }) => `of ${name}`,
	) {
		this.facts = new Map(stages.map(stage => [stage.name, { inputs: inputs(stage) }]));
	}

	get statuses(): ReadonlyMap<string, StageStatus> {
		return stageStatuses('g', this.stages, this.facts, this.runs);
	}

	get states(): Record<string, string> {
		return Object.fromEntries([...this.statuses].map(([name, { state }]) => [name, state]));
	}

	get ready(): string[] {
		return mayStart(this.stages, this.statuses, this.facts).map(({ name }) => name);
	}

	/** Launches a stage, whatever its state. */
	launch(name: string, more: Partial<StageRun> = {}): StageRun {
		const { statuses } = this;
		const stage = this.stages.find(one => one.name === name);
		const inputs = this.facts.get(name)?.inputs;
		const run: StageRun = {
			id: String(++this.#clock).padStart(6, '0'),
			graph: { id: 'g', stage: name },
			...(inputs === undefined ? {} : { inputs }),
			state: 'running',
			hostName: 'local',
			parents: (stage?.from ?? []).flatMap(one => statuses.get(one)?.runId ?? []),
			message: '',
			...more,
		};
		this.runs.push(run);
		return run;
	}

	end(name: string, state: StageRun['state'] = 'finished', more: Partial<StageRun> = {}): void {
		const id = this.statuses.get(name)?.runId;
		const at = this.runs.findIndex(run => run.id === id);
		const run = this.runs[at];
		if (run === undefined) {
			throw new Error(`${name} has no run`);
		}
		this.runs[at] = { ...run, state, ...more };
	}

	/** Runs what may start until nothing may, and returns it in order. */
	finish(fails: (name: string) => boolean = () => false): string[] {
		const launched: string[] = [];
		for (let ready = this.ready; ready.length > 0; { ready } = this) {
			for (const name of ready) {
				launched.push(name);
				this.launch(name);
				this.end(name, fails(name) ? 'failed' : 'finished');
			}
		}
		return launched;
	}
}

const thread = {
	raw: { recipe: 'sft' },
	sft: { recipe: 'sft' },
	best: { recipe: 'best', from: 'sft' },
	dpo: { recipe: 'dpo', from: 'sft', matrix: { num_train_epochs: [1, 2] } },
	answers: { prompts: 'p', from: ['dpo'] },
};

describe('the state of a graph', () => {
	it('comes from runs alone: what waits, what may start, what goes on', () => {
		const world = new World(stagesIn(thread));
		expect(world.ready).toEqual(['raw', 'sft']);
		world.launch('sft');
		expect(world.states).toEqual({
			raw: 'ready',
			sft: 'running',
			best: 'waiting',
			'dpo-epochs1': 'waiting',
			'dpo-epochs2': 'waiting',
			answers: 'waiting',
		});
		expect(world.statuses.get('answers')?.because).toEqual(['dpo-epochs1', 'dpo-epochs2']);
		world.end('sft');
		expect(world.ready).toEqual(['raw', 'best', 'dpo-epochs1', 'dpo-epochs2']);
		world.finish();
		expect(graphState(world.statuses.values())).toBe('finished');
	});

	it('holds up only what comes after a failed stage', () => {
		const world = new World(stagesIn(thread));
		world.finish(name => name === 'dpo-epochs2');
		expect(world.states).toMatchObject({
			best: 'finished',
			'dpo-epochs1': 'finished',
			'dpo-epochs2': 'failed',
			answers: 'blocked',
		});
		expect(world.statuses.get('answers')?.because).toEqual(['dpo-epochs2']);
		expect(graphState(world.statuses.values())).toBe('failed');
	});

	it('does not go on from a run that was stopped by hand', () => {
		const world = new World(stagesIn(thread));
		world.launch('sft');
		world.end('sft', 'finished', { isStopped: true });
		expect(world.states).toMatchObject({ sft: 'stopped', best: 'blocked' });
	});

	it('waits for a run whose host cannot be asked, and never calls it failed', () => {
		const world = new World(stagesIn(thread));
		world.launch('sft');
		world.end('sft', 'unknown');
		expect(world.states).toMatchObject({ sft: 'unknown', best: 'waiting' });
		expect(graphState(world.statuses.values())).toBe('running');
	});

	it('goes on with a failed run that somebody resumed', () => {
		const world = new World(stagesIn(thread));
		world.launch('sft');
		world.end('sft', 'failed');
		expect(world.states['best']).toBe('blocked');
		world.end('sft', 'running');
		expect(world.states['best']).toBe('waiting');
		world.end('sft');
		expect(world.ready).toContain('best');
	});

	it('takes a finished run of the same inputs as it is, wherever it was launched', () => {
		const world = new World(stagesIn(thread));
		const mine = world.launch('sft', { graph: { id: 'other', stage: 'x' }, state: 'finished' });
		expect(world.statuses.get('sft')).toMatchObject({
			state: 'finished',
			isTaken: true,
			runId: mine.id,
		});
		// A later repeat of it makes nothing out of date.
		world.launch('best');
		world.end('best');
		world.launch('sft', { graph: { id: 'other', stage: 'x' }, state: 'finished' });
		expect(world.states['best']).toBe('finished');
		expect(world.statuses.get('sft')?.runId).toBe(mine.id);
	});

	it.each([
		['failed', { state: 'failed' }],
		['was stopped', { state: 'finished', isStopped: true }],
		['has no checkpoints left', { state: 'finished', isArchived: true }],
	] as const)('does not take a run of another origin that %s', (_, more) => {
		const world = new World(stagesIn(thread));
		const { graph: _own, ...run } = world.launch('sft');
		world.runs[0] = { ...run, ...more };
		expect(world.states['sft']).toBe('ready');
	});

	it('waits for a run of the same inputs that is going already', () => {
		const world = new World(stagesIn(thread));
		world.launch('sft', { graph: { id: 'other', stage: 'x' } });
		expect(world.states['sft']).toBe('running');
		expect(world.ready).toEqual(['raw']);
	});

	it('knows nothing of stages whose inputs are not there yet', () => {
		const stages = stagesIn({ data: { pipeline: 'p' }, sft: { recipe: 'r', data: 'data' } });
		const world = new World(stages);
		world.facts.set('data', { inputs: 'd' });
		world.facts.set('sft', {});
		expect(world.ready).toEqual(['data']);
		expect(world.states['sft']).toBe('waiting');
		world.facts.set('data', { inputs: 'd', data: { state: 'finished', message: '' } });
		world.facts.set('sft', { fault: 'its dataset cannot be read' });
		expect(world.statuses.get('sft')).toMatchObject({
			state: 'failed',
			message: 'its dataset cannot be read',
		});
	});
});

describe('a restart', () => {
	it('runs a failed stage and what depends on it, and nothing else', () => {
		const world = new World(stagesIn(thread));
		world.finish(name => name === 'dpo-epochs1');
		expect(planRestart(world.stages, world.statuses, 'dpo-epochs1')).toEqual({
			ok: true,
			again: ['dpo-epochs1', 'answers'],
		});
		world.launch('dpo-epochs1');
		world.end('dpo-epochs1');
		expect(world.finish()).toEqual(['answers']);
	});

	it('of a finished stage makes what came of it out of date', () => {
		const world = new World(stagesIn(thread));
		world.finish();
		world.launch('sft');
		expect(world.states).toMatchObject({ sft: 'running', raw: 'finished', best: 'waiting' });
		world.end('sft');
		expect(world.finish()).toEqual(['best', 'dpo-epochs1', 'dpo-epochs2', 'answers']);
	});

	it.each([
		['best', 'best cannot start before sft: restart that instead'],
		['none', 'there is no stage “none”; they are raw, sft'],
		['raw', 'raw is still going: stop first'],
	])('of %s says why it cannot be', (name, reason) => {
		const world = new World(stagesIn(thread));
		world.launch('raw');
		const plan = planRestart(world.stages, world.statuses, name);
		expect(plan.ok ? '' : plan.reason).toContain(reason);
	});

	it('waits for what is still being made of the earlier result', () => {
		const world = new World(stagesIn(thread));
		world.launch('sft');
		world.end('sft');
		world.launch('best');
		expect(planRestart(world.stages, world.statuses, 'sft')).toEqual({
			ok: false,
			reason: 'best is still going: stop first',
		});
	});
});

/** Train stages that come from earlier ones, with few recipes so that some are the same. */
const anyTree = fc
	.array(fc.record({ parent: fc.nat(9), recipe: fc.nat(1) }), { minLength: 1, maxLength: 9 })
	.map(drafts => {
		const body: Record<string, { recipe: string; from?: string }> = {};
		for (const [i, { parent, recipe }] of drafts.entries()) {
			// One more than there are: none.
			const at = parent % (i + 1);
			body[`n${i}`] = { recipe: `r${recipe}`, ...(at === i ? {} : { from: `n${at}` }) };
		}
		return stagesIn(body);
	});

/** The inputs of a stage are its recipe and those of the stage it comes from. */
function chained(stages: readonly Stage[]): (stage: Stage) => string {
	const byName = new Map(stages.map(stage => [stage.name, stage]));
	const inputs = (stage: Stage): string => {
		const parent = byName.get(stage.from[0] ?? '');
		const recipe = stage.node.kind === 'train' ? stage.node.recipe : '';
		return `${parent === undefined ? '' : inputs(parent)}/${recipe}`;
	};
	return inputs;
}

describe('any graph, whatever fails', () => {
	it('runs stages of the same inputs once, and each after what it comes from', () => {
		fc.assert(
			fc.property(anyTree, fc.func(fc.boolean()), (stages, fails) => {
				const inputs = chained(stages);
				const world = new World(stages, inputs);
				const launched = world.finish(name => fails(name));
				const seen = world.runs.map(run => run.inputs);
				expect(new Set(seen).size).toBe(seen.length);
				for (const name of launched) {
					const [parent] = stages.find(stage => stage.name === name)?.from ?? [];
					if (parent !== undefined) {
						expect(world.states[parent]).toBe('finished');
					}
				}
				// Nothing that could run is left.
				for (const { name, state } of world.statuses.values()) {
					expect([name, state]).not.toEqual([name, 'waiting']);
				}
			}),
			{ seed: 3, numRuns: 300 },
		);
	});

	it('runs again after a restart what came of it, each stage once', () => {
		fc.assert(
			fc.property(anyTree, fc.nat(8), (stages, pick) => {
				const world = new World(stages);
				world.finish();
				const name = stages[pick % stages.length]?.name ?? '';
				const plan = planRestart(stages, world.statuses, name);
				world.launch(name);
				world.end(name);
				const again = [name, ...world.finish()];
				expect(plan.ok && plan.again.toSorted()).toEqual(again.toSorted());
				expect(again.toSorted()).toEqual([name, ...stagesAfter(stages, name)].toSorted());
				expect(graphState(world.statuses.values())).toBe('finished');
			}),
			{ seed: 4, numRuns: 200 },
		);
	});
});

describe('the places of stages', () => {
	const none = new Map<string, { hostName: string }>();

	it('keeps together what hands checkpoints on, and spreads the rest', () => {
		const world = new World(stagesIn(thread));
		const placed = placeStages(world.stages, world.statuses, none, ['gpu1', 'gpu2']);
		expect(placed.ok && Object.fromEntries(placed.hosts)).toEqual({
			raw: 'gpu2',
			sft: 'gpu1',
			best: 'gpu1',
			'dpo-epochs1': 'gpu1',
			'dpo-epochs2': 'gpu1',
			answers: 'gpu1',
		});
	});

	it('goes on where the runs are, and where a node says', () => {
		const world = new World(stagesIn({ ...thread, raw: { recipe: 'sft', host: 'gpu3' } }));
		const run = world.launch('sft', { hostName: 'gpu2' });
		const runs = new Map([[run.id, run]]);
		const placed = placeStages(world.stages, world.statuses, runs, ['gpu1', 'gpu2']);
		expect(placed.ok && placed.hosts.get('best')).toBe('gpu2');
		expect(placed.ok && placed.hosts.get('raw')).toBe('gpu3');
	});

	it('says which two nodes name different hosts for one checkpoint', () => {
		const stages = stagesIn({
			sft: { recipe: 'a', host: 'gpu1' },
			dpo: { recipe: 'b', from: 'sft', host: 'gpu2' },
		});
		const placed = placeStages(stages, new World(stages).statuses, none, ['gpu1']);
		expect(placed.ok ? [] : placed.findings.map(({ message }) => message)).toEqual([
			'dpo is for gpu2 and sft for gpu1, but one hands its checkpoint on to the other: name one host',
		]);
	});

	it('starts one stage at a time on a host, and all where the host has a queue', () => {
		const world = new World(stagesIn(thread));
		const hosts = new Map(world.stages.map(({ name }) => [name, 'gpu1']));
		const start = (queues: boolean): string[] =>
			startNow(
				mayStart(world.stages, world.statuses, world.facts),
				hosts,
				world.statuses,
				() => queues,
			).map(({ name }) => name);
		expect(start(false)).toEqual(['raw']);
		expect(start(true)).toEqual(['raw', 'sft']);
		world.launch('raw');
		expect(start(false)).toEqual([]);
		world.end('raw', 'failed');
		expect(start(false)).toEqual(['sft']);
	});
});
