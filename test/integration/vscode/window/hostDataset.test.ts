import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DatasetPage } from '../../../support/bench/datasetPage';
import { testWindow } from '../../../support/bench/testWindow';
import { waitFor } from '../../../support/bench/waitFor';
import { SshServer } from '../../../support/sshServer';

const rows = Array.from(
	{ length: 300 },
	(_, n) =>
		`{"messages": [{"role": "user", "content": "Question ${n}"}, {"role": "assistant", "content": "Answer ${n}"}], "score": ${n}.0}`,
);

describe('a dataset on a host in a window', () => {
	let ssh: SshServer;
	/** What the host has; the editor reaches it over SSH only. */
	let folder: string;

	const window = testWindow(
		async () => {
			ssh = await SshServer.start();
			ssh.trust();
			folder = await mkdtemp(path.join(tmpdir(), 'windsock-far-'));
			await writeFile(path.join(folder, 'chats.jsonl'), rows.map(row => `${row}\r\n`).join(''));
			return {
				machineSettings: {
					'windsock.sshConfigFile': ssh.writeConfig('gpu-box'),
					'windsock.hosts': { 'gpu-box': { runRoot: path.join(folder, 'runs') } },
				},
			};
		},
		async () => {
			await ssh?.stop();
			await rm(folder, { recursive: true, force: true });
		},
	);

	it('opens where it is, and a save changes only the row that was edited', async () => {
		const { editor } = window;
		await editor.runCommand('Windsock: Open Dataset on Host…');
		await editor.pick('gpu-box');
		await editor.waitForQuickInput(/choose a file or a folder/);
		await editor.screenshot('host-dataset-picker');
		await editor.answer(path.join(folder, 'chats.jsonl'));
		const page = new DatasetPage(editor);
		await page.waitForCount(rows.length);
		await page.selectRow(2);
		await page.waitForText(1, 'Answer 1');
		await editor.screenshot('host-dataset');
		await page.replaceText(1, 'A better answer');
		await editor.save();
		const expected = rows.map((row, n) =>
			n === 1 ? row.replace('Answer 1', 'A better answer') : row,
		);
		await waitFor('the save on the host', async () => {
			const now = await readFile(path.join(folder, 'chats.jsonl'), 'utf8');
			return now.includes('A better answer');
		});
		expect(await readFile(path.join(folder, 'chats.jsonl'), 'utf8')).toBe(
			expected.map(row => `${row}\r\n`).join(''),
		);
	});
});
