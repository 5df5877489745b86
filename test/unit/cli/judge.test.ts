import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { markSpent } from '../../../src/node/responses/spentFile';
import { MirrorFolder } from '../../../src/node/runs/mirrorFolder';
import { workspaceFolder } from '../../../src/node/workspace/workspaceFolder';
import { windsockOn, type Said } from '../../support/practiceCli';
import { PracticeHost } from '../../support/practiceHost';

let host: PracticeHost;
let server: Server;
let folder: string;
const asked: string[] = [];
/** Log-probabilities that come with each answer. */
let chances: Readonly<Record<string, number>> | undefined;
/** What the judge answers to a question, by what it was asked. */
let reply = (_question: string): string | undefined => '[[C]]';

beforeAll(async () => {
	host = await PracticeHost.create();
	server = createServer((request, response) => {
		let body = '';
		request.on('data', chunk => (body += String(chunk)));
		request.on('end', () => {
			const { messages } = JSON.parse(body) as { messages: { content: string }[] };
			const content = reply(messages.at(-1)?.content ?? '');
			const top = Object.entries(chances ?? {}).map(([token, logprob]) => ({ token, logprob }));
			const logprobs = chances && { content: [{ ...top[0], top_logprobs: top }] };
			asked.push(body);
			response.statusCode = content === undefined ? 402 : 200;
			response.end(
				JSON.stringify({ choices: [{ message: { content }, logprobs, finish_reason: 'stop' }] }),
			);
		});
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	folder = join(host.workspace, 'judged');
	mkdirSync(join(folder, 'responses'), { recursive: true });
	const models = ['base', 'sft'].map(label => ({ label, ref: label }));
	const header = { schemaVersion: 1, id: 'c', name: 'c', createdAt: '', models };
	writeFileSync(join(folder, 'comparison.json'), JSON.stringify(header));
	const line = (value: object): string => `${JSON.stringify(value)}\n`;
	const prompts = [0, 1, 2, 3].map(i => ({ id: `p${i}`, prompt: `Question ${i}?` }));
	writeFileSync(join(folder, 'prompts.jsonl'), prompts.map(line).join(''));
	for (const label of ['base', 'sft']) {
		const answers = prompts.map(({ id }, i) => ({
			promptId: id,
			response:
				i === 3 && label === 'sft'
					? ''
					: `The ${label} answer${label === 'sft' ? ' at length' : ''}.`,
			finishReason: 'stop',
		}));
		writeFileSync(join(folder, 'responses', `${label}.jsonl`), answers.map(line).join(''));
	}
});
afterAll(async () => {
	host.dispose();
	server.closeAllConnections();
	await new Promise(resolve => server.close(resolve));
});

function judge(...argv: string[]): Promise<Said> {
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
	const endpoints = { lab: { url, model: 'm', price: 100 } };
	return windsockOn(
		host,
		['judge', folder, '--judge', 'endpoint:lab', '--parallel', '1', ...argv],
		endpoints,
	);
}

interface Judged {
	readonly plan: Record<string, unknown>;
	readonly report?: Record<string, unknown>;
}

describe('windsock judge', () => {
	it('says what would be sent where and at what cost, and sends nothing unasked', async () => {
		const said = await judge('--price', '2', '--reply-price', '8', '--json');
		const { plan, report } = JSON.parse(said.out) as Judged;
		expect(plan).toMatchObject({ questions: 6, known: 0, toSend: 6, leftOut: 1 });
		expect(String(plan['goesTo'])).toMatch(/^127\.0\.0\.1:\d+$/);
		expect(plan['cost']).toBeGreaterThan((6 * 512 * 8) / 1e6);
		expect(report).toBeUndefined();
		expect(asked).toEqual([]);
		const text = (await judge()).out;
		expect(text).toContain('Nothing was sent.');
		// The endpoint's own price, where no option says another.
		expect(text).toContain('at most 0.43 in your currency');
	});

	it('keeps what came when the judge fails, asks the rest only, and then nothing twice', async () => {
		let left = 2;
		reply = () => (left-- > 0 ? '[[C]]' : undefined);
		const failed = await judge('--yes');
		expect(failed.code).toBe(1);
		expect(failed.err).toContain('402');
		reply = () => '[[C]]';
		asked.length = 0;
		expect((await judge('--yes')).code).toBe(0);
		expect(asked.length).toBe(4);
		const again = await judge('--yes', '--json');
		expect(asked.length).toBe(4);
		expect((JSON.parse(again.out) as Judged).report).toMatchObject({
			asked: 6,
			models: [{ label: 'sft', prompts: 3, wins: 0, ties: 3, losses: 0 }],
		});
	});

	it('says that prompts were trained on, where they were', async () => {
		const { preferences } = workspaceFolder(host.workspace);
		const prompt = [{ role: 'user', content: 'Question 0?' }];
		await markSpent(preferences, [prompt], { comparisonId: 'c', into: 'o.jsonl', time: '' });
		reply = () => '[[C]]';
		const said = await judge('--yes');
		rmSync(preferences, { recursive: true });
		expect(said.out).toContain('1 of its 3 prompts are spent');
		expect((await judge('--yes')).out).not.toContain('spent');
	});

	it('counts only verdicts that survive the swap, and tells of flips, length and nonsense', async () => {
		const rubric = join(host.workspace, 'rubric.txt');
		writeFileSync(rubric, 'Prefer warmth.');
		const lengthLover = (text: string): string =>
			text.indexOf('at length') < text.indexOf('The base') ? '[[A]]' : '[[B]]';
		reply = text =>
			text.includes('Question 0')
				? lengthLover(text)
				: text.includes('Question 1')
					? '[[A]]'
					: 'Hm.';
		const said = await judge('--rubric', rubric, '--yes', '--json');
		const { report } = JSON.parse(said.out) as Judged;
		expect(asked.at(-1)).toContain('Prefer warmth.');
		expect(report).toMatchObject({
			asked: 6,
			flipRate: 0.5,
			longerWins: { value: 1, pairs: 1 },
			models: [{ label: 'sft', prompts: 2, wins: 1, ties: 1, losses: 0 }],
		});
		expect(report?.['unreadable']).toBeCloseTo(1 / 3);
		const text = (await judge('--rubric', rubric)).out;
		expect(text).toContain('No vote of yours');
		expect(text.indexOf('No vote')).toBeLessThan(text.indexOf('SHARE AGAINST base'));
		const kept = readFileSync(join(folder, 'judgments', 'lab.jsonl'), 'utf8');
		expect(kept).toContain('Hm.');
	});

	it('names what is missing: another model, another endpoint, an unknown reference', async () => {
		expect((await judge('--reference', 'dpo')).err).toContain('there are base, sft');
		const odd = { lab: { url: 'no address', model: 'm', price: 'much' as unknown as number } };
		const argv = ['judge', folder, '--judge', 'endpoint:lab', '--repeats', '3'];
		const planned = await windsockOn(host, [...argv, '--json'], odd);
		expect(JSON.parse(planned.out)).toMatchObject({ plan: { goesTo: 'no address' } });
		expect(planned.out).not.toContain('cost');
		const unknown = await windsockOn(host, ['judge', folder, '--judge', 'endpoint:no'], {});
		expect(unknown).toMatchObject({ code: 1 });
	});

	it('asks as a protocol was published, writes its files, and compares them with nothing else', async () => {
		asked.length = 0;
		reply = text =>
			text.indexOf('The sft') < text.indexOf('The base') ? 'My verdict: [[A>>B]]' : '[[B>A]]';
		const planned = JSON.parse((await judge('--protocol', 'arena-hard', '--json')).out) as Judged;
		expect(planned.plan).toMatchObject({
			questions: 8,
			toSend: 8,
			tokens: { replies: 8 * 16_000 },
		});
		expect(asked).toEqual([]);
		const said = await judge('--protocol', 'arena-hard', '--yes', '--json');
		const { judged } = JSON.parse(said.out) as { judged: Record<string, unknown> };
		expect(judged).toMatchObject({
			protocol: 'arena-hard',
			judge: 'm',
			rows: 4,
			unreadable: 0,
			published: [],
			results: [{ path: 'model_judgment/m/sft.jsonl', protocol: 'arena-hard' }],
		});
		// An empty answer is judged too, as published; nothing else is in the request.
		expect(asked.length).toBe(8);
		expect(Object.keys(JSON.parse(asked[0] ?? '{}') as object).toSorted()).toEqual([
			'max_tokens',
			'messages',
			'model',
			'stream',
			'temperature',
		]);
		const file = join(folder, 'judgments', 'arena-hard', 'model_judgment', 'm', 'sft.jsonl');
		const rows = readFileSync(file, 'utf8').trim().split('\n');
		expect(JSON.parse(rows[0] ?? '')).toMatchObject({
			games: [{ score: 'B>A' }, { score: 'A>>B' }],
		});
		const text = (await judge('--protocol', 'arena-hard', '--yes')).out;
		expect(asked.length).toBe(8);
		expect(text.indexOf('No vote of yours')).toBeLessThan(text.indexOf('ARENA-HARD'));
		expect(text).toContain('Windsock’s own judgments do not compare with it.');
	});

	it('reads probabilities where AlpacaEval 2 weighs them, and says when an endpoint gives none', async () => {
		reply = () => 'm';
		const none = (await judge('--protocol', 'alpaca-eval', '--yes')).out;
		expect(none).toContain('needs an endpoint that gives log-probabilities');
		chances = { m: Math.log(0.75), M: Math.log(0.25) };
		const url = 'judgments/alpaca-eval/replies/lab.jsonl';
		rmSync(join(folder, ...url.split('/')));
		const said = await judge('--protocol', 'alpaca-eval', '--yes', '--json');
		const { judged } = JSON.parse(said.out) as { judged: { results: unknown } };
		const file = join(folder, 'judgments/alpaca-eval/sft/weighted_alpaca_eval_m/annotations.json');
		const rows = JSON.parse(readFileSync(file, 'utf8')) as { preference: number }[];
		expect(
			rows.map(({ preference }) => [1.25, 1.75].includes(Number(preference.toFixed(9)))),
		).toEqual(rows.map(() => true));
		const mean = rows.reduce((sum, { preference }) => sum + preference - 1, 0) / rows.length;
		expect(judged.results).toMatchObject([
			{
				models: [
					{
						model: 'sft',
						baseline: 'base',
						total: 4,
						winRate: expect.closeTo(100 * mean, 9) as number,
					},
				],
			},
		]);
	});

	it('keeps replies of a protocol when the judge fails, and asks MT-Bench’s reference answers for', async () => {
		chances = undefined;
		let left = 3;
		reply = () => (left-- > 0 ? 'Rating: [[8]]' : undefined);
		asked.length = 0;
		expect((await judge('--protocol', 'mt-bench', '--yes')).code).toBe(1);
		reply = () => 'Rating: [[6]]';
		asked.length = 0;
		const said = await judge('--protocol', 'mt-bench', '--yes', '--json');
		expect(asked.length).toBe(5);
		expect(JSON.parse(said.out)).toMatchObject({
			judged: { results: [{ models: [{ ratings: 4 }, { ratings: 4 }] }] },
		});
		const file = join(host.workspace, 'no-references.jsonl');
		writeFileSync(file, '{}\n');
		const bad = await judge('--protocol', 'mt-bench', '--references', file);
		expect(bad.err).toContain('no answers as MT-Bench writes them');
	});

	it('keeps what a judge found of a checkpoint with its run, once', async () => {
		const id = '01JD0000000000000000000AAA';
		const spec = {
			contractVersion: '1.0',
			id,
			kind: 'train',
			name: 'judged run',
			createdAt: '2026-01-01T00:00:00.000Z',
			environment: { lockHash: 'l' },
		} as const;
		const mirror = MirrorFolder.create(join(host.workspace, '.windsock', 'runs'), spec, {
			hostName: 'local',
			runDir: '/r',
		});
		const header = join(folder, 'comparison.json');
		const models = [
			{ label: 'base', ref: 'base' },
			{ label: 'sft', ref: `run:${id}@40` },
		];
		writeFileSync(header, JSON.stringify({ ...JSON.parse(readFileSync(header, 'utf8')), models }));
		reply = () => '[[C]]';
		const argv = ['--repeats', '2', '--yes', '--json'];
		const { scores } = JSON.parse((await judge(...argv)).out) as { scores: unknown };
		expect(scores).toMatchObject([
			{ runId: id, score: { step: 40, name: 'judge', value: 0.5, n: 3, source: 'judge' } },
		]);
		expect(JSON.parse((await judge(...argv)).out)).not.toHaveProperty('scores');
		const lines = readFileSync(join(mirror.path, 'scores.jsonl'), 'utf8').trim().split('\n');
		expect(lines.length).toBe(1);
		expect(JSON.parse(lines[0] ?? '')).toMatchObject({ about: 'm on c against base' });
	});

	it('has several questions on their way at one time, and loses no reply when one fails', async () => {
		const rubric = join(host.workspace, 'other.txt');
		writeFileSync(rubric, 'Prefer haste.');
		let left = 2;
		reply = () => (left-- > 0 ? '[[C]]' : undefined);
		asked.length = 0;
		// Of four at once two are answered, and the two that are refused end it.
		expect((await judge('--rubric', rubric, '--parallel', '4', '--yes')).code).toBe(1);
		expect(asked.length).toBeLessThanOrEqual(6);
		const known = JSON.parse((await judge('--rubric', rubric, '--json')).out) as Judged;
		expect(known.plan).toMatchObject({ questions: 6, known: 2 });
		reply = () => '[[C]]';
		const said = await judge('--rubric', rubric, '--parallel', '4', '--yes', '--json');
		expect(JSON.parse(said.out)).toMatchObject({ report: { asked: 6, unreadable: 0 } });
	});
});
