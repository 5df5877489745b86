import type { Frame, Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { seriousFindings } from '../../../support/bench/accessibility';
import { testWindow } from '../../../support/bench/testWindow';
import { waitFor } from '../../../support/bench/waitFor';
import { runIdOf, writeAblation } from '../../../support/tableRunFiles';

const count = 40;
/** β 0.01 and the first held-out set, as run 31 has them; run 4 has another β, run 13 another set. */
const baseline = 1;
const evalLoss = '["metric","last","eval","loss"]';
const themes = [
	['Light Modern', 'body.vscode-light'],
	['Dark High Contrast', 'body.vscode-high-contrast:not(.vscode-high-contrast-light)'],
	['Light High Contrast', 'body.vscode-high-contrast-light'],
	['Dark Modern', 'body.vscode-dark'],
] as const;

describe('the run table in a window', () => {
	const window = testWindow(async workspace => {
		await writeAblation(workspace.folder, count);
		return {};
	});

	async function table(): Promise<Frame> {
		const frame = await window.editor.frameWith('[data-testid="grid"]');
		await frame.locator('[data-testid="row"]').first().waitFor();
		return frame;
	}

	const byTestId = (frame: Frame, id: string): Locator => frame.locator(`[data-testid='${id}']`);
	const rowOf = (frame: Frame, n: number): Locator => frame.locator(`[data-run="${runIdOf(n)}"]`);
	const names = (frame: Frame): Promise<string[]> =>
		byTestId(frame, 'row').locator("[data-testid='cell-name'] .cell-value").allInnerTexts();
	const filter = (frame: Frame, text: string): Promise<void> =>
		byTestId(frame, 'filter').locator('input').fill(text);

	it('shows the runs of the workspace, newest first, with the values of their metrics', async () => {
		await window.editor.runCommand('Windsock: Compare Runs in a Table');
		const frame = await table();
		await waitFor('all metrics', async () => (await byTestId(frame, 'reading').count()) === 0);
		expect(await byTestId(frame, 'count').innerText()).toBe(`${count} runs`);
		expect((await names(frame))[0]).toBe('zephyr-sft-39');
		expect(await byTestId(frame, 'grid').getAttribute('aria-rowcount')).toBe(`${count + 1}`);
		const cell = rowOf(frame, 39).locator(`[data-testid='cell-${evalLoss}']`);
		await waitFor('its loss', async () => /^1\.\d+$/.test(await cell.innerText()));
	});

	it('filters and sorts', async () => {
		const frame = await table();
		await filter(frame, '"zephyr-dpo" -state:failed beta<0.05');
		await waitFor('fewer rows', async () => (await names(frame)).length < 15);
		expect((await names(frame)).every(name => name.startsWith('zephyr-dpo'))).toBe(true);
		await byTestId(frame, 'heading-name').click();
		await waitFor('the order of names', async () => (await names(frame))[0] === 'zephyr-dpo-1');
		expect(await byTestId(frame, 'heading-name').getAttribute('aria-sort')).toBe('ascending');
		await filter(frame, 'colour:red');
		expect(await byTestId(frame, 'filter-remark').innerText()).toContain('colour');
		await filter(frame, '');
	});

	it('shows a difference to the baseline only where it means something', async () => {
		const frame = await table();
		await rowOf(frame, baseline).click();
		await byTestId(frame, 'pin').click();
		await byTestId(frame, 'baseline').waitFor();
		const textOf = (n: number): Promise<string> =>
			rowOf(frame, n).locator(`[data-testid='cell-${evalLoss}']`).innerText();
		await waitFor('a difference', async () => /[▼△] [+−]0\.\d+/.test(await textOf(31)));
		expect(await textOf(4)).toContain('β 0.01 ≠ 0.1');
		expect(await textOf(13)).toMatch(/eval set held-out\.jsonl/);
		expect(await textOf(3)).toContain('method dpo ≠ sft');
		await window.editor.screenshot('run-table-baseline');
	});

	it('is used by keys alone: move, select, pin, sort, open', async () => {
		const { editor } = window;
		const frame = await table();
		const grid = byTestId(frame, 'grid');
		await grid.focus();
		const active = (): Promise<string | null> => grid.getAttribute('aria-activedescendant');
		await editor.press('Control+Home');
		expect(await active()).toBe('cell-0-0');
		await editor.press('Enter');
		await waitFor(
			'the other order',
			async () =>
				(await byTestId(frame, 'heading-name').getAttribute('aria-sort')) === 'descending',
		);
		await editor.press('Control+End');
		expect(await active()).toMatch(new RegExp(`^cell-${count}-`));
		await waitFor('the last row', async () => rowOf(frame, 10).isVisible());
		await editor.press('Home');
		await editor.press('Shift+F10');
		const menu = byTestId(frame, 'row-menu');
		await menu.waitFor();
		expect(await menu.locator('button:not(:disabled)').allInnerTexts()).toEqual([
			'Open in Run Monitor',
			'Show Log',
			'Pin as Baseline',
			'Compare Inputs with Baseline',
			'Copy Name',
		]);
		await editor.screenshot('run-table-row-menu');
		await editor.press('Escape');
		await menu.waitFor({ state: 'detached' });
		await editor.press('Shift+ArrowUp');
		expect(await frame.locator('[aria-selected="true"]').count()).toBe(2);
		await editor.press('Enter');
		await waitFor('the monitor of both', async () =>
			/and 1 more/.test(await editor.page.locator('.tab.active').innerText()),
		);
		await editor.runCommand('View: Close Editor');
	});

	it('tells in what chosen runs differ, and has them in the diff editor', async () => {
		const { editor } = window;
		await editor.runCommand('Windsock: Compare Runs in a Table');
		const frame = await table();
		await filter(frame, 'zephyr-dpo');
		await rowOf(frame, 4).click();
		await rowOf(frame, 13).click({ modifiers: ['Control'] });
		await byTestId(frame, 'compare-inputs').click();
		const inputs = byTestId(frame, 'inputs');
		await inputs.locator('table').waitFor();
		const text = await inputs.innerText();
		expect(text).toContain('eval data');
		expect(text).not.toContain('chat_template_path');
		await byTestId(frame, 'open-diff').click();
		await editor.tab('Inputs').waitFor();
		await editor.runCommand('View: Close Editor');
	});

	it('is copied as Markdown, with what stands in the place of differences', async () => {
		const { editor } = window;
		const frame = await table();
		await byTestId(frame, 'copy-table').click();
		await editor.waitForQuickInput('Copy 2 Runs As');
		await editor.pick('Markdown');
		await editor.notification('in the clipboard').waitFor();
	});

	it('looks the same in a window that is opened again', async () => {
		await window.editor.reload();
		const frame = await table();
		await byTestId(frame, 'baseline').waitFor();
		expect(await byTestId(frame, 'filter').locator('input').inputValue()).toBe('zephyr-dpo');
		expect(await byTestId(frame, 'heading-name').getAttribute('aria-sort')).toBe('descending');
	});

	it('fits a narrow window', async () => {
		const { editor } = window;
		const size = editor.page.viewportSize() ?? { width: 1440, height: 900 };
		await editor.page.setViewportSize({ width: 560, height: 800 });
		const frame = await table();
		const name = byTestId(frame, 'heading-name');
		await waitFor('a narrower name', async () => ((await name.boundingBox())?.width ?? 240) < 240);
		await editor.screenshot('run-table-narrow');
		expect(await seriousFindings(frame)).toEqual([]);
		await editor.page.setViewportSize(size);
	});

	for (const [theme, body] of themes) {
		it(`has no serious finding of axe in ${theme}`, async () => {
			const { editor } = window;
			await editor.setTheme(theme);
			const frame = await table();
			await frame.locator(body).waitFor();
			if ((await byTestId(frame, 'inputs').count()) === 0) {
				await rowOf(frame, 31).click();
				await byTestId(frame, 'compare-inputs').click();
			}
			await byTestId(frame, 'inputs').locator('table').waitFor();
			await byTestId(frame, 'grid').focus();
			await editor.press('Control+Home');
			await editor.screenshot(`run-table-${theme.replaceAll(' ', '-')}`);
			expect(await seriousFindings(frame)).toEqual([]);
			await editor.press('Shift+F10');
			await byTestId(frame, 'column-menu').waitFor();
			expect(await seriousFindings(frame)).toEqual([]);
			await editor.press('Escape');
		});
	}
});
