import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLogger } from '../../../../src/core/base/logger';
import { ComparisonStore } from '../../../../src/node/responses/comparisonStore';
import { EndpointClient } from '../../../../src/node/responses/endpointClient';
import {
	answerFromEndpoint,
	createEndpointComparison,
	readPromptFile,
} from '../../../../src/node/responses/endpointComparison';
import { workspaceFolder } from '../../../../src/node/workspace/workspaceFolder';

let root: string;
beforeEach(async () => {
	root = await mkdtemp(path.join(tmpdir(), 'windsock-endpoint-'));
});
afterEach(async () => {
	await rm(root, { recursive: true, force: true });
});

/** A server that answers each prompt with its own text, and fails at the third request. */
function echo(): typeof fetch {
	let asked = 0;
	return (_, init) => {
		asked++;
		const { messages } = JSON.parse(String(init?.body)) as { messages: { content: string }[] };
		const body = { choices: [{ message: { content: `You said: ${messages.at(-1)?.content}` } }] };
		return Promise.resolve(
			asked < 3 ? Response.json(body) : new Response('quota', { status: 402 }),
		);
	};
}

test('answers of an endpoint make a comparison; what came before a failure is kept', async () => {
	const workspace = workspaceFolder(root);
	const promptsPath = path.join(root, 'vibes.jsonl');
	await writeFile(
		promptsPath,
		['a', 'b', 'c'].map(id => `{"id":"${id}","prompt":"${id}?"}\n`).join(''),
	);
	const prompts = await readPromptFile(promptsPath);
	const created = await createEndpointComparison(workspace, {
		promptsPath,
		models: [{ label: 'lab', ref: 'endpoint:lab' }],
		sampling: { temperature: 0 },
	});
	if (!prompts.ok || !created.ok) {
		throw new Error('the prompts were not read or the comparison not made');
	}
	const client = new EndpointClient({ name: 'lab', url: 'http://127.0.0.1:1', model: 'm' }, echo());
	const seen: number[] = [];
	const answered = await answerFromEndpoint(
		workspace,
		created.value,
		client,
		prompts.value,
		{ label: 'lab', sampling: { temperature: 0 } },
		done => seen.push(done),
	);
	expect(answered).toMatchObject({ ok: false, error: { code: 'endpointFailed' } });
	expect(seen).toEqual([1, 2]);
	const asked: string[] = [];
	const willing: typeof fetch = (_, init) => {
		const body = JSON.parse(String(init?.body)) as { messages: { content: string }[] };
		asked.push(body.messages.at(-1)?.content ?? '');
		return Promise.resolve(Response.json({ choices: [{ message: { content: 'Late.' } }] }));
	};
	const later = await answerFromEndpoint(
		workspace,
		created.value,
		new EndpointClient({ name: 'lab', url: 'http://127.0.0.1:1', model: 'm' }, willing),
		prompts.value,
		{ label: 'lab', sampling: {} },
		done => seen.push(done),
	);
	expect(later).toEqual({ ok: true, value: { answers: 1 } });
	expect([asked, seen]).toEqual([['c?'], [1, 2, 3]]);
	const store = new ComparisonStore(workspace, silentLogger);
	const comparison = await store.open(created.value);
	expect(comparison.ok && comparison.value.header).toMatchObject({
		name: 'vibes',
		models: [{ label: 'lab', ref: 'endpoint:lab' }],
	});
	expect(comparison.ok && comparison.value.responses.get('lab')?.get('b')?.response).toBe(
		'You said: b?',
	);
	store.dispose();
});

test('a prompt set that is not there or not right is an error with its path', async () => {
	expect(await readPromptFile(path.join(root, 'none.jsonl'))).toMatchObject({
		ok: false,
		error: { code: 'fileUnreadable' },
	});
	await writeFile(path.join(root, 'bad.jsonl'), '{}\n');
	expect(await readPromptFile(path.join(root, 'bad.jsonl'))).toMatchObject({
		ok: false,
		error: { code: 'promptSetInvalid', details: { line: 1 } },
	});
});
