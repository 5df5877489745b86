import type { Frame, Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/core/responses/shuffle';
import { seriousFindings } from '../../../support/bench/accessibility';
import { testWindow } from '../../../support/bench/testWindow';
import { waitFor } from '../../../support/bench/waitFor';
import { writeComparison } from '../../../support/comparisonFiles';

const models = ['hush-base', 'hush-sft', 'hush-dpo'];
const size = 30;
const prompts = Array.from({ length: size }, (_, i) => ({
	id: `prompt-${i}`,
	messages: [{ role: 'user', content: `Which fruit is number ${i}?` }],
	tags: [i % 2 === 0 ? 'even' : 'odd'],
}));
const fruits = ['an apple, which is round', 'a pear', 'a plum of the garden behind the old house'];
const answers = Object.fromEntries(
	models.map((model, place) => [
		model,
		prompts.map((_, i) => `As ${model}, made by Anthropic, I say: ${fruits[place]}, number ${i}.`),
	]),
);

const themes = [
	['Light Modern', 'body.vscode-light', 'light'],
	['Dark High Contrast', 'body.vscode-high-contrast:not(.vscode-high-contrast-light)', 'contrast'],
	['Light High Contrast', 'body.vscode-high-contrast-light', 'contrast-light'],
	['Dark Modern', 'body.vscode-dark', 'dark'],
] as const;

describe('a set of thirty prompts, voted on with keys alone', () => {
	const window = testWindow(async workspace => {
		await writeComparison(workspace.folder, { id: 'set', prompts, answers });
		return {};
	});
	const byTestId = (frame: Frame, id: string): Locator => frame.locator(`[data-testid="${id}"]`);
	const comparison = (): Promise<Frame> => window.editor.frameWith('[data-testid="lane-text-1"]');
	const status = (frame: Frame): Promise<string> => byTestId(frame, 'vote-status').innerText();
	const progress = (frame: Frame): Promise<string> => byTestId(frame, 'vote-progress').innerText();
	const tabs = async (): Promise<string> =>
		(await window.editor.page.locator('.tab').allInnerTexts()).join('\n');

	async function expectNoName(frame: Frame): Promise<void> {
		expect(await frame.content()).not.toMatch(/hush-|path:|Anthropic/);
		expect(await tabs()).not.toContain('hush-');
		expect(await window.editor.page.title()).not.toContain('hush-');
	}

	it('settles what is voted on before the first vote', async () => {
		const { editor } = window;
		await editor.runCommand('Windsock: Open Comparison…');
		await editor.pick('set');
		const frame = await comparison();
		await byTestId(frame, 'lane-1-masked').waitFor();
		expect(await byTestId(frame, 'lane-1-masked').innerText()).toBe('2 names masked');
		await expectNoName(frame);
		expect(await byTestId(frame, 'set-words').innerText()).toContain('75% against 25%');
		await editor.screenshot('votes-begin');
		await editor.press('p');
		await waitFor('the other plan', async () =>
			(await byTestId(frame, 'set-words').innerText()).includes('whenever you like'),
		);
		await editor.press('p');
		await editor.press('a');
		await byTestId(frame, 'lane-3').waitFor({ state: 'detached' });
		await editor.screenshot('votes-arena');
		await editor.press('a');
		await byTestId(frame, 'lane-3').waitFor();
		expect(await byTestId(frame, 'set-words').innerText()).toContain('30 prompts');
	});

	it('shows no name and no count until the vote, in editors and the log neither', async () => {
		const { editor } = window;
		await comparison();
		await editor.press('d');
		await waitFor('the diff', async () => (await tabs()).includes('Answer 1'));
		expect(await tabs()).not.toContain('hush-');
		expect(await editor.page.locator('.editor-group-container').innerText()).not.toContain('hush-');
		await editor.runCommand('View: Close Editor');
		await editor.runCommand('Windsock: Show Log');
		await editor.page.locator('.part.panel .view-lines').waitFor();
		expect(await editor.page.locator('.part.panel').innerText()).not.toContain('hush-');
		await editor.runCommand('View: Hide Panel');
		await editor.runCommand('View: Focus Active Editor Group');
		await expectNoName(await comparison());
	});

	it('goes through all of it, with ties, skips, an undo and prompts that come again', async () => {
		const { editor } = window;
		const frame = await comparison();
		const random = seededRandom(7);
		const first = await byTestId(frame, 'lane-text-1').innerText();
		await editor.press('s');
		await waitFor(
			'the next',
			async () => (await byTestId(frame, 'lane-text-1').innerText()) !== first,
		);
		expect(await progress(frame)).toBe('0 of 32 voted · 1 skipped');
		for (let voted = 0; voted < size + 2; voted++) {
			await expectNoName(frame);
			const longest = (
				await frame.locator('[data-testid^="lane-text-"]').allInnerTexts()
			).findIndex(text => text.includes('plum'));
			const draw = random();
			const key =
				draw < 0.1 ? '0' : draw < 0.2 ? 'x' : String(draw < 0.7 ? longest + 1 : 1 + (voted % 3));
			await editor.press(key);
			await waitFor('the vote', async () => (await progress(frame)).startsWith(`${voted + 1} of`));
			await waitFor('its words', async () => !/^(?:Which|.* equal)/.test(await status(frame)));
			if (voted === 2) {
				await editor.press('u');
				await waitFor('the undo', async () => (await progress(frame)).startsWith('2 of'));
				await waitFor('the question', async () => (await status(frame)).startsWith('Which'));
				await editor.press(key);
				await waitFor('the vote', async () => (await progress(frame)).startsWith('3 of'));
				await editor.press('t');
				await byTestId(frame, 'tally-warning').waitFor();
				expect(await byTestId(frame, 'tally').count()).toBe(0);
				await editor.press('Escape');
				await byTestId(frame, 'tally-warning').waitFor({ state: 'detached' });
			}
			if (voted < size + 1) {
				await editor.press('n');
				await waitFor('the next', async () => (await status(frame)).startsWith('Which'));
			}
		}
		// What was put off came last.
		expect(await byTestId(frame, 'lane-text-1').innerText()).toContain('number 0.');
		expect(await progress(frame)).toBe('32 of 32 voted · 1 skipped');
	});

	it('then shows what the votes come to', async () => {
		const { editor } = window;
		const frame = await comparison();
		await editor.press('t');
		await byTestId(frame, 'tally-ratings').waitFor();
		const pairs = await byTestId(frame, 'tally-pairs').locator('tbody tr').allInnerTexts();
		expect(pairs).toHaveLength(3);
		const notes = await byTestId(frame, 'tally-notes').innerText();
		expect(notes).toContain('30 prompts were set before the first vote, and reached');
		expect(notes).toContain('2 prompts came again');
		for (const [theme, body, name] of themes) {
			await editor.setTheme(theme);
			const themed = await comparison();
			await themed.locator(body).waitFor();
			if ((await byTestId(themed, 'tally').count()) === 0) {
				await editor.runCommand('View: Focus Active Editor Group');
				await editor.press('t');
				await byTestId(themed, 'tally').waitFor();
			}
			expect(await seriousFindings(themed)).toEqual([]);
			await editor.screenshot(`votes-tally-${name}`);
		}
		await editor.page.setViewportSize({ width: 700, height: 800 });
		await editor.screenshot('votes-tally-narrow');
		await editor.page.setViewportSize({ width: 1440, height: 900 });
		await editor.press('Escape');
		await byTestId(await comparison(), 'tally').waitFor({ state: 'detached' });
	});
});
