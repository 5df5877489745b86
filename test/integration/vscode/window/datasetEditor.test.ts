import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DatasetPage } from '../../../support/bench/datasetPage';
import type { EditorPage } from '../../../support/bench/editorPage';
import { waitFor } from '../../../support/bench/waitFor';
import { projectRoot, WindowBench } from '../../../support/bench/windowBench';
import { TemporaryWorkspace } from '../../../support/bench/workspace';

const dataset = 'data/chats.jsonl';
const rows = [1, 2, 3].map(n =>
	JSON.stringify({
		messages: [
			{ role: 'user', content: `Question ${n}?` },
			{ role: 'assistant', content: `Answer ${n}.` },
		],
	}),
);
const text = rows.map(row => `${row}\n`).join('');

describe('the dataset editor in a window', () => {
	let bench: WindowBench;
	let workspace: TemporaryWorkspace;
	let editor: EditorPage;
	let page: DatasetPage;

	const openWindow = async (): Promise<void> => {
		editor = await bench.open(workspace);
		page = new DatasetPage(editor);
	};

	beforeAll(async () => {
		bench = await WindowBench.start();
	});

	afterAll(async () => {
		await bench?.stop();
	});

	beforeEach(async () => {
		workspace = await TemporaryWorkspace.create(projectRoot);
		await workspace.write(dataset, text);
		await openWindow();
	});

	afterEach(async ({ task }) => {
		if (task.result?.state === 'fail') {
			await editor.dump(task.name.replaceAll(/\W+/g, '-'));
		}
		await editor.close();
		await bench.server.killExtensionHosts();
		await workspace.remove();
	});

	it('undoes and redoes an edit, and saves only the row that changed', async () => {
		await editor.openFile(dataset);
		await page.selectRow(2);
		await page.replaceText(1, 'Another answer.');
		await page.waitForText(1, 'Another answer.');
		await editor.press('Control+z');
		await page.waitForText(1, 'Answer 2.');
		await editor.press('Control+Shift+z');
		await page.waitForText(1, 'Another answer.');
		await editor.save();
		const after = (await readFile(workspace.path(dataset), 'utf8')).split('\n');
		expect(after[1]).toBe(rows[1]?.replace('Answer 2.', 'Another answer.'));
		expect([after[0], after[2], after[3]]).toEqual([rows[0], rows[2], '']);
	});

	it('adds, moves and removes messages by buttons and keys, undoes, and saves only those tokens', async () => {
		await editor.openFile(dataset);
		await page.selectRow(2);
		const frame = await editor.frameWith('[data-testid="message-1"]');
		await frame.locator('[data-testid="message-1"]').hover();
		await editor.screenshot('dataset-editor-message-actions');
		await frame.locator('[data-testid="message-addAfter-1"]').click();
		const field = frame.locator('[data-testid="message-text-2"]');
		await field.pressSequentially('And then?');
		await editor.screenshot('dataset-editor-split');
		await field.press('Control+Enter');
		await page.waitForText(2, 'And then?');
		await frame.locator('[data-testid="message-role-2"]').selectOption('system');
		await frame.locator('[data-testid="message-2"].ws-role-system').waitFor();
		await editor.press('Control+z');
		await frame.locator('[data-testid="message-2"].ws-role-user').waitFor();
		await editor.save();
		const after = (await readFile(workspace.path(dataset), 'utf8')).split('\n');
		expect(after[1]).toBe(rows[1]?.replace(']}', ',{"role":"user","content":"And then?"}]}'));
		expect([after[0], after[2], after[3]]).toEqual([rows[0], rows[2], '']);
	});

	it('keeps an unsaved edit when the extension host dies, and shows it in the next window', async () => {
		await editor.openFile(dataset);
		await page.selectRow(1);
		await page.replaceText(1, 'Not saved yet.');
		const tab = editor.page.locator('.tab.active.dirty');
		await tab.waitFor();
		await waitFor(
			'the backup on disk',
			async () =>
				(await bench.server.customEditorBackups()).length > 0 &&
				(await bench.server.hasKept('Not saved yet.')),
		);
		await editor.close();
		await bench.server.killExtensionHosts();
		await openWindow();
		// VS Code in a browser writes down its open tabs once a minute, so the tab may be gone by then.
		await editor.openFile(dataset);
		await page.selectRow(1);
		await page.waitForText(1, 'Not saved yet.');
		expect(await readFile(workspace.path(dataset), 'utf8')).toBe(text);
		await editor.save();
		expect(await readFile(workspace.path(dataset), 'utf8')).toBe(
			text.replace('Answer 1.', 'Not saved yet.'),
		);
	});

	it('notices that another program wrote the file, and does not overwrite it unasked', async () => {
		await editor.openFile(dataset);
		await page.selectRow(1);
		await page.replaceText(1, 'Mine.');
		await editor.page.locator('.tab.active.dirty').waitFor();
		const theirs = `${text}${rows[0]?.replace('1', '4')}\n`;
		await writeFile(workspace.path(dataset), theirs);
		await editor.press('Control+s');
		await editor.answerDialog('Reload');
		await page.waitForCount(4);
		expect(await readFile(workspace.path(dataset), 'utf8')).toBe(theirs);
	});
});
