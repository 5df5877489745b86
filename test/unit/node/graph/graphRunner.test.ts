import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { windsockOn, type Said } from '../../../support/practiceCli';
import { PracticeHost } from '../../../support/practiceHost';

const open: PracticeHost[] = [];

afterEach(() => {
	for (const host of open.splice(0)) {
		host.dispose();
	}
});

const filtered = { filtered: { pipeline: 'filtered.yaml' } };
const raw = { 'sft-raw': { recipe: 'sft.yaml' } };
const sft = { ...filtered, sft: { recipe: 'sft.yaml', data: 'filtered' } };
const dpo = { recipe: 'dpo.yaml', from: 'sft', matrix: { num_train_epochs: [1, 2] } };

interface Answer {
	readonly state: string;
	readonly stages: readonly {
		readonly name: string;
		readonly state: string;
		readonly isTaken: boolean;
		readonly message: string;
		readonly run?: { readonly id: string; readonly name: string; readonly parent?: string };
	}[];
	readonly results: {
		readonly columns: readonly { readonly title: string }[];
		readonly rows: readonly { readonly stage: string; readonly cells: readonly unknown[] }[];
	};
}

/** A folder with a graph over stand-ins for trainers. */
class Bench {
	constructor(readonly host: PracticeHost) {}

	static async create(nodes: object): Promise<Bench> {
		const host = await PracticeHost.create();
		open.push(host);
		const bench = new Bench(host);
		mkdirSync(join(host.workspace, 'data'));
		const row = (id: number): object => ({
			id: `r${id}`,
			messages: [
				{ role: 'user', content: `Question ${id}?` },
				{ role: 'assistant', content: id % 4 === 0 ? "I don't have personal opinions." : 'Yes.' },
			],
		});
		bench.write('data/sft.jsonl', lines(Array.from({ length: 20 }, (_, i) => row(i))));
		const pair = { prompt: 'Why?', chosen: 'So.', rejected: 'No.' };
		bench.write('data/pairs.jsonl', lines([pair, { ...pair, prompt: 'How?' }]));
		bench.write('sft.yaml', recipe('sft', 'data/sft.jsonl'));
		bench.write('dpo.yaml', recipe('dpo', 'data/pairs.jsonl'));
		bench.write(
			'filtered.yaml',
			'source: data/sft.jsonl\nout: made/filtered.jsonl\nsteps:\n  - drop: "opinions"\n',
		);
		host.prompts();
		bench.graph(nodes);
		return bench;
	}

	write(name: string, text: string): void {
		writeFileSync(join(this.host.workspace, name), text);
	}

	graph(nodes: object): void {
		this.write('graph.yaml', JSON.stringify({ graph: 'thread', nodes }, undefined, '  '));
	}

	windsock(...words: readonly string[]): Promise<Said> {
		const [verb = '', ...rest] = words;
		const graph = join(this.host.workspace, 'graph.yaml');
		return windsockOn(this.host, ['graph', verb, graph, ...rest, '--json']);
	}

	async answer(...words: readonly string[]): Promise<Answer> {
		const said = await this.windsock(...words);
		return JSON.parse(said.out) as Answer;
	}

	states({ stages }: Answer): Record<string, string> {
		return Object.fromEntries(stages.map(({ name, state }) => [name, state]));
	}

	runOf({ stages }: Answer, name: string): { id: string; parent?: string } {
		const run = stages.find(stage => stage.name === name)?.run;
		if (run === undefined) {
			throw new Error(`${name} has no run`);
		}
		return run;
	}
}

function lines(rows: readonly object[]): string {
	return rows.map(row => `${JSON.stringify(row)}\n`).join('');
}

function recipe(method: string, data: string): string {
	return `method: ${method}\nmodel_name_or_path: base\ndataset_path: ${data}\nmax_steps: 4\nsave_steps: 4\n`;
}

describe('a graph that is run', { timeout: 180_000 }, () => {
	it('makes its data, trains on it, goes on from each checkpoint and collects the answers', async () => {
		const answers = { prompts: 'prompts.jsonl', from: ['sft', 'dpo'] };
		const bench = await Bench.create({ ...sft, dpo, answers });
		const said = await bench.windsock('run');
		const answer = JSON.parse(said.out) as Answer;
		expect(said.err).toContain('advances while this command runs');
		expect([said.code, answer.state, bench.states(answer)]).toEqual([
			0,
			'finished',
			{
				filtered: 'finished',
				sft: 'finished',
				'dpo-epochs1': 'finished',
				'dpo-epochs2': 'finished',
				answers: 'finished',
			},
		]);
		const { host } = bench;
		const made = readFileSync(join(host.workspace, 'made/filtered.jsonl'), 'utf8');
		expect(made.trim().split('\n')).toHaveLength(15);
		const last = bench.runOf(answer, 'dpo-epochs2');
		expect(last.parent).toBe(bench.runOf(answer, 'sft').id);
		expect(JSON.parse(readFileSync(host.runFile(last.id, 'spec.json'), 'utf8'))).toMatchObject({
			name: 'dpo-epochs2',
			graph: { id: 'thread', stage: 'dpo-epochs2' },
			train: { arguments: { num_train_epochs: 2 } },
		});
		const comparison = join(
			host.workspace,
			'.windsock/comparisons',
			bench.runOf(answer, 'answers').id,
			'responses',
		);
		expect(readdirSync(comparison).toSorted()).toEqual([
			'dpo-epochs1.jsonl',
			'dpo-epochs2.jsonl',
			'sft.jsonl',
		]);
		expect(answer.results.columns.map(({ title }) => title)).toEqual([
			'SFT train loss',
			'DPO train loss',
		]);
		expect(answer.results.rows[0]).toEqual({ stage: 'sft', cells: [{ value: 0.25 }, null] });
	});

	it('runs nothing twice: a second time, for a second graph, or what was launched by hand', async () => {
		const bench = await Bench.create({ ...sft, ...raw });
		const { host } = bench;
		const words = [
			'launch',
			join(host.workspace, 'sft.yaml'),
			'--name',
			'mine',
			'--wait',
			'--json',
		];
		const byHand = await windsockOn(host, words);
		const { runId } = JSON.parse(byHand.out) as { runId: string };
		const first = await bench.answer('run');
		expect(first.stages.find(({ name }) => name === 'sft-raw')).toMatchObject({
			isTaken: true,
			run: { id: runId, name: 'mine' },
		});
		expect(host.runFolders).toHaveLength(2);
		expect((await bench.answer('run')).state).toBe('finished');
		// Another graph with a stage of the same content under another name.
		const start = { recipe: 'sft.yaml', data: 'made' };
		const second = { graph: 'second', nodes: { made: { pipeline: 'filtered.yaml' }, start } };
		bench.write('graph.yaml', JSON.stringify(second));
		expect((await bench.answer('run')).stages[1]).toMatchObject({
			name: 'start',
			state: 'finished',
			isTaken: true,
			run: { name: 'sft' },
		});
		expect(host.runFolders).toHaveLength(2);
	});

	it('runs again what an edit of a recipe or of the data changes, and nothing else', async () => {
		const bench = await Bench.create({ ...sft, dpo: { recipe: 'dpo.yaml', from: 'sft' }, ...raw });
		const first = await bench.answer('run');
		bench.write('dpo.yaml', `${recipe('dpo', 'data/pairs.jsonl')}beta: 0.2\n# a remark\n`);
		const stale = await bench.answer('status');
		expect(bench.states(stale)).toMatchObject({ sft: 'finished', dpo: 'ready' });
		// What was written by the pipeline and then by hand is not written over.
		const made = join(bench.host.workspace, 'made/filtered.jsonl');
		writeFileSync(made, readFileSync(made, 'utf8').split('\n').slice(3).join('\n'));
		const touched = await bench.answer('run');
		expect(touched.stages[0]).toMatchObject({ name: 'filtered', state: 'failed' });
		expect(touched.stages[0]?.message).toContain('not as the pipeline wrote it');
		expect(bench.states(touched)).toMatchObject({ 'sft-raw': 'finished', sft: 'blocked' });
		const second = await bench.answer('restart', 'filtered');
		expect(second.state).toBe('finished');
		// The data came out as before, so what was trained on it stands.
		expect(bench.runOf(second, 'sft').id).toBe(bench.runOf(first, 'sft').id);
		expect(bench.runOf(second, 'dpo').id).not.toBe(bench.runOf(first, 'dpo').id);
	});

	it('holds up only what depends on a failed stage, and restarts from there', async () => {
		const answers = { prompts: 'prompts.jsonl', from: 'dpo' };
		const bench = await Bench.create({ ...sft, dpo, answers });
		// The stand-in saves at the step it is told: here at none, so nothing can come after it.
		bench.write('sft.yaml', recipe('sft', 'data/sft.jsonl').replace('save_steps: 4', 'seed: 1'));
		const said = await bench.windsock('run');
		const broken = JSON.parse(said.out) as Answer;
		expect([said.code, broken.state, bench.states(broken)]).toEqual([
			1,
			'failed',
			{
				filtered: 'finished',
				sft: 'finished',
				'dpo-epochs1': 'failed',
				'dpo-epochs2': 'failed',
				answers: 'blocked',
			},
		]);
		expect(broken.stages[2]?.message).toContain('is not there');
		const refused = await bench.windsock('restart', 'answers');
		expect(refused.err).toContain('answers cannot start before dpo-epochs1, dpo-epochs2');
		bench.write('sft.yaml', recipe('sft', 'data/sft.jsonl'));
		const whole = await bench.answer('run');
		expect(whole.state).toBe('finished');
		const again = await bench.answer('restart', 'dpo-epochs2');
		const changed = again.stages
			.filter(({ name, run }) => run !== undefined && run.id !== bench.runOf(whole, name).id)
			.map(({ name }) => name);
		expect(changed).toEqual(['dpo-epochs2', 'answers']);
	});

	it('goes on in a folder that knows nothing of it, from what the host has', async () => {
		const bench = await Bench.create({ ...sft, ...raw });
		const first = await bench.answer('run');
		rmSync(join(bench.host.workspace, '.windsock'), { recursive: true });
		const elsewhere = await bench.answer('status', '--host', 'local');
		expect(bench.states(elsewhere)).toEqual({
			filtered: 'ready',
			sft: 'waiting',
			'sft-raw': 'finished',
		});
		const second = await bench.answer('run');
		expect(second.state).toBe('finished');
		expect(bench.runOf(second, 'sft').id).toBe(bench.runOf(first, 'sft').id);
		expect(bench.host.runFolders).toHaveLength(2);
	});

	it('is brought on by one process at a time', async () => {
		const bench = await Bench.create(raw);
		const both = await Promise.all([bench.windsock('run'), bench.windsock('run')]);
		const [refused, done] = both.toSorted((a, b) => b.code - a.code);
		expect([refused?.code, done?.code]).toEqual([1, 0]);
		expect(refused?.err).toContain('brings the graph “thread” on already');
		expect(bench.host.runFolders).toHaveLength(1);
		const lock = join(bench.host.workspace, '.windsock/graphs/thread/writer.lock');
		expect(existsSync(lock)).toBe(false);
	});

	it('says what is wrong with a recipe or a file before anything starts', async () => {
		const bench = await Bench.create({
			a: { recipe: 'sft.yaml', matrix: { learning_rte: [1, 2] } },
			b: { recipe: 'none.yaml' },
			c: { pipeline: 'filtered.yaml' },
			d: { pipeline: 'filtered.yaml' },
		});
		const said = await bench.windsock('check');
		const { findings } = JSON.parse(said.out) as { findings: { message: string; line: number }[] };
		expect(said.code).toBe(1);
		expect(findings.map(({ line, message }) => `${line}: ${message}`)).toEqual([
			expect.stringMatching(/^4: a: sft\.yaml: .*learning_rte.*learning_rate/),
			'13: b: “none.yaml” does not exist; a path is relative to the graph',
			'19: d and c both write filtered.jsonl: give one another “out”',
		]);
		expect((await bench.windsock('run')).err).toContain('nothing was started');
		expect(bench.host.runFolders).toEqual([]);
	});
});
