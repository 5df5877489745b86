import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { expect, test } from 'vitest';
import { readPromptSet } from '../../../../src/core/responses/promptSet';
import { AnswerFile } from '../../../../src/node/responses/answerFile';
import { askEndpoint } from '../../../../src/node/responses/askEndpoint';
import { EndpointClient } from '../../../../src/node/responses/endpointClient';

interface Asked {
	readonly messages: readonly { readonly role: string; readonly content: string }[];
	readonly [field: string]: unknown;
}

/** A model whose n-th reply is “reply n”. */
function counting(): { readonly client: EndpointClient; readonly asked: Asked[] } {
	const asked: Asked[] = [];
	const fetch: typeof globalThis.fetch = (_, init) => {
		asked.push(JSON.parse(String(init?.body)) as Asked);
		const content = `reply ${asked.length}`;
		return Promise.resolve(Response.json({ choices: [{ message: { content } }] }));
	};
	const endpoint = { name: 'lab', url: 'http://127.0.0.1:1', model: 'm' };
	return { client: new EndpointClient(endpoint, fetch), asked };
}

type Line = Readonly<Record<string, unknown>>;

async function linesOf(
	client: EndpointClient,
	text: string,
	options: Partial<Parameters<typeof askEndpoint>[2]> = {},
): Promise<readonly Line[]> {
	const lines: Line[] = [];
	const done = await askEndpoint(
		client,
		readPromptSet(text).prompts,
		{ label: 'lab', sampling: {}, ...options },
		line => Promise.resolve(void lines.push(line)),
	);
	expect(done).toEqual({ ok: true, value: { answers: lines.length } });
	return lines;
}

test('the second of two turns follows the model’s own first answer', async () => {
	const { client, asked } = counting();
	const turns = ['Write.', 'Shorter.'].map(content => ({ role: 'user', content }));
	const [line] = await linesOf(client, JSON.stringify({ id: 'a', messages: turns }));
	expect(asked.map(body => body.messages.map(({ content }) => content))).toEqual([
		['Write.'],
		['Write.', 'reply 1', 'Shorter.'],
	]);
	expect(line).toMatchObject({ response: 'reply 2', turns: ['reply 1', 'reply 2'] });
});

test('every field of the sampling is sent, whatever was asked for', async () => {
	const { client, asked } = counting();
	const [line] = await linesOf(client, '{"prompt":"Why?","sampling":{"temperature":0.7}}');
	expect(asked[0]).toMatchObject({ max_tokens: 256, temperature: 0.7, top_p: 1, seed: 0 });
	expect(line).toMatchObject({ seed: 0, sampling: { temperature: 0.7, top_p: 1 } });
});

test('several answers to one prompt have seeds of their own, and those there are not asked again', async () => {
	const { client, asked } = counting();
	const lines = await linesOf(client, '{"id":"a","prompt":"A?"}\n{"id":"b","prompt":"B?"}', {
		sampling: { temperature: 1, seed: 5 },
		samples: 3,
		isAnswered: (promptId, sample) => promptId === 'a' && sample !== 1,
	});
	expect(lines.map(line => [line['promptId'], line['sample'], line['n']])).toEqual([
		['a', 1, 2],
		['b', 0, 4],
		['b', 1, 5],
		['b', 2, 6],
	]);
	expect(asked.map(body => body['seed'])).toEqual([6, 5, 6, 7]);
});

test('a server that asks to be let alone until a time is, and why is said', async () => {
	const refused = { status: 429, headers: { 'retry-after': new Date(0).toUTCString() } };
	let count = 0;
	const fetch: typeof globalThis.fetch = () =>
		Promise.resolve(
			count++ === 0
				? new Response('slow down', refused)
				: Response.json({ choices: [{ message: { content: 'Now.' } }] }),
		);
	const endpoint = { name: 'lab', url: 'http://127.0.0.1:1', model: 'm' };
	const waited: number[] = [];
	const client = new EndpointClient(endpoint, fetch, milliseconds => {
		waited.push(milliseconds);
		return Promise.resolve();
	});
	const said: unknown[] = [];
	const [line] = await linesOf(client, '{"prompt":"Why?"}', {
		onWait: (...words) => said.push(words),
	});
	expect(line).toMatchObject({ response: 'Now.' });
	// The time it names has gone by.
	expect(waited).toEqual([0]);
	expect(said).toEqual([['HTTP 429: slow down', 0]]);
});

test('a line that a crash cut is taken away and its answer is missing again', async () => {
	const folder = await mkdtemp(path.join(tmpdir(), 'windsock-answers-'));
	try {
		const first = await AnswerFile.open(folder, 'lab');
		await first.append({ promptId: 'a', response: 'A.' });
		await first.append({ promptId: 'b', response: '', finishReason: 'error' });
		const file = path.join(folder, 'responses', 'lab.jsonl');
		const whole = await readFile(file, 'utf8');
		await appendFile(file, '{"promptId":"c","respo');
		const again = await AnswerFile.open(folder, 'lab');
		expect(['a', 'b', 'c'].map(id => again.has(id, 0))).toEqual([true, false, false]);
		expect(await readFile(file, 'utf8')).toBe(whole);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
});
