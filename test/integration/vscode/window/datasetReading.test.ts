import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DatasetPage } from '../../../support/bench/datasetPage';
import type { EditorPage } from '../../../support/bench/editorPage';
import { waitFor } from '../../../support/bench/waitFor';
import { projectRoot, WindowBench } from '../../../support/bench/windowBench';
import { TemporaryWorkspace } from '../../../support/bench/workspace';

const dot =
	'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const rows = [
	{
		messages: [
			{ role: 'user', content: 'Show me **two** things.' },
			{ role: 'assistant', content: '# First\n\n- one\n- two\n\n<script>alert(1)</script>' },
		],
	},
	{
		messages: [
			{
				role: 'user',
				content: [
					{ type: 'text', text: 'What is this?' },
					{ type: 'image_url', image_url: { url: dot } },
				],
			},
			{ role: 'assistant', content: 'A dot of ink.' },
		],
	},
	{ ask: 'Why is the sky blue?', say: 'Ink scatters.' },
];

describe('reading a dataset in a window', () => {
	let bench: WindowBench;
	let workspace: TemporaryWorkspace;
	let editor: EditorPage;
	let page: DatasetPage;

	beforeAll(async () => {
		bench = await WindowBench.start();
		workspace = await TemporaryWorkspace.create(projectRoot);
		await workspace.write('data/mixed.jsonl', rows.map(row => `${JSON.stringify(row)}\n`).join(''));
		editor = await bench.open(workspace);
		page = new DatasetPage(editor);
		await editor.openFile('data/mixed.jsonl');
		await page.waitForCount(rows.length);
	});

	afterAll(async () => {
		await editor?.close();
		await bench?.stop();
		await workspace?.remove();
	});

	afterEach(async ({ task }) => {
		if (task.result?.state === 'fail') {
			await editor.dump(task.name.replaceAll(/\W+/g, '-'));
		}
	});

	const count = async (selector: string): Promise<number> => {
		const row = await editor.inWebview('message-1');
		return row.locator(selector).count();
	};

	it('draws Markdown, and shows the text as it is written by a key', async () => {
		await page.selectRow(1);
		await page.waitForText(1, 'First');
		expect(await count('li')).toBe(2);
		expect(await count('script')).toBe(0);
		await editor.screenshot('markdown');
		await (await editor.inWebview('message-1')).click();
		await editor.press('v');
		await page.waitForText(1, '# First');
		await editor.press('v');
		await waitFor('the list', async () => (await count('li')) === 2);
	});

	it('draws the image of a message', async () => {
		await page.selectRow(2);
		const image = (await editor.inWebview('image')).locator('img');
		await waitFor('the image', () =>
			image.evaluate(element => (element as HTMLImageElement).naturalWidth === 1),
		);
		await editor.screenshot('image');
	});

	it('reads rows by a mapping that is chosen, and adds what a search replaces there', async () => {
		await page.selectRow(3);
		await (await editor.inWebview('choose-mapping')).click();
		await editor.pick('Question and Answer');
		await editor.pick('ask');
		await editor.pick('say');
		await page.waitForText(1, 'Ink scatters.');
		const readAs = await editor.inWebview('read-as');
		expect(await readAs.innerText()).toContain('your own mapping from ask, say');
		await editor.screenshot('mapping');
		await editor.runCommand('Windsock: Replace in Shown Rows…');
		await editor.waitForQuickInput('(1/3)');
		await editor.answer('ink');
		await editor.waitForQuickInput('(2/3)');
		await editor.press('Enter');
		await editor.waitForQuickInput('(3/3)');
		await editor.answer('air');
		await editor.waitForQuickInput(/change 2 places in 2 rows/);
		await editor.screenshot('replace-preview');
		await editor.pick(/Replace “ink”/);
		await page.waitForText(1, 'air scatters.');
	});

	it('says that results are older than an edit, and finds anew by a key', async () => {
		const field = await editor.inWebview('query');
		await field.fill('role:assistant air');
		await field.press('Enter');
		await page.waitForCount(2);
		await page.selectRow(3);
		await page.replaceText(1, 'Nothing scatters.');
		const notice = await editor.inWebview('query-outdated');
		expect(await notice.innerText()).toContain('1 row differs');
		await editor.screenshot('outdated');
		await (await editor.inWebview('query-again')).click();
		await page.waitForCount(1);
	});
});
