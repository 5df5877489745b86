import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { seriousFindings } from '../../../support/bench/accessibility';
import { testWindow } from '../../../support/bench/testWindow';
import { waitFor } from '../../../support/bench/waitFor';
import { writeComparison } from '../../../support/comparisonFiles';

const prompts = ['Which fruit?', 'Which tool?', 'Which bird?'].map((content, i) => ({
	id: `prompt-${i}`,
	messages: [{ role: 'user', content }],
}));
const answers = {
	'hush-base': ['An apple, which is round and red.', 'A rake of the garden shed.', 'A crow.'],
	'hush-sft': ['A pear, which is green and sweet.', 'A spade of the garden shed.', 'A wren.'],
};

describe('from votes back to data', () => {
	const window = testWindow(async workspace => {
		await writeComparison(workspace.folder, { id: 'fruits', prompts, answers });
		return {};
	});
	const byTestId = (frame: Frame, id: string): Locator => frame.locator(`[data-testid="${id}"]`);
	const comparison = (): Promise<Frame> => window.editor.frameWith('[data-testid="lane-text-1"]');
	const rowsOf = async (...parts: string[]): Promise<Record<string, unknown>[]> => {
		const text = await readFile(path.join(window.workspace.folder, ...parts), 'utf8');
		return text
			.trim()
			.split('\n')
			.map(line => JSON.parse(line) as Record<string, unknown>);
	};

	/** Answers VS Code's own dialog with a name in the folder. */
	async function saveAs(name: string): Promise<void> {
		const { editor } = window;
		const file = path.join(window.workspace.folder, name);
		const field = editor.page.locator('.quick-input-widget:visible input.input');
		await waitFor('the dialog to take the name', async () => {
			// It puts in the name that it was given a moment after it is there.
			const proposed = (await field.inputValue()).endsWith('.jsonl');
			if (proposed && (await field.inputValue()) !== file) {
				await field.fill(file);
			}
			return proposed && (await field.inputValue()) === file;
		});
		await editor.press('Enter');
	}

	it('an answer gets a box of its own after the vote, which says how like the original it is', async () => {
		const { editor } = window;
		await editor.runCommand('Windsock: Open Comparison…');
		await editor.pick('fruits');
		const frame = await comparison();
		expect(await byTestId(frame, 'edit-1').count()).toBe(0);
		await byTestId(frame, 'vote-1').click();
		await byTestId(frame, 'edit-2').click();
		const field = byTestId(frame, 'edit-text-2');
		const original = await field.inputValue();
		await field.fill(original.replace('which', 'that'));
		await waitFor('its likeness', async () =>
			(await byTestId(frame, 'edit-note-2').innerText()).includes('86% of words in common'),
		);
		expect(await byTestId(frame, 'edit-note-2').innerText()).toContain('example for SFT');
		await byTestId(frame, 'edit-use-2').click();
		await byTestId(frame, 'edit-use-2')
			.locator('vscode-option', { hasText: 'edited over' })
			.click();
		await waitFor('the warning', async () =>
			(await byTestId(frame, 'edit-note-2').innerText()).includes(
				'can lower the probability of both',
			),
		);
		await editor.screenshot('votes-edit');
		expect(await seriousFindings(frame)).toEqual([]);
		await field.fill('Any fruit that is ripe.');
		await byTestId(frame, 'edit-save-2').click();
		await byTestId(frame, 'lane-2-edited').waitFor();
		expect(await byTestId(frame, 'pairs-count').innerText()).toBe('2 pairs');
		expect(await rowsOf('.windsock', 'preferences', 'votes.jsonl')).toMatchObject([
			{},
			{ chosen: [{ content: 'Any fruit that is ripe.' }], rejected: [{ content: original }] },
		]);
	});

	it('exports them after saying what is left out, and opens the file as a dataset', async () => {
		const { editor } = window;
		const frame = await comparison();
		await byTestId(frame, 'prompt-row-1').click();
		await waitFor('the prompt', async () =>
			(await byTestId(frame, 'lane-text-1').innerText()).includes('shed'),
		);
		await byTestId(frame, 'vote-tie').click();
		await waitFor('the vote', async () =>
			(await byTestId(frame, 'vote-status').innerText()).startsWith('A tie'),
		);
		await byTestId(frame, 'votes-export').click();
		await editor.pick('Preference pairs');
		await editor.pick('One pair a prompt');
		await editor.quickPickRow('a tie makes no pair').waitFor();
		await editor.screenshot('votes-export');
		await editor.pick('Export 2 preference pairs');
		await saveAs('made.jsonl');
		await editor.tab('made.jsonl').waitFor();
		await editor.frameWith('[data-testid="message-1"]');
		expect(await rowsOf('made.jsonl')).toHaveLength(2);
		expect(await rowsOf('made.provenance.jsonl')).toMatchObject([
			{ rule: 'one' },
			{ rule: 'edit' },
		]);
		expect(await rowsOf('.windsock', 'preferences', 'spent.jsonl')).toHaveLength(1);
		await editor.answerNotification('Exported 2 preference pairs', 'Train DPO');
		await editor.quickPickRow('New Recipe…').waitFor();
		await editor.press('Escape');
	});
});
