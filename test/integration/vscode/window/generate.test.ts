import { createServer, type Server } from 'node:http';
import { readdir, readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { testWindow } from '../../../support/bench/testWindow';
import { waitFor } from '../../../support/bench/waitFor';

describe('answers of an endpoint in a window', () => {
	const asked: string[] = [];
	let server: Server | undefined;

	/** Answers as an OpenAI-compatible server whose quota is used up at the third request. */
	async function listen(): Promise<number> {
		server = createServer((request, reply) => {
			let text = '';
			request.on('data', chunk => (text += String(chunk)));
			request.on('end', () => {
				asked.push(text);
				reply.statusCode = asked.length === 3 ? 402 : 200;
				const content = `Answer ${asked.length}.`;
				reply.end(JSON.stringify({ choices: [{ message: { content }, finish_reason: 'stop' }] }));
			});
		});
		await new Promise<void>(resolve => server?.listen(0, '127.0.0.1', resolve));
		return (server.address() as AddressInfo).port;
	}

	const window = testWindow(
		async () => {
			const url = `http://127.0.0.1:${await listen()}/v1`;
			return { machineSettings: { 'windsock.endpoints': { lab: { url, model: 'm' } } } };
		},
		async () => {
			server?.closeAllConnections();
			await new Promise(resolve => (server ? server.close(resolve) : resolve(undefined)));
		},
	);

	async function answers(): Promise<readonly string[]> {
		const folder = path.join(window.workspace.folder, '.windsock', 'comparisons');
		const [id = ''] = await readdir(folder).catch(() => []);
		const file = path.join(folder, id, 'responses', 'lab.jsonl');
		const text = await readFile(file, 'utf8').catch(() => '');
		return text.split('\n').slice(0, -1);
	}

	it('come for the prompts that ship with Windsock, and only the missing ones are asked for again', async () => {
		const { editor } = window;
		await editor.runCommand('Windsock: Generate Responses…');
		await editor.waitForQuickInput('Prompt Set');
		await editor.screenshot('generate-prompts');
		await editor.pick('comes with Windsock');
		await editor.waitForQuickInput('Models');
		await editor.screenshot('generate-models');
		await editor.pickMany(['prompts stay on this machine']);
		await editor.waitForQuickInput('Key for the endpoint lab');
		await editor.answer('');
		await editor.notification(/HTTP 402/).waitFor();
		expect((await answers()).length).toBe(2);
		await editor.screenshot('generate-rest');
		await editor.answerNotification(/has not answered every prompt/, 'Ask for the Rest');
		await waitFor('all prompts to be answered', async () => (await answers()).length === 24);
		const ids = (await answers()).map(line => (JSON.parse(line) as { promptId: string }).promptId);
		expect(new Set(ids).size).toBe(24);
		// 20 prompts of one turn, four of two, and the request that was refused.
		expect(asked.length).toBe(29);
	});
});
