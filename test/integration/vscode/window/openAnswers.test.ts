import { describe, expect, it } from 'vitest';
import { testWindow } from '../../../support/bench/testWindow';
import { waitFor } from '../../../support/bench/waitFor';

const questions = ['Name a river.', 'Count to three.', 'Say nothing.'];

describe('answers of other tools in a window', () => {
	const window = testWindow(async workspace => {
		for (const [model, texts] of [
			['swift-alpha', ['The Danube.', 'One, two, three.', '']],
			['swift-beta', ['The Danube, of course.', '1, 2, 3', 'No.']],
		] as const) {
			const rows = questions.map((instruction, i) => ({
				instruction,
				output: texts[i],
				generator: model,
			}));
			await workspace.write(`results/${model}/model_outputs.json`, JSON.stringify(rows));
		}
		return {};
	});

	it('of a folder open from the explorer’s menu as lanes, blind, and say what is empty', async () => {
		const { page } = window.editor;
		const item = page.getByRole('menuitem', { name: 'Open as Comparison…' });
		await window.editor.runCommand('View: Show Explorer');
		await waitFor('the menu of the folder', async () => {
			try {
				await page
					.locator('.explorer-folders-view .monaco-list-row')
					.filter({ hasText: 'results' })
					.first()
					.click({ button: 'right', timeout: 5_000 });
				await item.waitFor({ timeout: 3_000 });
				return true;
			} catch {
				// The extension was not there yet, and an open menu does not learn of it.
				await window.editor.press('Escape');
				return false;
			}
		});
		await waitFor('the choice to be taken', async () => {
			// A menu that has just opened lets a click go by.
			if (await item.isVisible()) {
				await item.click();
				await page.mouse.move(0, 0);
			}
			return (await window.editor.tab('Comparison').count()) > 0;
		});
		const body = await window.editor.inWebview('prompt-list');
		await waitFor('the prompts', async () => (await body.innerText()).includes('Name a river.'));
		const said = page.locator('.notifications-toasts');
		await waitFor('what is empty', async () =>
			(await said.innerText()).includes('1 answer is empty: 2'),
		);
		const workbench = await page
			.locator('.monaco-workbench .editor-container, .tabs-container')
			.allInnerTexts();
		expect(workbench.join('\n')).not.toContain('swift-');
		await window.editor.screenshot('open-answers');
	});
});
