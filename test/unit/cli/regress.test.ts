import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { regress } from '../../../src/cli/commands/regress';
import { Output } from '../../../src/cli/output';
import type { Services } from '../../../src/cli/services';
import { boundedMatch } from '../../../src/node/responses/regression/boundedPattern';
import { workspaceFolder } from '../../../src/node/workspace/workspaceFolder';
import { checkAnswer } from '../../support/cliAnswers';

let root: string;

beforeEach(async () => {
	root = await mkdtemp(join(tmpdir(), 'windsock-regress-'));
});

afterEach(() => rm(root, { recursive: true }));

const lines = (rows: readonly object[]): string =>
	rows.map(row => `${JSON.stringify(row)}\n`).join('');

async function checked(
	prompts: readonly object[],
	answers: Readonly<Record<string, readonly (string | undefined)[]>>,
) {
	const folder = await mkdtemp(join(root, 'answers-'));
	await mkdir(join(folder, 'responses'), { recursive: true });
	const models = Object.keys(answers).map(label => ({ label, ref: label }));
	await writeFile(
		join(folder, 'comparison.json'),
		JSON.stringify({ schemaVersion: 1, id: 'c', name: 'c', createdAt: '', models }),
	);
	await writeFile(join(folder, 'prompts.jsonl'), lines(prompts));
	for (const [label, texts] of Object.entries(answers)) {
		const rows = texts.flatMap((response, i) =>
			response === undefined ? [] : [{ promptId: String(i), promptIndex: i, response }],
		);
		await writeFile(join(folder, 'responses', `${label}.jsonl`), lines(rows));
	}
	const services = { folder: workspaceFolder(root), endpoints: {} } as unknown as Services;
	const silent = { write: () => {} };
	const output = new Output({ json: false, stdout: silent, stderr: silent });
	const options = { answers: folder, host: '', resource: [] } as unknown as Parameters<
		typeof regress
	>[3];
	const made = await regress(services, output, 'set.jsonl', options, new AbortController().signal);
	if (!made.ok) {
		throw made.error;
	}
	const document = JSON.parse(JSON.stringify({ schemaVersion: 1, ...made.value.json })) as {
		regression: { flips: object[]; models: { failures: { reasons: string[] }[] }[] };
	};
	checkAnswer(['regress'], document);
	return { ...document.regression, text: made.value.text, exitCode: made.value.exitCode };
}

const expecting = (expect: object): object => ({ prompt: 'Say it.', expect });

it('lists which prompts changed sides between two checkpoints, and is bad news where one got worse', async () => {
	const prompts = [
		expecting({ contains: 'four' }),
		expecting({ lacks: ['sorry'] }),
		expecting({ json: true, maxLength: 12 }),
		{ prompt: 'Free.' },
	];
	const found = await checked(prompts, {
		older: ['four', 'I am sorry', '{"a": 1}', 'x'],
		newer: ['five', 'Here.', '```json\n{"a": 1}\n```', 'y'],
	});
	expect(found.exitCode).toBe(1);
	expect(found).toMatchObject({
		prompts: 3,
		unpinned: 1,
		models: [
			{ label: 'older', passed: 2, failed: 1, unknown: 0 },
			{ label: 'newer', passed: 1, failed: 2 },
		],
		flips: [
			{ promptId: '0', from: 'older', to: 'newer', now: 'fails' },
			{ promptId: '1', now: 'passes' },
			{ promptId: '2', now: 'fails' },
		],
	});
	expect(found.text).toContain('it lacks “four”');
	const better = await checked(prompts, {
		newer: ['five', 'ok', '1', ''],
		newest: ['five', 'ok', '1', ''],
	});
	expect(better).toMatchObject({ exitCode: 0, flips: [] });
});

it('knows nothing of an answer that is missing, a rubric without a judge, or a winner without votes', async () => {
	const found = await checked(
		[
			expecting({ contains: 'a' }),
			expecting({ rubric: 'It is kind.' }),
			expecting({ winner: 'm' }),
		],
		{ m: [undefined, 'Hello', 'Hello'] },
	);
	expect(found).toMatchObject({ exitCode: 0, models: [{ passed: 0, failed: 0, unknown: 3 }] });
	expect(found.text).toContain('no judge was asked');
});

it('ends a pattern that would try for ever', () => {
	const text = `${'a'.repeat(40)}!`;
	expect(boundedMatch('^(a+)+$', text)).toBe('tooSlow');
	expect(boundedMatch('a+!', text)).toBe(true);
	expect(boundedMatch('^b', text)).toBe(false);
});

it('ends a pattern that needs more room than there is', () => {
	expect(boundedMatch('^(?:a|b)*$', 'ab'.repeat(5_000_000))).toBe('tooSlow');
});

it('knows nothing of an answer whose pattern took too long, so that a busy machine turns nothing over', async () => {
	const found = await checked([expecting({ regex: '^(a+)+$' })], {
		older: ['aaa'],
		newer: [`${'a'.repeat(40)}!`],
	});
	expect(found).toMatchObject({
		exitCode: 0,
		models: [{ passed: 1 }, { passed: 0, failed: 0, unknown: 1 }],
		flips: [],
	});
});

it('counts no pass for a model of which nothing is expected but that another one wins', async () => {
	const found = await checked(
		[expecting({ winner: 'older' }), expecting({ winner: 'older', contains: 'four' })],
		{ base: ['x', 'four'], newer: ['x', 'five'] },
	);
	expect(found).toMatchObject({
		models: [
			{ label: 'base', passed: 1, failed: 0, unknown: 1 },
			{ label: 'newer', passed: 0, failed: 1, unknown: 1 },
		],
	});
});

it.each([
	[{ expect: [] }, 'not an object'],
	[{ expect: { contain: 'a' } }, 'unknown check'],
	[{ expect: { regex: '(' } }, 'no regular expression'],
	[{ expect: {} }, 'checks nothing'],
	[{}, 'no prompt has'],
])('says what is wrong with the checks %j', async (fields, reason) => {
	await expect(checked([{ prompt: 'x', ...fields }], { m: ['x'] })).rejects.toMatchObject({
		code: 'promptSetInvalid',
		details: { reason: expect.stringContaining(reason) as string },
	});
});

/** A server that says what it makes of each conversation, and keeps what it was asked. */
async function withEndpoint<T>(
	say: (model: string, text: string) => string,
	use: (url: string, asked: readonly string[]) => Promise<T>,
): Promise<T> {
	const asked: string[] = [];
	const server = createServer((request, response) => {
		let body = '';
		request.setEncoding('utf8');
		request.on('data', chunk => {
			body += String(chunk);
		});
		request.on('end', () => {
			const { model, messages } = JSON.parse(body) as {
				model: string;
				messages: { content: string }[];
			};
			const text = messages.at(-1)?.content ?? '';
			asked.push(`${model}: ${text}`);
			const choices = [{ message: { content: say(model, text) }, finish_reason: 'stop' }];
			response.end(JSON.stringify({ model, choices }));
		});
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	try {
		const { port } = server.address() as AddressInfo;
		return await use(`http://127.0.0.1:${port}/v1`, asked);
	} finally {
		await new Promise(resolve => server.close(resolve));
	}
}

it('asks models and a judge, keeps the answers, and exits with 1 where the newer one is worse', async () => {
	const say = (model: string, text: string): string =>
		model !== 'judge'
			? text === 'Sing.'
				? `La from ${model}.`
				: model === 'one'
					? 'four'
					: 'five'
			: /<answer (\w+)>\nLa from two.\n<\/answer \1>/.test(text)
				? 'FAIL: it hums.'
				: '**PASS**';
	await withEndpoint(say, async (url, asked) => {
		const set = join(root, 'pinned.jsonl');
		await writeFile(
			set,
			lines([
				{ id: 'sum', prompt: 'Two and two?', expect: { contains: 'four' } },
				{ id: 'song', prompt: 'Sing.', expect: { rubric: 'It is a song' } },
			]),
		);
		const endpoints = Object.fromEntries(
			['one', 'two', 'judge'].map(name => [name, { url, model: name }]),
		);
		const services = { folder: workspaceFolder(root), endpoints } as unknown as Services;
		const silent = { write: () => {} };
		const output = new Output({ json: false, stdout: silent, stderr: silent });
		const run = (options: object) =>
			regress(
				services,
				output,
				set,
				{ host: '', resource: [], ...options } as unknown as Parameters<typeof regress>[3],
				new AbortController().signal,
			);
		const models = ['endpoint:one', 'endpoint:two'];
		const made = await run({ models, judge: 'endpoint:judge', out: join(root, 'answers') });
		expect(made).toMatchObject({
			ok: true,
			value: {
				exitCode: 1,
				json: {
					regression: {
						models: [
							{ label: 'one', passed: 2 },
							{ label: 'two', passed: 0, failed: 2 },
						],
						flips: [
							{ promptId: 'sum', now: 'fails' },
							{ promptId: 'song', now: 'fails' },
						],
					},
				},
			},
		});
		expect(made.ok && made.value.text).toContain('the judge finds that it does not fulfil');
		expect(asked.filter(text => text.startsWith('judge'))).toHaveLength(2);
		// What was answered is not asked again; the judge of another network is not asked unasked.
		await run({ models, judge: 'judge', out: join(root, 'answers') });
		expect(asked.filter(text => !text.startsWith('judge'))).toHaveLength(4);
		endpoints['judge'] = { url: 'https://judge.example.org/v1', model: 'judge' };
		expect(await run({ answers: join(root, 'answers'), judge: 'judge' })).toMatchObject({
			ok: false,
			error: { code: 'endpointFailed', message: expect.stringContaining('--yes') as unknown },
		});
	});
});
