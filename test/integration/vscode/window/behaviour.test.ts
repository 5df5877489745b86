import type { Frame, Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { seriousFindings } from '../../../support/bench/accessibility';
import { testWindow } from '../../../support/bench/testWindow';
import { waitFor } from '../../../support/bench/waitFor';
import { writeComparison } from '../../../support/comparisonFiles';

const things = ['rake', 'spade', 'axe', 'hoe', 'saw', 'drill', 'vice', 'plane', 'file', 'level'];
const prompts = things.flatMap((thing, i) =>
	['What is a', 'Where do I keep a'].map((start, side) => ({
		id: `${thing}-${side}`,
		messages: [{ role: 'user', content: `${start} ${thing}?` }],
		tags: [side === 0 ? 'what' : 'where', ...(i < 3 ? ['few'] : [])],
	})),
);
const plain = (i: number): string =>
	`A ${things[Math.floor(i / 2)] ?? ''} is a tool of the shed. Keep it dry.`;
const answers = {
	'secret-base': prompts.map((_, i) => plain(i)),
	'secret-sft': prompts.map((_, i) =>
		i % 5 === 0 ? "I'm sorry, but I cannot help with that request." : `Sure! ${plain(i)}`,
	),
	'secret-dpo': prompts.map((_, i) =>
		i < 15
			? `${plain(i)}\n\n## Tips\n\n- **Dry** it at the end of the day.\n- Oil it at the end of the day.`
			: plain(i),
	),
};

describe('the behaviour of models in a window', () => {
	const window = testWindow(async workspace => {
		await writeComparison(workspace.folder, { id: 'habits', prompts, answers });
		return {};
	});
	const byTestId = (frame: Frame, id: string): Locator => frame.locator(`[data-testid="${id}"]`);
	const comparison = (): Promise<Frame> => window.editor.frameWith('[data-testid="lane-1"]');
	const listed = (frame: Frame, count: number): Promise<unknown> =>
		waitFor(
			`${count} prompts`,
			async () =>
				(await frame
					.locator('[data-testid^="prompt-row-"]')
					.first()
					.getAttribute('aria-setsize')) === String(count),
		);

	it('is refused in words while names are hidden, and shown with them', async () => {
		const { editor } = window;
		await editor.runCommand('Windsock: Open Comparison…');
		await editor.pick('habits');
		const frame = await comparison();
		await byTestId(frame, 'lane-text-1').click();
		await editor.press('h');
		await byTestId(frame, 'behaviour-hidden').getByText('Names are hidden').waitFor();
		expect(await frame.content()).not.toContain('secret-');
		await byTestId(frame, 'behaviour-names').click();
		const table = byTestId(frame, 'behaviour-table');
		await table.waitFor();
		expect(await byTestId(frame, 'bar-list-3').innerText()).toMatch(/75%\s+\+75/);
		expect(await byTestId(frame, 'bar-refusal-2').innerText()).toMatch(/20%\s+\+20/);
		expect(await byTestId(frame, 'says-3-0').innerText()).toMatch(/\s15 : 0/);
		expect(await byTestId(frame, 'behaviour-notes').innerText()).toContain('writes role tags');
		expect(await seriousFindings(frame)).toEqual([]);
	});

	it('lists the prompts of a bar, of a phrase and of a tag, by clicks and by keys', async () => {
		const { editor } = window;
		const frame = await comparison();
		await byTestId(frame, 'bar-refusal-2').click();
		await listed(frame, 4);
		const chip = byTestId(frame, 'bar-chip');
		expect(await chip.innerText()).toBe('secret-sft refuses');
		await editor.screenshot('behaviour-filtered');
		await chip.click();
		await listed(frame, 20);
		await byTestId(frame, 'bar-list-3').focus();
		await editor.press('ArrowDown');
		await editor.press('Enter');
		await listed(frame, 15);
		expect(await chip.innerText()).toBe('secret-dpo has a heading');
		await chip.focus();
		await editor.press('Delete');
		await listed(frame, 20);
		await byTestId(frame, 'says-3-0').click();
		await listed(frame, 15);
		await byTestId(frame, 'behaviour-slice').click();
		await byTestId(frame, 'behaviour-slice').locator('vscode-option', { hasText: 'few' }).click();
		await byTestId(frame, 'behaviour-basis').getByText('6 prompts').waitFor();
		await waitFor('the share of the slice', async () =>
			(await byTestId(frame, 'bar-refusal-2').innerText()).startsWith('33%'),
		);
		// The picker would take the key.
		await byTestId(frame, 'bar-list-3').focus();
		await editor.press('Enter');
		await listed(frame, 6);
		expect(await chip.innerText()).toBe('secret-dpo has a list · few');
		await editor.press('Escape');
		await listed(frame, 20);
	});

	it('goes by another reference, and forgets the filter when names are hidden again', async () => {
		const frame = await comparison();
		await byTestId(frame, 'reference-picker').click();
		await byTestId(frame, 'reference-picker')
			.locator('vscode-option', { hasText: 'secret-dpo' })
			.click();
		await byTestId(frame, 'behaviour-basis').getByText('compared with secret-dpo').waitFor();
		await byTestId(frame, 'bar-refusal-2').click();
		await byTestId(frame, 'bar-chip').waitFor();
		await byTestId(frame, 'blind-toggle').click();
		await byTestId(frame, 'behaviour-hidden').waitFor();
		// All, and one that comes again.
		await listed(frame, 21);
		expect(await byTestId(frame, 'behaviour').innerText()).not.toContain('secret-');
		await byTestId(frame, 'blind-toggle').click();
		await byTestId(frame, 'behaviour-table').waitFor();
	});
});
