import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkAnswer } from '../support/cliAnswers';
import { TemporaryWorkspace } from '../support/bench/workspace';
import { SshServer } from '../support/sshServer';
import { readLines } from './runFiles';

const root = path.resolve(import.meta.dirname, '../..');
const host = 'gpu-box';
const onHost = ['--host', host] as const;

interface Said {
	readonly code: number | null;
	readonly json: Readonly<Record<string, unknown>>;
	readonly stderr: string;
}

interface Answer {
	readonly promptId: string;
	readonly messages: readonly { readonly role: string; readonly content: string }[];
	readonly response: string;
}

/** The loop without an editor: real sshd, real TRL, the built command line. */
describe('the whole loop through the command line', () => {
	let ssh: SshServer;
	let workspace: TemporaryWorkspace;
	let runsRoot: string;
	let config: string;

	beforeAll(async () => {
		ssh = await SshServer.start();
		ssh.trust();
		workspace = await TemporaryWorkspace.create(root);
		runsRoot = await mkdtemp(path.join(tmpdir(), 'windsock-runs-'));
		await workspace.write('windsock.yaml', `hosts:\n  ${host}:\n    runRoot: ${runsRoot}\n`);
		config = ssh.writeConfig(host);
	});

	afterAll(async () => {
		await ssh?.stop();
		await workspace?.remove();
		await rm(runsRoot, { recursive: true, force: true, maxRetries: 5 });
	});

	async function windsock(...argv: string[]): Promise<Said> {
		const child = spawn(process.execPath, [path.join(root, 'dist/cli.js'), ...argv, '--json'], {
			cwd: workspace.folder,
			env: {
				...process.env,
				WINDSOCK_SSH_CONFIG: config,
				WINDSOCK_CONFIG: workspace.path('windsock.yaml'),
			},
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		let stdout = '';
		let stderr = '';
		child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
		child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
		const code = await new Promise<number | null>(resolve => child.once('close', resolve));
		const json = JSON.parse(stdout) as Said['json'];
		checkAnswer(argv, json);
		return { code, json, stderr };
	}

	async function train(recipe: string, ...more: string[]): Promise<string> {
		const said = await windsock(
			'launch',
			`recipes/${recipe}`,
			...onHost,
			'--wait',
			'--set',
			'max_steps=8',
			...more,
		);
		expect(said.stderr).toContain('step 1 ');
		expect(said.json).toMatchObject({ run: { state: 'finished', step: 8, hostName: host } });
		expect(said.code).toBe(0);
		return String(said.json['runId']);
	}

	it('inspects and converts the data', async () => {
		const inspected = await windsock('inspect', 'data/sft.jsonl');
		expect(inspected.code).toBe(1);
		expect(inspected.json).toMatchObject({ dataset: { formats: { broken: 1 } } });
		const argv = ['convert', 'data/preferences.jsonl', '--to', 'trl-dpo', '--out', 'pairs.jsonl'];
		const converted = await windsock(...argv);
		expect(converted.code).toBe(0);
		const { rowsIn, kept, changed, dropped } = converted.json['conversion'] as {
			rowsIn: number;
			kept: number;
			changed: number;
			dropped: readonly unknown[];
		};
		expect(kept + changed + dropped.length).toBe(rowsIn);
	});

	it('trains SFT, then DPO from its checkpoint, and mirrors every byte', async () => {
		const sft = await train('sft-tiny.yaml', '--set', 'logging_steps=1');
		const dpo = await train('dpo-tiny.yaml', '--set', 'logging_steps=1');
		for (const runId of [sft, dpo]) {
			const hash = async (folder: string): Promise<string> =>
				createHash('sha256')
					.update(await readFile(path.join(folder, runId, 'metrics.jsonl')))
					.digest('hex');
			expect(await hash(workspace.path('.windsock/runs'))).toBe(await hash(runsRoot));
		}
		const runs = await windsock('runs');
		const [newest, before] = runs.json['runs'] as readonly object[];
		expect(newest).toMatchObject({ id: dpo, method: 'dpo', parent: sft });
		expect(before).toMatchObject({ id: sft, method: 'sft' });
		const metrics = await windsock('metrics', dpo);
		const points = metrics.json['points'] as readonly { kind: string; step: number }[];
		const check = points.findIndex(point => point.kind === 'check' && point.step === 0);
		const first = points.findIndex(point => point.kind === 'train');
		expect(check).toBeGreaterThanOrEqual(0);
		expect(check).toBeLessThan(first);
		expect(JSON.stringify(points)).toContain('rewards/margins');
		const logs = await windsock('logs', 'sft-tiny');
		expect(logs.json['log']).toContain('loss');
	});

	it('generates answers, compares them, and trains on pairs made of them', async () => {
		const out = workspace.path('answers');
		const models = ['base', 'run:sft-tiny', 'run:dpo-tiny'].flatMap(ref => ['--model', ref]);
		const short = ['--max-new-tokens', '12'];
		const argv = ['generate', 'prompts/vibes.jsonl', ...models, ...onHost, '--out', out];
		const generated = await windsock(...argv, ...short);
		expect(generated.json).toMatchObject({ run: { state: 'finished' }, comparison: out });
		const compared = await windsock('compare', out);
		expect(compared.json).toMatchObject({
			comparison: {
				prompts: 12,
				models: [
					{ label: 'base', answers: 12 },
					{ label: 'sft-tiny', answers: 12 },
					{ label: 'dpo-tiny', answers: 12 },
				],
			},
		});

		const [base, sft] = await Promise.all(
			['base', 'sft-tiny'].map(label => readLines<Answer>(`${out}/responses/${label}.jsonl`)),
		);
		const reply = (content = ''): object[] => [{ role: 'assistant', content }];
		const pairs = (sft ?? []).map((answer, i) => ({
			prompt: answer.messages,
			chosen: reply(`${answer.response}.`),
			rejected: reply(base?.[i]?.response),
		}));
		const lines = pairs.map(pair => `${JSON.stringify(pair)}\n`).join('');
		await workspace.write('.windsock/preferences/votes.jsonl', lines);
		await train('dpo-votes.yaml');
	});

	it('stops a run, which keeps what it wrote', async () => {
		const argv = ['launch', 'recipes/sft-tiny.yaml', ...onHost, '--name', 'long'];
		const launched = await windsock(...argv, '--set', 'max_steps=5000');
		const runId = String(launched.json['runId']);
		const stopped = await windsock('stop', 'long');
		expect(stopped.code).toBe(0);
		expect(existsSync(path.join(runsRoot, runId, 'exit.json'))).toBe(true);
		const runs = await windsock('runs');
		expect(runs.json).toMatchObject({ runs: [{ id: runId, state: 'finished' }, {}, {}, {}, {}] });
		const again = await windsock('stop', 'long');
		expect(again.code).toBe(0);
		expect(again.stderr).not.toContain('Waiting');
	});

	it('runs a graph of filtered data, SFT and DPO, and nothing of it twice', async () => {
		const set = { max_steps: 2, eval_strategy: 'no' };
		const nodes = {
			raw: { pipeline: 'raw.clean.yaml' },
			filtered: { pipeline: 'filtered.clean.yaml', from: 'raw' },
			sft: { recipe: 'sft.yaml', data: 'filtered', set },
			dpo: { recipe: 'dpo.yaml', from: 'sft', set },
		};
		const file = 'recipes/zephyr-ablation/small.yaml';
		await workspace.write(file, JSON.stringify({ graph: 'small', nodes }));
		const ran = await windsock('graph', 'run', file, ...onHost);
		expect(ran.json).toMatchObject({ state: 'finished' });
		expect(ran.code).toBe(0);
		const stages = ran.json['stages'] as { name: string; run?: { id: string; parent?: string } }[];
		expect(stages.map(({ name }) => name)).toEqual(['raw', 'filtered', 'sft', 'dpo']);
		expect(stages[3]?.run?.parent).toBe(stages[2]?.run?.id);
		const again = await windsock('graph', 'run', file, ...onHost);
		expect(again.json).toEqual(ran.json);
	});

	it('answers a prompt set with each checkpoint, in a comparison that grows', async () => {
		await workspace.write(
			'eval/score.py',
			'import json, os, sys\n' +
				'json.dump({"files": len(os.listdir(sys.argv[1]))}, open(sys.argv[2] + "/r.json", "w"))\n',
		);
		const after = {
			answers: { prompt_set: '../prompts/vibes.jsonl', sampling: { max_new_tokens: 8 } },
			evaluate: {
				name: 'own',
				command: ['python', 'score.py', '{checkpoint}', '{output}'],
				files: ['../eval/score.py'],
				results: 'r.json',
			},
		};
		const saves = ['logging_steps=1', 'save_strategy=steps', 'save_steps=4', 'save_total_limit=1'];
		const sets = [...saves, `after_checkpoint=${JSON.stringify(after)}`];
		const runId = await train('sft-tiny.yaml', ...sets.flatMap(set => ['--set', set]));
		const compared = await windsock('compare', `.windsock/comparisons/${runId}`);
		expect(compared.json).toMatchObject({
			comparison: {
				models: [
					{ label: 'step 4', ref: `run:${runId}@4`, missing: 0 },
					{ label: 'step 8', ref: `run:${runId}@8`, missing: 0 },
				],
			},
		});
		const { json } = await windsock('metrics', runId);
		const points = json['points'] as readonly { kind: string; step: number; values: object }[];
		expect(points.filter(({ kind }) => kind === 'evaluation')).toMatchObject([
			{ step: 4, values: { 'own/files': expect.any(Number) as number } },
			{ step: 8 },
		]);
	});
});
