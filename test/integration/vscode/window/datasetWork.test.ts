import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DatasetPage } from '../../../support/bench/datasetPage';
import type { EditorPage } from '../../../support/bench/editorPage';
import { waitFor } from '../../../support/bench/waitFor';
import { projectRoot, WindowBench } from '../../../support/bench/windowBench';
import { TemporaryWorkspace } from '../../../support/bench/workspace';

const dataset = 'data/chats.jsonl';
const story = 'Tell me in a few simple words how the tide comes in and goes out along the coast';
const rows = [
	[`${story}?`, 'The moon pulls the water. it rises and falls twice a day.'],
	[`${story} today?`, 'The moon pulls the water. It rises and falls twice a day.'],
	['Hi there', "I don't have personal feelings, but hello."],
	['Say one', 'One.'],
].map(([asked, answer]) => ({
	messages: [
		{ role: 'user', content: asked },
		{ role: 'assistant', content: answer },
	],
}));

describe('work on a whole dataset in a window', () => {
	let bench: WindowBench;
	let workspace: TemporaryWorkspace;
	let editor: EditorPage;

	beforeAll(async () => {
		bench = await WindowBench.start();
	});

	afterAll(async () => {
		await bench?.stop();
	});

	beforeEach(async () => {
		workspace = await TemporaryWorkspace.create(projectRoot);
		await workspace.write(dataset, rows.map(row => `${JSON.stringify(row)}\n`).join(''));
		editor = await bench.open(workspace);
		await editor.openFile(dataset);
		await new DatasetPage(editor).waitForCount(rows.length);
	});

	afterEach(async ({ task }) => {
		if (task.result?.state === 'fail') {
			await editor.dump(task.name.replaceAll(/\W+/g, '-'));
		}
		await editor.close();
		await workspace.remove();
	});

	it('marks near-duplicates and shows them by a query', async () => {
		await editor.runCommand('Windsock: Find Near-Duplicates…');
		await editor.waitForQuickInput('Within this dataset');
		await editor.screenshot('near-duplicates-where');
		await editor.pick('Within this dataset');
		await editor.answer('0.7');
		await editor.answerNotification(/1 of 4 rows say nearly the same/, 'Show Them');
		await new DatasetPage(editor).selectRow(2);
		const mark = await editor.inWebview('finding-nearDuplicate');
		expect(await mark.getAttribute('title')).toContain('nearly the same as row 1 (similarity 0.');
		await editor.screenshot('near-duplicates-shown');
	});

	it('asks for the rules of a split, and counts it before it writes', async () => {
		const out = path.join(workspace.folder, 'data/chats.train.jsonl');
		await editor.runCommand('Windsock: Split into Train and Test…');
		for (const [step, answer] of ['0.5', '1', '7'].entries()) {
			await editor.waitForQuickInput(`(${step + 1}/3)`);
			await editor.answer(answer);
		}
		await editor.waitForQuickInput(/Preview/);
		expect(existsSync(out)).toBe(false);
		await editor.screenshot('split-preview');
		await editor.quickPickRow(/Write/).click();
		await waitFor('the train side', () => Promise.resolve(existsSync(out)));
	});

	it('shows what a pipeline would do before it writes anything', async () => {
		await workspace.write(
			'data/chats.clean.yaml',
			'source: chats.jsonl\nout: clean.jsonl\nsteps:\n  - drop: finding:preface\n  - fix: truecase\n',
		);
		const out = path.join(workspace.folder, 'data/clean.jsonl');
		await editor.runCommand('Windsock: Clean with Pipeline…');
		await editor.pick('chats.clean.yaml');
		await editor.waitForQuickInput(/fix truecase/);
		expect(existsSync(out)).toBe(false);
		await editor.screenshot('clean-preview');
		await editor.quickPickRow(/fix truecase/).click();
		await editor.tab('fix truecase: 1 of 1 rows').waitFor();
		await editor.screenshot('clean-samples');
		await editor.quickPickRow(/Write/).click();
		await editor.notification(/3 kept|1 changed/).waitFor();
		await waitFor('the result', () => Promise.resolve(existsSync(out)));
		expect((await readFile(out, 'utf8')).split('\n')).toHaveLength(4);
		await editor.screenshot('clean-written');
	});
});
