import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { messageFor } from '../../../../src/core/base/errorMessages';
import { readPromptSet } from '../../../../src/core/responses/promptSet';
import { parseResponse } from '../../../../src/core/responses/response';
import { askEndpoint } from '../../../../src/node/responses/askEndpoint';
import {
	EndpointClient,
	endpointKeyFromEnvironment,
} from '../../../../src/node/responses/endpointClient';

const key = 'secret-key-4711';
let server: Server | undefined;

afterEach(async () => {
	server?.closeAllConnections();
	await new Promise(resolve => (server ? server.close(resolve) : resolve(undefined)));
	server = undefined;
});

async function serve(
	handle: (body: Record<string, unknown>, request: IncomingMessage, reply: ServerResponse) => void,
): Promise<EndpointClient> {
	server = createServer((request, reply) => {
		let text = '';
		request.on('data', chunk => (text += String(chunk)));
		request.on('end', () => handle(JSON.parse(text) as Record<string, unknown>, request, reply));
	});
	await new Promise<void>(resolve => server?.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return new EndpointClient(
		{ name: 'lab', url: `http://127.0.0.1:${port}/v1/`, model: 'zephyr', key, timeoutMs: 5000 },
		fetch,
		() => Promise.resolve(),
	);
}

function answer(content: string, finish = 'stop'): string {
	return JSON.stringify({
		model: 'zephyr-7b',
		choices: [{ message: { role: 'assistant', content }, finish_reason: finish }],
		usage: { prompt_tokens: 7, completion_tokens: 3 },
	});
}

const prompts = readPromptSet(
	'{"id":"h","prompt":"How many helicopters?","sampling":{"seed":3}}\n{"id":"i","prompt":"Why?"}',
).prompts;

test('answers become response lines, with the sampling translated and the key sent', async () => {
	const seen: Record<string, unknown>[] = [];
	const headers: (string | undefined)[] = [];
	const client = await serve((body, request, reply) => {
		seen.push(body);
		headers.push(request.headers.authorization, request.url);
		reply.end(answer('None.', seen.length === 2 ? 'length' : 'stop'));
	});
	const lines: string[] = [];
	const result = await askEndpoint(
		client,
		prompts,
		{ label: 'endpoint:lab', sampling: { max_new_tokens: 64, temperature: 0.7 } },
		line => {
			lines.push(JSON.stringify(line));
			return Promise.resolve();
		},
	);
	expect(result).toEqual({ ok: true, value: { answers: 2 } });
	expect(seen[0]).toMatchObject({
		model: 'zephyr',
		messages: [{ role: 'user', content: 'How many helicopters?' }],
		max_tokens: 64,
		temperature: 0.7,
		seed: 3,
	});
	expect(headers.slice(0, 2)).toEqual([`Bearer ${key}`, '/v1/chat/completions']);
	expect(lines.map(line => parseResponse(line, ''))).toMatchObject([
		{ promptId: 'h', response: 'None.', finishReason: 'stop', tokens: { prompt: 7, response: 3 } },
		{ promptId: 'i', promptIndex: 1, model: 'endpoint:lab', finishReason: 'length' },
	]);
	expect(lines.join('')).not.toContain(key);
});

test('the sampling of a prompt set does not choose the model, the messages or the form', async () => {
	let seen: Record<string, unknown> = {};
	const client = await serve((body, _, reply) => {
		seen = body;
		reply.end(answer('Hi.'));
	});
	const messages = [{ role: 'user', content: 'Hi' }] as const;
	await client.complete(messages, { model: 'dear', messages: [], stream: true, seed: 1 });
	expect(seen).toEqual({ model: 'zephyr', messages, stream: false, seed: 1 });
});

test('a busy server is asked again, and only so often', async () => {
	let asked = 0;
	const client = await serve((_, __, reply) => {
		asked++;
		reply.statusCode = asked < 3 ? 429 : 200;
		reply.end(asked < 3 ? 'slow down' : answer('Hi.'));
	});
	expect(await client.complete([], {})).toMatchObject({ ok: true, value: { text: 'Hi.' } });
	expect(asked).toBe(3);
});

test('a refusal says why, without the key that the server echoes', async () => {
	const client = await serve((_, request, reply) => {
		reply.statusCode = 401;
		reply.end(`bad token ${request.headers.authorization}`);
	});
	const result = await client.complete([], {});
	expect(result.ok).toBe(false);
	if (!result.ok) {
		const sentence = messageFor(result.error);
		expect(sentence).toContain('lab');
		expect(sentence).toContain('HTTP 401: bad token');
		expect(sentence + result.error.message).not.toContain(key);
	}
});

test.each([
	['nonsense', 'not JSON'],
	['{"choices":[]}', 'choices[0]'],
	['{"choices":[{"message":{"content":null}}]}', 'choices[0]'],
])('the answer %s is refused with a reason', async (body, reason) => {
	const client = await serve((_, __, reply) => reply.end(body));
	const result = await client.complete([], {});
	expect(result.ok ? '' : String(result.error.details['reason'])).toContain(reason);
});

test('a cut stream and a closed port fail, and a redirect is not followed', async () => {
	let redirected = 0;
	const cut = await serve((_, __, reply) => {
		reply.writeHead(200, { 'content-length': '1000' });
		reply.write('{"choices":');
		setImmediate(() => reply.destroy());
	});
	expect(await cut.complete([], {})).toMatchObject({
		ok: false,
		error: { code: 'endpointFailed' },
	});
	server?.closeAllConnections();
	await new Promise(resolve => server?.close(resolve));
	expect(await cut.complete([], {})).toMatchObject({
		ok: false,
		error: { code: 'endpointFailed' },
	});
	const moved = await serve((_, __, reply) => {
		redirected++;
		reply.writeHead(307, { location: '/elsewhere' });
		reply.end();
	});
	expect((await moved.complete([], {})).ok).toBe(false);
	expect(redirected).toBeLessThanOrEqual(3);
});

test('cancelling ends the request at once', async () => {
	const abort = new AbortController();
	const client = await serve(() => abort.abort());
	expect(await client.complete([], {}, abort.signal)).toMatchObject({
		ok: false,
		error: { code: 'cancelled' },
	});
});

test('a server that never answers ends with the time limit', async () => {
	const client = await serve(() => {});
	const slow = new EndpointClient({ ...client.endpoint, timeoutMs: 50 });
	const result = await slow.complete([], {});
	expect(result.ok ? '' : String(result.error.details['reason'])).toContain('no answer within');
});

test('a key comes from the environment by the endpoint’s name', () => {
	const environment = { WINDSOCK_ENDPOINT_MY_LAB_KEY: 'k', WINDSOCK_ENDPOINT_EMPTY_KEY: '' };
	expect(endpointKeyFromEnvironment('my-lab', environment)).toBe('k');
	expect(endpointKeyFromEnvironment('empty', environment)).toBeUndefined();
});

test('no part of the key is told where an answer is cut in the middle of it', async () => {
	const failing = await serve((_, __, reply) => {
		reply.writeHead(401).end(`${'x'.repeat(290)}${key}`);
	});
	expect(JSON.stringify(await failing.complete([], {}))).not.toContain(key.slice(0, 4));
	server?.close();
	const odd = await serve((_, __, reply) => {
		reply.end(`${'x'.repeat(92)}${key}`);
	});
	expect(JSON.stringify(await odd.complete([], {}))).not.toContain(key.slice(0, 4));
});

test('a password in an address is told to nobody', async () => {
	const url = 'http://user:hunter2@127.0.0.1:9/v1';
	const client = new EndpointClient({ name: 'lab', url, model: 'm' }, fetch, () =>
		Promise.resolve(),
	);
	const failed = await client.complete([], {});
	expect(failed).toMatchObject({ ok: false });
	expect(JSON.stringify(failed)).not.toContain('hunter2');
});
