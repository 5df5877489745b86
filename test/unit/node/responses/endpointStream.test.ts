import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { LiveAnswerer } from '../../../../src/core/responses/liveAnswerer';
import { endpointAnswerer } from '../../../../src/node/responses/endpointStream';

const key = 'secret-key-4711';
let server: Server | undefined;

afterEach(async () => {
	server?.closeAllConnections();
	await new Promise(resolve => (server ? server.close(resolve) : resolve(undefined)));
	server = undefined;
});

async function serve(
	handle: (body: Record<string, unknown>, reply: ServerResponse) => void,
): Promise<LiveAnswerer> {
	server = createServer((request, reply) => {
		let text = '';
		request.on('data', chunk => (text += String(chunk)));
		request.on('end', () => handle(JSON.parse(text) as Record<string, unknown>, reply));
	});
	await new Promise<void>(resolve => server?.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return endpointAnswerer({ name: 'lab', url: `http://127.0.0.1:${port}/v1`, model: 'm', key });
}

const piece = (content: string, finish?: string): string =>
	`data: ${JSON.stringify({ choices: [{ delta: { content }, finish_reason: finish ?? null }] })}\r\n\r\n`;
const ask = (answerer: LiveAnswerer, heard: string[], signal = new AbortController().signal) =>
	answerer.stream(
		[{ role: 'user', content: 'How many?' }],
		{ max_new_tokens: 9, do_sample: false },
		signal,
		text => heard.push(text),
	);

describe('the stream of an endpoint', () => {
	it('is heard while it grows, letters that are parted between two packets too', async () => {
		const asked: object[] = [];
		const answerer = await serve((body, reply) => {
			asked.push(body);
			const bytes = Buffer.from(
				`: a comment\n\n${piece('Nö')}${piece('ne.', 'stop')}data: [DONE]\n\n`,
			);
			const middle = bytes.indexOf(0xc3) + 1;
			reply.write(bytes.subarray(0, middle));
			setImmediate(() => reply.end(bytes.subarray(middle)));
		});
		const heard: string[] = [];
		expect(await ask(answerer, heard)).toEqual({
			ok: true,
			value: { text: 'Nöne.', finishReason: 'stop' },
		});
		expect(heard.at(-1)).toBe('Nöne.');
		expect(asked).toMatchObject([{ model: 'm', stream: true, max_tokens: 9, temperature: 0 }]);
	});

	it('that breaks off is kept as far as it came, and said to be cut', async () => {
		const broken = await serve((_, reply) => {
			reply.write(piece('Three hel'), () => reply.destroy());
		});
		expect(await ask(broken, [])).toEqual({
			ok: true,
			value: { text: 'Three hel', finishReason: 'cut' },
		});
	});

	it('that ends without an end is cut, and one at the limit says so', async () => {
		const ended = await serve(({ messages }, reply) => {
			reply.end(JSON.stringify(messages).includes('many') ? piece('Thr') : '');
		});
		expect(await ask(ended, [])).toMatchObject({ value: { finishReason: 'cut' } });
		server?.close();
		const limited = await serve((_, reply) => {
			reply.end(`${piece('Thr', 'length')}data: [DONE]\n\n`);
		});
		expect(await ask(limited, [])).toMatchObject({ value: { finishReason: 'length' } });
	});

	it('of a server that does not stream is read as the one document that it sends', async () => {
		const answerer = await serve((_, reply) => {
			reply.end(
				JSON.stringify({ choices: [{ message: { content: 'None.' }, finish_reason: 'stop' }] }),
			);
		});
		expect(await ask(answerer, [])).toMatchObject({
			value: { text: 'None.', finishReason: 'stop' },
		});
	});

	it('that never begins is a failure without the key, and one that is given up is cancelled', async () => {
		const answerer = await serve((_, reply) => {
			reply.writeHead(401).end(`no such key: ${key}`);
		});
		const failed = await ask(answerer, []);
		expect(failed).toMatchObject({ ok: false, error: { code: 'endpointFailed' } });
		expect(JSON.stringify(failed)).not.toContain(key);
		expect(await ask(answerer, [], AbortSignal.abort())).toMatchObject({
			error: { code: 'cancelled' },
		});
	});

	it('says no part of the key where what a server says is cut in the middle of it', async () => {
		const answerer = await serve((_, reply) => {
			reply.writeHead(401).end(`${'x'.repeat(290)}${key}`);
		});
		expect(JSON.stringify(await ask(answerer, []))).not.toContain(key.slice(0, 4));
	});

	it('that turns into an error is a failure, and no empty answer', async () => {
		const answerer = await serve((_, reply) => {
			reply.end('data: {"error":{"message":"overloaded"}}\n\ndata: [DONE]\n\n');
		});
		expect(await ask(answerer, [])).toMatchObject({
			ok: false,
			error: { details: { reason: 'overloaded' } },
		});
	});

	it('reads only the start of an error that never ends', async () => {
		let sent = 0;
		const answerer = await serve((_, reply) => {
			reply.writeHead(500);
			const send = (): void => {
				if (!reply.destroyed && sent < 64) {
					sent++;
					reply.write('y'.repeat(1 << 20), () => setImmediate(send));
				} else {
					reply.end();
				}
			};
			send();
		});
		expect(await ask(answerer, [])).toMatchObject({ error: { code: 'endpointFailed' } });
		expect(sent).toBeLessThan(64);
	});

	it('puts a line of many pieces together once', { timeout: 60_000 }, async () => {
		const answerer = await serve((_, reply) => {
			const [start, end] = piece('|').split('|') as [string, string];
			reply.end(`${start}${'z'.repeat(20 << 20)}${end}data: [DONE]\n\n`);
		});
		const began = performance.now();
		const got = await ask(answerer, []);
		expect(got.ok && got.value.text).toHaveLength(20 << 20);
		expect(performance.now() - began).toBeLessThan(5000);
	});
});
