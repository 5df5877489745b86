import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DatasetPage } from '../../../support/bench/datasetPage';
import { testWindow } from '../../../support/bench/testWindow';
import { waitFor } from '../../../support/bench/waitFor';
import { standInEnvironment } from '../../../support/practiceHost';

const themes = [
	['Dark Modern', 'vscode-dark'],
	['Dark High Contrast', 'vscode-high-contrast'],
	['Light High Contrast', 'vscode-high-contrast-light'],
	['Light Modern', 'vscode-light'],
] as const;

const turn = (role: string, content: string, more: object = {}): object => ({
	role,
	content,
	...more,
});
const rows: object[] = Array.from({ length: 30 }, (_, i) => ({
	messages: [turn('user', `What is ${i}?`), turn('assistant', `A number: ${i}.`)],
}));
rows[6] = { messages: [turn('user', 'One?'), turn('user', 'Two?'), turn('assistant', 'Yes.')] };
rows[19] = rows[6];
rows[12] = { messages: [turn('user', 'Weighed?'), turn('assistant', 'No.', { weight: 0 })] };

describe('the check of a recipe in a window', () => {
	let folder: string;
	const window = testWindow(
		async workspace => {
			folder = await mkdtemp(path.join(tmpdir(), 'windsock-checks-'));
			await standInEnvironment(path.join(folder, 'envs'));
			const text = rows.map(row => `${JSON.stringify(row)}\n`).join('');
			await workspace.write('data/faulty.jsonl', text);
			const recipe = 'method: sft\ndataset_path: ../data/faulty.jsonl\nuse_cpu: true\n';
			await workspace.write('recipes/faulty.yaml', recipe);
			return {
				machineSettings: {
					'windsock.hosts': {
						local: { runRoot: path.join(folder, 'runs'), envRoot: path.join(folder, 'envs') },
					},
				},
			};
		},
		() => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
	);

	it('shows what it finds on a page and as problems', async () => {
		const { editor } = window;
		await editor.openFile('recipes/faulty.yaml');
		const lens = editor.page.locator('.codelens-decoration a').filter({ hasText: 'Check on Host' });
		await lens.click();
		await editor.waitForQuickInput('Check Recipe: Host');
		await editor.pick('local');
		await editor.inWebview('check-again');
		const page = await editor.inWebview('preflight-page');
		// The stand-in for the environment makes no tokens, which is said as well.
		await waitFor('the verdict', async () => /2 errors, 1 warning/.test(await page.innerText()));
		expect(await page.innerText()).toContain('2 rows (7, 20)');
		await editor.runCommand('Problems: Focus on Problems View');
		const problem = editor.page.locator('.markers-panel .monaco-list-row');
		await problem.filter({ hasText: 'Row 13: a message says whether it is trained on' }).waitFor();
		await editor.screenshot('preflight-problems');
	});

	it('leads from a problem to the rows that it is about', async () => {
		const { editor } = window;
		await editor.page.locator('.markers-panel a').filter({ hasText: 'turns' }).first().click();
		await editor.inWebview('preflight-kind-turnsNotAlternating');
		await new DatasetPage(editor).waitForCount(2);
		await editor.inWebview('dataset-row-7');
		const mark = await editor.inWebview('finding-preflight');
		expect(await mark.getAttribute('title')).toContain('do not take turns');
		await editor.runCommand('View: Toggle Panel Visibility');
		for (const [theme, bodyClass] of themes) {
			await editor.setTheme(theme);
			const frame = await editor.frameWith('[data-testid="preflight-page"]');
			await waitFor(`the page in ${theme}`, () =>
				frame.locator(`body.${bodyClass}`).isVisible({ timeout: 1_000 }),
			);
			await editor.screenshot(`preflight-${theme.toLowerCase().replaceAll(' ', '-')}`);
		}
	});

	it('drops the rows of a kind by their labels, and the next check has them no more', async () => {
		const { editor } = window;
		const drop = await editor.inWebview('preflight-drop');
		await drop.click();
		const file = window.workspace.path('data/faulty.jsonl.annotations');
		await waitFor('the labels on disk', async () => {
			const { readdir } = await import('node:fs/promises');
			const [name = ''] = await readdir(file).catch(() => []);
			const said = await readFile(path.join(file, name), 'utf8').catch(() => '');
			return said.split('"drop"').length === 3;
		});
		await (await editor.inWebview('check-again')).click();
		const page = await editor.inWebview('preflight-page');
		await waitFor('the check without them', async () => {
			const text = await page.innerText();
			return /28/.test(text) && !text.includes('(7, 20)');
		});
	});

	it('stops a launch on an error, and starts nothing', async () => {
		const { editor } = window;
		await editor.runCommand('Windsock: Launch Training…');
		await editor.waitForQuickInput('Launch Training: Recipe');
		await editor.pick('faulty');
		await editor.waitForQuickInput('Launch Training: Host');
		await editor.pick('local');
		const dialog = editor.page.locator('.monaco-dialog-box');
		await dialog.filter({ hasText: 'A fault would spoil this training' }).waitFor();
		await editor.screenshot('preflight-gate');
		await editor.answerDialog('Show Problems');
		await editor.showViews();
		expect(await editor.viewPane('Runs').innerText()).not.toContain('faulty');
	});
});
