import type { Frame, Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { seriousFindings } from '../../../support/bench/accessibility';
import { testWindow } from '../../../support/bench/testWindow';
import { waitFor } from '../../../support/bench/waitFor';
import { writeComparison } from '../../../support/comparisonFiles';

const run = '01JDK7Z3Q8W1NDS0CK0000000D';
const prompts = ['Where do I keep a rake?', 'Where do I keep a spade?'].map((content, i) => ({
	id: `p${i}`,
	messages: [{ role: 'user', content }],
}));
const answers = {
	base: ['Somewhere.', 'Anywhere.'],
	'dpo-30': ['Keep it in the dry shed.', 'In the shed.'],
	'dpo-10': ['Keep it in the garden.', 'In the shed.'],
	'dpo-20': ['Keep it in the shed.', 'In the shed.'],
};

describe('the checkpoints of a run in a comparison, in a window', () => {
	const window = testWindow(async workspace => {
		const refs = Object.fromEntries(
			Object.keys(answers).map(label => [
				label,
				label === 'base' ? 'base' : `run:${run}@${label.slice(4)}`,
			]),
		);
		await writeComparison(workspace.folder, { id: 'shed', prompts, answers, refs });
		return {};
	});
	const byTestId = (frame: Frame, id: string): Locator => frame.locator(`[data-testid="${id}"]`);
	const shows = (frame: Frame, id: string, text: string): Promise<unknown> =>
		waitFor(text, async () => (await byTestId(frame, id).innerText()).includes(text));

	it('are slid through by keys, each with what it changed', async () => {
		const { editor } = window;
		await editor.runCommand('Windsock: Open Comparison…');
		await editor.pick('shed');
		const frame = await editor.frameWith('[data-testid="lane-text-4"]');
		await byTestId(frame, 'lane-text-1').click();
		await editor.press('c');
		await byTestId(frame, 'scrubber-hidden').waitFor();
		expect(await frame.content()).not.toContain('dpo-');
		await editor.press('b');
		const slider = byTestId(frame, 'scrubber-slider');
		await slider.waitFor();
		// The newest first, whatever the order of the models.
		await shows(frame, 'scrubber-step', 'step 30 (3 of 3)');
		await shows(frame, 'scrubber-words', 'what differs from step 20');
		expect(await byTestId(frame, 'scrubber-text').locator('mark').allInnerTexts()).toEqual(['dry']);
		await slider.focus();
		await editor.press('ArrowLeft');
		await shows(frame, 'scrubber-step', 'step 20 (2 of 3)');
		await editor.press('Home');
		await shows(frame, 'scrubber-text', 'Keep it in the garden.');
		await shows(frame, 'scrubber-words', 'the first of them');
		await editor.press('End');
		await shows(frame, 'scrubber-text', 'dry shed');
		expect(await seriousFindings(frame)).toEqual([]);
		await editor.screenshot('checkpoints');
	});

	it('stay at their step when another prompt is shown, and say where nothing changed', async () => {
		const { editor } = window;
		const frame = await editor.frameWith('[data-testid="scrubber"]');
		await byTestId(frame, 'prompt-row-1').click();
		await shows(frame, 'scrubber-text', 'In the shed.');
		await shows(frame, 'scrubber-words', 'the same answer as at step 20');
		await byTestId(frame, 'scrubber-close').click();
		await byTestId(frame, 'scrubber').waitFor({ state: 'detached' });
	});
});
