import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answeringCommands } from '../../support/cliAnswers';
import { windsockOn, type Said } from '../../support/practiceCli';
import { PracticeHost } from '../../support/practiceHost';

let host: PracticeHost;
beforeAll(async () => {
	host = await PracticeHost.create();
});
afterAll(() => host.dispose());

const endpoints: Record<string, { url: string; model: string }> = {};

/** Answers as an OpenAI-compatible server on loopback. */
async function answeringServer(text: string): Promise<Server> {
	const server = createServer((request, response) => {
		request.resume();
		const choices = [{ message: { content: text }, finish_reason: 'stop' }];
		const usage = { prompt_tokens: 3, completion_tokens: 2 };
		response.setHeader('content-type', 'application/json');
		response.end(JSON.stringify({ model: 'served', choices, usage }));
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	return server;
}

interface Heard extends Said {
	/** The one JSON document on stdout. */
	readonly json: () => Record<string, unknown>;
}

async function windsock(...argv: string[]): Promise<Heard> {
	const said = await windsockOn(host, argv, endpoints);
	return { ...said, json: () => JSON.parse(said.out) as Record<string, unknown> };
}

describe('the command line', () => {
	it('writes down the document of each command', async () => {
		const { out } = await windsock('--help');
		const commands = [...out.matchAll(/^ {2}([a-z-]+) .*[<[]/gm)].map(([, name]) => name);
		expect(commands.length).toBeGreaterThan(20);
		const written = answeringCommands.map(name => name.split(' ')[0]);
		expect(commands.filter(name => name !== 'help' && !written.includes(name))).toEqual([]);
	});

	it.each([
		'inspect',
		'convert',
		'clean',
		'split',
		'binarize',
		'launch',
		'runs',
		'logs',
		'metrics',
		'stop',
		'generate',
		'compare',
		'reward-map',
		'audit',
		'source',
		'judge',
	])('helps with %s and offers --json there', async command => {
		const { code, out } = await windsock(command, '--help');
		expect(code).toBe(0);
		expect(out).toContain(`Usage: windsock ${command}`);
		expect(out).toContain('--json');
	});

	it.each([
		[['fly']],
		[['launch']],
		[['launch', 'r.yaml', '--fast']],
		[['launch', 'r.yaml', '--set', 'beta']],
		[['launch', 'r.yaml', '--model', 'zephyr']],
		[['generate', 'p.jsonl', '--model', 'base', '--model', 'zephyr']],
		[['convert', 'a.jsonl', '--to', 'csv', '--out', 'b']],
		[['split', 'a.jsonl', '--out-dir', 'd', '--test', '1']],
		[['split', 'a.jsonl', '--out-dir', 'd', '--near', '0.3']],
		[['generate', 'p.jsonl', '--model', 'base', '--temperature', 'hot']],
		[[]],
	])('exits 2 on wrong usage: %j', async argv => {
		const { code, out, err } = await windsock(...argv);
		expect(code).toBe(2);
		expect(out).toBe('');
		expect(err).not.toBe('');
	});

	it('checks a recipe, and exits 1 where it could not be launched', async () => {
		const good = host.recipe();
		expect(await windsock('check', good)).toMatchObject({
			code: 0,
			out: expect.stringContaining('nothing to mend') as string,
		});
		const bad = host.recipe(['lerning_rate: 1', 'eval_steps: 5']);
		const said = await windsock('check', bad, '--json');
		expect(said.code).toBe(1);
		expect(said.json()).toMatchObject({
			recipe: bad,
			findings: [
				{ code: 'argumentUnknown', fix: { kind: 'rename', to: 'learning_rate' } },
				{ code: 'argumentWithoutEffect', severity: 'warning' },
			],
		});
		expect((await windsock('check', 'nosuch.yaml')).code).toBe(1);
		const typo = join(host.folder, 'typo.yaml');
		writeFileSync(typo, 'method: sft\ndataset_path: data/nosuch.jsonl\n');
		const missing = await windsock('check', typo);
		expect(missing.code).toBe(1);
		expect(missing.out).toMatch(/line 2 .*“data\/nosuch\.jsonl” does not exist/);
	});

	it('imports a recipe of another tool, and writes over nothing', async () => {
		const theirs = join(host.folder, 'theirs.yaml');
		const template = '{{ messages[0].content }}';
		writeFileSync(
			theirs,
			`model_name_or_path: org/m\ntorch_dtype: bfloat16\nchat_template: "${template}"\ndataset_name: d/x\n`,
		);
		const printed = await windsock('recipe', 'import', theirs, '--gpus', '2');
		expect(printed.out).toContain('was torch_dtype');
		expect(printed.out).toMatch(/ of 4 keys kept/);
		const out = join(host.folder, 'imported', 'ours.yaml');
		const said = await windsock('recipe', 'import', theirs, '--out', out, '--json');
		expect(said.json()).toMatchObject({
			imported: { tool: 'alignment-handbook', method: 'sft', written: [out, expect.anything()] },
		});
		expect(readFileSync(out, 'utf8')).toContain(
			'# Imported from alignment-handbook: ../theirs.yaml',
		);
		expect(readFileSync(join(host.folder, 'imported', 'ours.jinja'), 'utf8')).toBe(template);
		expect((await windsock('check', out)).code).toBe(0);
		const again = await windsock('recipe', 'import', theirs, '--out', out);
		expect(again.code).toBe(1);
		expect(again.err).toContain('already');
		expect(again.err).toContain('Choose another name');
		const listed = await windsock('recipe', 'template', '--json');
		expect(JSON.parse(listed.out)).toMatchObject({
			templates: [{ name: 'mistral-v0.1' }, { name: 'zephyr' }],
		});
		const marked = await windsock('recipe', 'template', 'mistral-v0.1');
		expect(marked.out).toContain("'[INST] '");
		expect((await windsock('recipe', 'template', 'nosuch')).code).toBe(1);
		const unknown = await windsock('recipe', 'show', 'nosuch');
		expect(unknown.err).toContain('“windsock recipe list”');
	});

	it('exits 1 and says on stderr what to do, also as JSON', async () => {
		const plain = await windsock('stop', 'nosuch');
		expect(plain).toMatchObject({ code: 1, out: '' });
		expect(plain.err).toContain('“windsock runs” lists them');
		const { code, json } = await windsock('stop', 'nosuch', '--json');
		expect(code).toBe(1);
		expect(json()).toMatchObject({ schemaVersion: 1, error: { code: 'runUnknown' } });
	});

	it('walks from a recipe to metrics, log and a list of runs', async () => {
		const recipe = host.recipe(['max_steps: 4']);
		const launched = await windsock('launch', recipe, '--wait', '--json', '--set', 'max_steps=6');
		expect(launched.code).toBe(0);
		expect(launched.json()).toMatchObject({
			schemaVersion: 1,
			run: { state: 'finished', step: 6 },
		});
		expect(launched.err).toContain('step 6');
		const runId = String(launched.json()['runId']);

		const metrics = await windsock('metrics', runId.slice(-8), '--json');
		expect(metrics.json()).toMatchObject({
			schemaVersion: 1,
			runId,
			brokenLines: 0,
			points: [{ n: 1, values: { loss: 1, grad_norm: 'NaN' } }, {}, {}, {}, {}, {}],
		});
		const file = await windsock('metrics', host.mirrorFile(runId, 'metrics.jsonl'), '--json');
		expect(file.json()['points']).toEqual(metrics.json()['points']);

		const logs = await windsock('logs', 'last');
		expect(logs.out).toContain('Schritt 6 von 6');
		const runs = await windsock('runs', '--json');
		expect(runs.json()).toMatchObject({
			schemaVersion: 1,
			runs: [{ id: runId, state: 'finished' }],
		});
		expect((await windsock('runs')).out).toContain(runId);
	});

	it('exits 1 for a recipe that is not right, naming the line', async () => {
		const { code, err } = await windsock('launch', host.recipe(['lerning_rate: 1']));
		expect(code).toBe(1);
		expect(err).toContain('line 4');
		expect(err).toContain('did you mean learning_rate?');
	});

	it('generates into the folder it is told, which compare then summarises', async () => {
		const out = join(host.workspace, 'answers');
		const argv = ['generate', host.prompts(2), '--model', 'base', '--model', 'base', '--out', out];
		const generated = await windsock(...argv, '--json');
		expect(generated.code).toBe(0);
		expect(generated.json()).toMatchObject({ schemaVersion: 1, comparison: out });
		expect(existsSync(join(out, 'responses', 'base-2.jsonl'))).toBe(true);
		const compared = await windsock('compare', out, '--json');
		expect(compared.json()).toMatchObject({
			schemaVersion: 1,
			comparison: { prompts: 2, models: [{ answers: 2 }, { answers: 2 }] },
		});
		expect(compared.json()).toMatchObject({
			behaviour: { slices: [{ prompts: 2, models: [{ answers: 2 }, { answers: 2 }] }] },
		});
		expect((await windsock('compare', join(host.workspace, 'nothing'))).code).toBe(1);
	});

	it('does not write answers into a folder that holds some', async () => {
		const out = join(host.workspace, 'answers');
		const argv = ['generate', host.prompts(2), '--model', 'base', '--out', out];
		const said = await windsock(...argv);
		expect(said.code).toBe(1);
		expect(said.err).toContain('choose another folder');
	});

	it('asks endpoints beside the models of a host, and alone', async () => {
		const server = await answeringServer('From afar.');
		try {
			const address = server.address();
			const port = typeof address === 'object' ? address?.port : 0;
			endpoints['far'] = { url: `http://127.0.0.1:${port}/v1`, model: 'm' };
			for (const others of [['--model', 'base'], []]) {
				const out = join(host.workspace, `far-${others.length}`);
				const argv = ['generate', host.prompts(2), ...others, '--model', 'endpoint:far'];
				expect((await windsock(...argv, '--out', out)).code).toBe(0);
				const compared = await windsock('compare', out, '--json');
				const models = [...(others.length > 0 ? ['base'] : []), 'far'];
				expect(compared.json()).toMatchObject({
					comparison: { models: models.map(label => ({ label, answers: 2 })) },
				});
			}
			const out = join(host.workspace, 'vibes');
			const argv = ['generate', 'vibes', '--model', 'endpoint:far', '--out', out];
			const sampled = [...argv, '--samples', '2', '--temperature', '0.5'];
			const file = join(out, 'responses', 'far.jsonl');
			const answers = (): string[] => readFileSync(file, 'utf8').split('\n').slice(0, -1);
			expect((await windsock(...sampled)).code).toBe(0);
			const first = answers();
			expect(first.length).toBe(48);
			writeFileSync(
				file,
				first
					.slice(0, 40)
					.map(line => `${line}\n`)
					.join(''),
			);
			expect((await windsock(...sampled)).code).toBe(0);
			expect(answers().slice(0, 40)).toEqual(first.slice(0, 40));
			expect(answers().length).toBe(48);
			expect((await windsock(...argv)).err).toContain('choose another folder');
			expect((await windsock(...argv, '--samples', '2')).code).toBe(2);
			const unknown = ['generate', host.prompts(1), '--model', 'endpoint:nowhere'];
			const said = await windsock(...unknown, '--out', join(host.workspace, 'nowhere'));
			expect(said).toMatchObject({ code: 1 });
			expect(said.err).toContain('no endpoint “nowhere”');
		} finally {
			server.close();
		}
	});

	it('inspects with exit 1 on an error-level finding and 0 on warnings', async () => {
		const broken = join(host.workspace, 'broken.jsonl');
		writeFileSync(broken, '{"messages": [\n');
		const said = await windsock('inspect', broken, '--json');
		expect(said.code).toBe(1);
		expect(said.json()).toMatchObject({ schemaVersion: 1, dataset: { rows: 1 } });
		host.recipe();
		expect((await windsock('inspect', join(host.workspace, 'sft.jsonl'))).code).toBe(0);
	});

	it('says of annotations who decided what and how far annotators agree', async () => {
		const file = join(host.workspace, 'labelled.jsonl');
		const rows = Array.from({ length: 40 }, (_, i) => `{"id":"r${i}","text":"Row ${i}."}\n`);
		writeFileSync(file, rows.join(''));
		mkdirSync(`${file}.annotations`);
		const write = (name: string, drops: (row: number) => boolean, count: number): void => {
			const events = Array.from({ length: count }, (_, i) =>
				JSON.stringify({
					kind: 'label',
					id: `id:r${i}`,
					value: drops(i) ? 'drop' : 'keep',
					time: '',
				}),
			);
			writeFileSync(join(`${file}.annotations`, name), `${events.join('\n')}\n`);
		};
		// Of 40 rows mia drops every fourth; lee also the second one, and a row that is gone.
		write('mia-0a1b2c3d.jsonl', i => i % 4 === 0, 40);
		write('lee-0a1b2c3e.jsonl', i => i % 4 === 0 || i === 1, 41);
		const said = await windsock('inspect', file, '--annotations', '--json');
		expect(said.code).toBe(0);
		expect(said.json()).toMatchObject({
			schemaVersion: 1,
			annotations: {
				rows: 40,
				examples: 40,
				labels: { keep: 30, drop: 10, fix: 0 },
				disputed: 1,
				authors: [
					{ author: 'lee', labels: { keep: 29, drop: 11, fix: 0 } },
					{ author: 'mia', labels: { keep: 30, drop: 10, fix: 0 } },
				],
				agreement: [{ annotators: ['lee', 'mia'], shared: 40, observed: 0.975, disagreements: 1 }],
				detached: [{ author: 'lee', name: 'id:r40' }],
			},
		});
		const { out } = await windsock('inspect', file, '--annotations');
		expect(out).toMatch(/lee and mia agree on 98% of 40 examples, kappa 0\.9\d \(95% interval/);
		expect(out).toContain('annotations of examples that are not in the file: 1');
	});

	it('says that nothing is annotated', async () => {
		const file = join(host.workspace, 'plain.jsonl');
		writeFileSync(file, '{"text":"One."}\n');
		const said = await windsock('inspect', file, '--annotations');
		expect(said).toMatchObject({ code: 0, out: `${file}: 1 rows, 0 annotated\n` });
	});

	it('converts and accounts for every row', async () => {
		host.recipe();
		const out = join(host.workspace, 'out.jsonl');
		const argv = ['convert', join(host.workspace, 'sft.jsonl'), '--to', 'trl-sft', '--out', out];
		const said = await windsock(...argv, '--json');
		expect(said.code).toBe(0);
		expect(said.json()).toMatchObject({
			conversion: { rowsIn: 3, kept: 3, changed: 0, dropped: [] },
		});
	});
});
