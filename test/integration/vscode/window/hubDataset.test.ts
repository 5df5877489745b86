import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DatasetPage } from '../../../support/bench/datasetPage';
import { testWindow } from '../../../support/bench/testWindow';
import { waitFor } from '../../../support/bench/waitFor';
import { PracticeHub } from '../../../support/hubServer';

const commit = '0123456789abcdef0123456789abcdef01234567';
const token = 'hf_thetokenofthetest';
const row = (n: number): string =>
	`{"messages": [{"role": "user", "content": "Question ${n}"}, {"role": "assistant", "content": "Answer ${n}"}], "score": ${n}.0}\n`;
const rows = (from: number, to: number): string =>
	Array.from({ length: to - from }, (_, n) => row(from + n)).join('');

describe('a dataset of the Hub in a window', () => {
	let hub: PracticeHub;
	let folder: string;

	const window = testWindow(
		async () => {
			hub = await PracticeHub.start();
			const files = {
				'README.md': '# Chat',
				'data/train_sft-00000-of-00002.jsonl': rows(0, 200),
				'data/train_sft-00001-of-00002.jsonl': rows(200, 300),
				'data/test_sft-00000-of-00001.jsonl': rows(900, 950),
			};
			const data_files = ['train_sft', 'test_sft'].map(split => ({
				split,
				path: `data/${split}-*`,
			}));
			const cardData = { configs: [{ config_name: 'default', data_files }] };
			hub.add({ id: 'org/chats', commit, files, cardData, token });
			folder = await mkdtemp(path.join(tmpdir(), 'windsock-hub-'));
			return {
				machineSettings: { 'windsock.hubEndpoint': hub.address },
				variables: {
					XDG_CACHE_HOME: path.join(folder, 'cache'),
					HF_HOME: path.join(folder, 'home'),
					HF_TOKEN: '',
				},
			};
		},
		async () => {
			await hub?.stop();
			await rm(folder, { recursive: true, force: true });
		},
	);

	it('opens with a token that is asked for, one split as one list', async () => {
		const { editor } = window;
		await editor.runCommand('Windsock: Open Hub Dataset…');
		await editor.waitForQuickInput(/address of its page/);
		await editor.answer('org/chats');
		await editor.answerNotification('without a token', 'Give a Token…');
		await editor.waitForQuickInput(/Token for 127.0.0.1/);
		await editor.screenshot('hub-token');
		await editor.answer(token);
		await editor.waitForQuickInput(/at Commit 0123456/);
		await editor.screenshot('hub-splits');
		await editor.pick('train_sft');
		const page = new DatasetPage(editor);
		await page.waitForCount(300);
		await page.selectRow(2);
		await page.waitForText(1, 'Answer 1');
		const banner = await editor.inWebview('banner-far');
		await waitFor('the commit', async () => (await banner.innerText()).includes('commit 0123456'));
		await editor.screenshot('hub-dataset');
		const toFiles = hub.requests.filter(({ server }) => server === 'files');
		expect(toFiles.every(({ authorization }) => authorization === undefined)).toBe(true);
	});

	it('keeps edits and writes them to a copy on this machine', async () => {
		const { editor } = window;
		const page = new DatasetPage(editor);
		await page.replaceText(1, 'A better answer');
		await editor.press('Control+s');
		await editor.notification('“Save a Copy” writes it').waitFor();
		await editor.screenshot('hub-save');
		await editor.answerNotification('“Save a Copy” writes it', 'Save a Copy…');
		await editor.waitForQuickInput(/Save a Copy of/);
		// Named after the split, in the folder that is open.
		const copy = path.join(window.workspace.folder, 'train_sft.jsonl');
		const ok = editor.page.locator('.quick-input-widget').getByRole('button', { name: 'OK' });
		await waitFor('the copy', async () => {
			// The dialog takes no answer while it still looks at the folder.
			await ok.click({ timeout: 500 }).catch(() => undefined);
			const text = await readFile(copy, 'utf8').catch(() => '');
			return text.endsWith(row(299));
		});
		const expected = rows(0, 300).replace('"Answer 1"', '"A better answer"');
		expect(await readFile(copy, 'utf8')).toBe(expected);
		await editor.tab('train_sft.jsonl').waitFor();
		await editor.screenshot('hub-copy');
	});

	it('is kept offline, and what was done to the copy is merged into it', async () => {
		const { editor } = window;
		await editor.runCommand('View: Close All Editors');
		await editor.runCommand('Windsock: Open Hub Dataset…');
		await editor.pick('hf://datasets/org/chats');
		await editor.pick('train_sft');
		const page = new DatasetPage(editor);
		await page.waitForCount(300);
		await editor.tab('train_sft-*').waitFor();
		await editor.runCommand('Windsock: Keep Dataset Offline…');
		await editor.waitForQuickInput(/can be merged back/);
		await editor.screenshot('offline-rows');
		await editor.pick('All Rows');
		await editor.tab('train_sft.jsonl').waitFor();
		await page.selectRow(4);
		await page.waitForText(1, 'Answer 3');
		await page.replaceText(1, 'An answer from the train');
		await editor.save();
		const banner = await editor.inWebview('banner-copy');
		expect(await banner.innerText()).toContain(`A copy of hf://datasets/org/chats@${commit}`);
		await editor.screenshot('offline-copy');
		await banner.getByText('Merge into Its Source…').click();
		await editor.notification('Rows: 1 changed.').waitFor();
		await page.selectRow(4);
		await page.waitForText(1, 'An answer from the train');
		expect(await editor.page.locator('.tab.active.dirty').innerText()).toContain('train_sft-*');
		await editor.screenshot('offline-merged');
	});
});
