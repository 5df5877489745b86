import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { seriousFindings } from '../../../support/bench/accessibility';
import { testWindow } from '../../../support/bench/testWindow';
import { waitFor } from '../../../support/bench/waitFor';
import { writeComparison } from '../../../support/comparisonFiles';

const prompts = ['Which fruit?', 'Which tool?', 'Which bird?'].map((content, i) => ({
	id: `prompt-${i}`,
	messages: [{ role: 'user', content }],
}));
const answers = {
	'hush-base': ['An apple, which is round and red.', 'A rake of the garden shed.', 'A crow.'],
	'hush-sft': ['A pear, which is green and sweet.', 'A spade of the garden shed.', 'A wren.'],
};

describe('from votes back to data', () => {
	let server: Server | undefined;

	/** Streams a greeting by the name of the model. */
	async function listen(): Promise<string> {
		server = createServer((request, reply) => {
			let body = '';
			request.on('data', chunk => (body += String(chunk)));
			request.on('end', () => {
				const { model } = JSON.parse(body) as { readonly model: string };
				for (const content of ['Hello ', `from model ${model}.`]) {
					reply.write(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`);
				}
				reply.end('data: [DONE]\n\n');
			});
		});
		await new Promise<void>(resolve => server?.listen(0, '127.0.0.1', resolve));
		return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
	}

	const window = testWindow(
		async workspace => {
			await writeComparison(workspace.folder, { id: 'fruits', prompts, answers });
			const url = await listen();
			await writeComparison(workspace.folder, { id: 'greetings', prompts, answers });
			const folder = path.join(workspace.folder, '.windsock', 'comparisons', 'greetings');
			const header = path.join(folder, 'comparison.json');
			const written = JSON.parse(await readFile(header, 'utf8')) as object;
			const models = Object.keys(answers).map(label => ({ label, ref: `endpoint:${label}` }));
			await writeFile(header, JSON.stringify({ ...written, models }));
			const endpoints = Object.fromEntries(
				models.map(({ label }, i) => [label, { url, model: `${i}` }]),
			);
			return { machineSettings: { 'windsock.endpoints': endpoints } };
		},
		async () => {
			server?.closeAllConnections();
			await new Promise(resolve => (server ? server.close(resolve) : resolve(undefined)));
		},
	);
	const byTestId = (frame: Frame, id: string): Locator => frame.locator(`[data-testid="${id}"]`);
	const comparison = (): Promise<Frame> => window.editor.frameWith('[data-testid="lane-text-1"]');
	const rowsOf = async (...parts: string[]): Promise<Record<string, unknown>[]> => {
		const text = await readFile(path.join(window.workspace.folder, ...parts), 'utf8');
		return text
			.trim()
			.split('\n')
			.map(line => JSON.parse(line) as Record<string, unknown>);
	};

	/** Answers VS Code's own dialog with a name in the folder. */
	async function saveAs(name: string): Promise<void> {
		const { editor } = window;
		const file = path.join(window.workspace.folder, name);
		const field = editor.page.locator('.quick-input-widget:visible input.input');
		await waitFor('the dialog to take the name', async () => {
			// It puts in the name that it was given a moment after it is there.
			const proposed = (await field.inputValue()).endsWith('.jsonl');
			if (proposed && (await field.inputValue()) !== file) {
				await field.fill(file);
			}
			return proposed && (await field.inputValue()) === file;
		});
		await editor.press('Enter');
	}

	it('an answer gets a box of its own after the vote, which says how like the original it is', async () => {
		const { editor } = window;
		await editor.runCommand('Windsock: Open Comparison…');
		await editor.pick('fruits');
		const frame = await comparison();
		expect(await byTestId(frame, 'edit-1').count()).toBe(0);
		await byTestId(frame, 'vote-1').click();
		await byTestId(frame, 'edit-2').click();
		const field = byTestId(frame, 'edit-text-2');
		const original = await field.inputValue();
		await field.fill(original.replace('which', 'that'));
		await waitFor('its likeness', async () =>
			(await byTestId(frame, 'edit-note-2').innerText()).includes('86% of words in common'),
		);
		expect(await byTestId(frame, 'edit-note-2').innerText()).toContain('example for SFT');
		await byTestId(frame, 'edit-use-2').click();
		await byTestId(frame, 'edit-use-2')
			.locator('vscode-option', { hasText: 'edited over' })
			.click();
		await waitFor('the warning', async () =>
			(await byTestId(frame, 'edit-note-2').innerText()).includes(
				'can lower the probability of both',
			),
		);
		await editor.screenshot('votes-edit');
		expect(await seriousFindings(frame)).toEqual([]);
		await field.fill('Any fruit that is ripe.');
		await byTestId(frame, 'edit-save-2').click();
		await byTestId(frame, 'lane-2-edited').waitFor();
		expect(await byTestId(frame, 'pairs-count').innerText()).toBe('2 pairs');
		expect(await rowsOf('.windsock', 'preferences', 'votes.jsonl')).toMatchObject([
			{},
			{ chosen: [{ content: 'Any fruit that is ripe.' }], rejected: [{ content: original }] },
		]);
	});

	it('exports them after saying what is left out, and opens the file as a dataset', async () => {
		const { editor } = window;
		const frame = await comparison();
		await byTestId(frame, 'prompt-row-1').click();
		await waitFor('the prompt', async () =>
			(await byTestId(frame, 'lane-text-1').innerText()).includes('shed'),
		);
		await byTestId(frame, 'vote-tie').click();
		await waitFor('the vote', async () =>
			(await byTestId(frame, 'vote-status').innerText()).startsWith('A tie'),
		);
		await byTestId(frame, 'votes-export').click();
		await editor.pick('Preference pairs');
		await editor.pick('One pair a prompt');
		await editor.quickPickRow('a tie makes no pair').waitFor();
		await editor.screenshot('votes-export');
		await editor.pick('Export 2 preference pairs');
		await saveAs('made.jsonl');
		await editor.tab('made.jsonl').waitFor();
		await editor.frameWith('[data-testid="message-1"]');
		expect(await rowsOf('made.jsonl')).toHaveLength(2);
		expect(await rowsOf('made.provenance.jsonl')).toMatchObject([
			{ rule: 'one' },
			{ rule: 'edit' },
		]);
		expect(await rowsOf('.windsock', 'preferences', 'spent.jsonl')).toHaveLength(1);
		await editor.answerNotification('Exported 2 preference pairs', 'Train DPO');
		await editor.quickPickRow('New Recipe…').waitFor();
		await editor.press('Escape');
	});

	it('pins a prompt with one key, and says of a regression set what fails and why', async () => {
		const { editor } = window;
		await editor.tab('Compare').click();
		const frame = await comparison();
		await byTestId(frame, 'prompt-row-0').click();
		await waitFor('the prompt', async () =>
			/fruit|round|green/.test(await byTestId(frame, 'lane-text-1').innerText()),
		);
		await byTestId(frame, 'prompt-pin').click();
		await editor.pick('pinned.jsonl');
		await editor.pick('Contains');
		await editor.answer('pear');
		await editor.notification('Pinned to pinned.jsonl').waitFor();
		expect(await rowsOf('prompts', 'pinned.jsonl')).toMatchObject([
			{ id: 'prompt-0', messages: [{ content: 'Which fruit?' }], expect: { contains: 'pear' } },
		]);
		await editor.runCommand('Windsock: Run Regression Set…');
		await editor.pick('pinned.jsonl');
		await editor.pick('fruits');
		await editor.quickPickRow('hush-base → hush-sft: now passes').waitFor();
		await editor.screenshot('regression-set');
		await editor.pick('hush-base fails');
		await comparison();
	});

	it('asks all models a prompt of one’s own, and keeps it in a set with one key', async () => {
		const { editor } = window;
		await editor.runCommand('View: Close All Editors');
		await editor.runCommand('Windsock: Open Comparison…');
		await editor.pick('greetings');
		const frame = await comparison();
		await byTestId(frame, 'ask-open').click();
		await byTestId(frame, 'ask-text').fill('Who are you?');
		await editor.press('Enter');
		for (const name of Object.keys(answers)) {
			await editor.waitForQuickInput(`Key for the endpoint ${name}`);
			await editor.answer('');
		}
		await waitFor('both answers', async () => {
			const texts = await frame.locator('[data-testid^="lane-text-"]').allInnerTexts();
			return (
				texts.toSorted().join(' ') === 'Hello from model 0. Hello from model 1.' &&
				(await byTestId(frame, 'ask-status').innerText()).includes('2 of 2 answered')
			);
		});
		expect(await byTestId(frame, 'lane-name-1').innerText()).toBe('name hidden');
		await editor.screenshot('ask-all');
		expect(await seriousFindings(frame)).toEqual([]);
		await byTestId(frame, 'ask-keep').click();
		await editor.pick('kept.jsonl');
		await editor.notification('Kept in kept.jsonl').waitFor();
		expect(await rowsOf('prompts', 'kept.jsonl')).toMatchObject([
			{ messages: [{ role: 'user', content: 'Who are you?' }] },
		]);
		await byTestId(frame, 'ask-close').click();
		await byTestId(frame, 'vote-status').waitFor();
	});
});
