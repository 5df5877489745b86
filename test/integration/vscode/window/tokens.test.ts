import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DatasetPage } from '../../../support/bench/datasetPage';
import type { EditorPage } from '../../../support/bench/editorPage';
import { waitFor } from '../../../support/bench/waitFor';
import { projectRoot, WindowBench } from '../../../support/bench/windowBench';
import { TemporaryWorkspace } from '../../../support/bench/workspace';

const dialogue = (...contents: string[]): string =>
	JSON.stringify({
		messages: contents.map((content, i) => ({ role: i % 2 ? 'assistant' : 'user', content })),
	});
const long = Array.from({ length: 120 }, (_, i) => `Sentence ${i} of many. `.repeat(20));

/** By clicks and keys, with the real trainer on the host `local`. */
describe('what the trainer sees, in a window', () => {
	let bench: WindowBench;
	let workspace: TemporaryWorkspace;
	let editor: EditorPage;

	beforeAll(async () => {
		bench = await WindowBench.start();
		workspace = await TemporaryWorkspace.create(projectRoot);
		const rows = [dialogue('Hi', 'Hello!'), dialogue(...long), dialogue('Only a question')];
		await workspace.write('data/seen.jsonl', rows.map(row => `${row}\n`).join(''));
		const options = ['assistant_only_loss: true', 'max_length: 40'];
		const lines = ['method: sft', 'dataset_path: ../data/seen.jsonl', ...options];
		await workspace.write('recipes/seen.yaml', `${lines.join('\n')}\n`);
		editor = await bench.open(workspace);
		await editor.openFile('data/seen.jsonl');
	});

	afterEach(async ({ task }) => {
		if (task.result?.state === 'fail') {
			await editor.dump(task.name.replaceAll(/\W+/g, '-'));
		}
	});

	afterAll(async () => {
		await editor?.close();
		await bench?.stop();
		await workspace?.remove();
	});

	const shown = '[data-testid="tokens"][data-state="shown"]';

	it('shows text and ids at once, and what carries loss when the host has read the row', async () => {
		const page = new DatasetPage(editor);
		await page.selectRow(1);
		await editor.press('t');
		const here = await editor.frameWith('[data-testid="tokens"] .ws-token');
		expect(await here.locator('.ws-token-lines').first().textContent()).toContain('Hello!');
		const frame = await editor.frameWith(shown);
		expect(await frame.locator('[data-testid="tokens-recipe"]').innerText()).toBe('seen.yaml');
		expect(await frame.locator('[data-testid="tokens-host"]').innerText()).toBe('local');
		const learned = await frame.locator('.ws-token-text .ws-token-loss').allTextContents();
		expect(learned.join('')).toBe('Hello!</s>');
		const special = await frame.locator('.ws-token-text .ws-token-special').allTextContents();
		expect(special).toEqual(['<|user|>', '</s>', '<|assistant|>', '</s>']);
		const counts = await frame.locator('[data-testid="token-message"]').allInnerTexts();
		expect(counts.map(text => text.split('\n')[0])).toEqual(['user', 'assistant']);
		await editor.screenshot('tokens-shown');
	});

	it('says the id of a token on hover and by keys', async () => {
		const frame = await editor.frameWith(shown);
		await frame.locator('.ws-token-text .ws-token-special').nth(1).hover();
		const hover = frame.locator('[data-testid="token-hover"]');
		await waitFor('the id on hover', async () => /<\/s>\s*id\s*2/.test(await hover.innerText()));
		await frame.locator('.ws-token-text').press('Home');
		await waitFor('the first token by key', async () =>
			(await hover.innerText()).includes('<|user|>'),
		);
		await frame.locator('.ws-token-text').press('ArrowDown');
		await waitFor('the next message by key', async () =>
			(await hover.innerText()).includes('<|assistant|>'),
		);
		const said = frame.locator('.ws-visually-hidden[role="status"]').last();
		expect(await said.innerText()).toContain('<|assistant|>, id 5');
	});

	it('goes with unsaved edits', async () => {
		const page = new DatasetPage(editor);
		await editor.press('Escape');
		await (await editor.inWebview('toggle-tokens')).click();
		await page.replaceText(1, 'Good day.');
		await (await editor.inWebview('toggle-tokens')).click();
		const frame = await editor.frameWith(shown);
		await waitFor('the edited text with its loss', async () => {
			const learned = await frame.locator('.ws-token-text .ws-token-loss').allTextContents();
			return learned.join('') === 'Good day.</s>';
		});
	});

	it('draws a long example as it is read, up to its cut and to its end', async () => {
		const page = new DatasetPage(editor);
		await page.selectRow(2);
		const frame = await editor.frameWith(`${shown} [data-testid="token-cut"]`);
		const count = await frame.locator('[data-testid="token-count"]').innerText();
		const tokens = Number(count.replaceAll(',', '').split(' ')[0]);
		expect(tokens).toBeGreaterThan(15_000);
		expect(await frame.locator('.ws-token-text .ws-token').count()).toBeLessThan(tokens / 2);
		expect(await frame.locator('[data-testid="cut-count"]').innerText()).toBe(
			`${(tokens - 40).toLocaleString('en-US')} cut away`,
		);
		await frame.locator('.ws-token-text').press('End');
		await frame.locator(`.ws-token-active[data-at="${tokens - 1}"]`).waitFor();
		await editor.screenshot('tokens-long');
	});

	it('says why a row is not trained on, and what the template has against another', async () => {
		const page = new DatasetPage(editor);
		await page.selectRow(3);
		const leftOut = await editor.inWebview('tokens-left-out');
		expect(await leftOut.innerText()).toContain('no reply of an assistant in it');
		await workspace.write('recipes/no.jinja', "{{ raise_exception('No such role here') }}");
		const recipe = workspace.path('recipes/seen.yaml');
		const lines = ['method: sft', 'dataset_path: ../data/seen.jsonl'];
		await writeFile(recipe, `${[...lines, 'chat_template_path: no.jinja'].join('\n')}\n`);
		await page.selectRow(1);
		const refused = await editor.inWebview('tokens-refused');
		expect(await refused.innerText()).toContain('No such role here');
	});
	it('offers a template that marks replies where the one there does not', async () => {
		await workspace.write('recipes/plain.jinja', '{{ messages[-1].content + eos_token }}');
		const lines = ['method: sft', 'dataset_path: ../data/seen.jsonl', 'assistant_only_loss: true'];
		const text = [...lines, 'chat_template_path: plain.jinja', ''].join('\n');
		await writeFile(workspace.path('recipes/seen.yaml'), text);
		const page = new DatasetPage(editor);
		await page.selectRow(2);
		await page.selectRow(1);
		await (await editor.inWebview('use-template')).click();
		await editor.pick(/^zephyr/);
		const frame = await editor.frameWith(`${shown} .ws-token-loss`);
		await waitFor('the reply to carry loss', async () => {
			const learned = await frame.locator('.ws-token-text .ws-token-loss').allTextContents();
			return learned.join('') === 'Good day.</s>';
		});
		const recipe = await readFile(workspace.path('recipes/seen.yaml'), 'utf8');
		expect(recipe).toBe(text.replace('plain.jinja', 'zephyr.jinja'));
	});
});
