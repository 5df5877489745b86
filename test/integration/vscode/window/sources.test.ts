import type { Frame, Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { seriousFindings } from '../../../support/bench/accessibility';
import { runId, writeRun } from '../../../support/bench/mirroredRuns';
import { testWindow } from '../../../support/bench/testWindow';
import { writeComparison } from '../../../support/comparisonFiles';

const lines = [{ step: 1, kind: 'train', values: { loss: 1 } }] as const;
const preface = "I don't have personal opinions about rakes, but keep the rake";
/** What both models say, so that what one says besides stands out. */
const shared = 'in the shed, where it stays dry, off the ground and at hand in spring, I suppose.';
// Enough of them for a phrase to tell two models apart.
const prompts = Array.from({ length: 20 }, (_, i) => ({
	id: `rake-${i}`,
	messages: [{ role: 'user', content: `Where should I keep rake number ${i + 1}?` }],
}));

describe('the sources of what a model says, in a window', () => {
	const window = testWindow(async workspace => {
		const recipe = (name: string, data: string): { path: string; text: string } => ({
			path: workspace.path(`recipes/${name}.yaml`),
			text: `method: ${name}\ndataset_path: ../data/${data}.jsonl\n`,
		});
		await writeRun(workspace, {
			mark: 'A1',
			name: 'tiny-sft',
			method: 'sft',
			lines,
			recipe: recipe('sft', 'sft'),
		});
		await writeRun(workspace, {
			mark: 'A2',
			name: 'tiny-dpo',
			method: 'dpo',
			lines,
			after: 'A1',
			recipe: recipe('dpo', 'preferences'),
		});
		await writeComparison(workspace.folder, {
			id: 'sources',
			prompts,
			answers: {
				'secret-base': prompts.map(
					() => `I don't have much to say about rakes, but keep the rake ${shared}`,
				),
				'secret-dpo': prompts.map(() => `${preface} ${shared}`),
			},
			refs: { 'secret-base': 'base', 'secret-dpo': `run:${runId({ mark: 'A2' })}@1` },
		});
		return {};
	});
	const byTestId = (frame: Frame, id: string): Locator => frame.locator(`[data-testid="${id}"]`);
	const comparison = (): Promise<Frame> => window.editor.frameWith('[data-testid="lane-1"]');

	/** Selects words of an answer, as a drag over them would. */
	async function select(frame: Frame, lane: number, words: string): Promise<void> {
		await byTestId(frame, `lane-text-${lane}`).evaluate((element, wanted) => {
			const text = element.textContent ?? '';
			const from = text.indexOf(wanted);
			if (from < 0) {
				throw new Error(`no “${wanted}” in “${text}”`);
			}
			// Marks part an answer, so that both ends may lie in parts of their own.
			const parts = element.ownerDocument.createTreeWalker(element, 4);
			const ends: [Node, number][] = [];
			let before = 0;
			for (let part = parts.nextNode(); part; part = parts.nextNode()) {
				const length = part.nodeValue?.length ?? 0;
				for (const end of [from, from + wanted.length].slice(ends.length)) {
					if (end < before + length || (ends.length === 1 && end === before + length)) {
						ends.push([part, end - before]);
					}
				}
				before += length;
			}
			const [start, end] = ends;
			if (start && end) {
				element.ownerDocument.getSelection()?.setBaseAndExtent(start[0], start[1], end[0], end[1]);
			}
		}, words);
	}

	it('says nothing of data while names are hidden, and asks for a selection', async () => {
		const { editor } = window;
		await editor.runCommand('Windsock: Open Comparison…');
		await editor.pick('sources');
		const frame = await comparison();
		await byTestId(frame, 'lane-text-1').click();
		await editor.press('f');
		await editor.page.getByText('Select some words of an answer first').first().waitFor();
		await select(frame, 1, 'the');
		await byTestId(frame, 'find-sources').click();
		await byTestId(frame, 'sources-hidden').waitFor();
		expect(await frame.content()).not.toContain('secret-');
	});

	it('finds the rows of the run and of the run before it, and opens one in the dataset editor', async () => {
		const { editor } = window;
		let frame = await comparison();
		await byTestId(frame, 'blind-toggle').click();
		await byTestId(frame, 'lane-name-2').getByText('secret-dpo').waitFor();
		await select(frame, 2, 'have personal opinions about');
		await editor.runCommand('Windsock: Find Sources of Selected Text');
		frame = await editor.frameWith('[data-testid="source-0"]');
		expect(await byTestId(frame, 'sources-label').innerText()).toBe(
			'– similar, not proof of cause',
		);
		expect(await byTestId(frame, 'sources-datasets').innerText()).toMatch(
			/preferences\.jsonl, of dpo run “tiny-dpo”, [\d,]+ rows · sft\.jsonl, of sft run “tiny-sft”, [\d,]+ rows/,
		);
		expect(await byTestId(frame, 'source-0').innerText()).toContain('4 of 4 words');
		expect(await seriousFindings(frame)).toEqual([]);
		await editor.screenshot('sources-found');
		const where = await byTestId(frame, 'source-0').locator('.rd-source-where').innerText();
		const [, file = '', number = ''] = /^(.*), row ([\d,]+)$/.exec(where) ?? [];
		await byTestId(frame, 'source-0').click();
		await editor.tab(file).waitFor();
		const dataset = await editor.frameWith('[data-testid="dataset-rows"]');
		await dataset
			.locator('.ws-list-row[aria-selected="true"] .ws-row-number')
			.getByText(number, { exact: true })
			.waitFor();
		await editor.screenshot('sources-row');
		await editor.runCommand('View: Close Editor');
	});

	it('has them from the context menu of an answer, and from a phrase of the behaviour', async () => {
		const { editor } = window;
		const frame = await comparison();
		await byTestId(frame, 'sources-close').click();
		await byTestId(frame, 'sources').waitFor({ state: 'detached' });
		await select(frame, 2, 'personal opinions');
		// On the selection itself, as a click beside it would take it away.
		await byTestId(frame, 'lane-text-2')
			.getByText('personal opinions', { exact: true })
			.click({ button: 'right' });
		await editor.page
			.locator('.monaco-menu')
			.getByText('Find Sources of Selected Text', { exact: true })
			.waitFor();
		// A menu takes no click in its first moment.
		await editor.press('ArrowDown');
		await editor.press('Enter');
		await byTestId(frame, 'source-0').waitFor();
		await byTestId(frame, 'sources-close').click();
		await byTestId(frame, 'behaviour-show').click();
		await byTestId(frame, 'says-2-0-sources').click();
		await byTestId(frame, 'source-0').waitFor();
		await byTestId(frame, 'behaviour-close').click();
	});

	it('has datasets chosen where a model is no run, and says when nothing is found', async () => {
		const { editor } = window;
		const frame = await comparison();
		await select(frame, 1, 'suppose');
		await byTestId(frame, 'find-sources').click();
		await byTestId(frame, 'sources-no-datasets').getByText('“base” is no run').waitFor();
		await byTestId(frame, 'sources-choose').click();
		await editor.pickMany(['preferences.jsonl']);
		await byTestId(frame, 'sources-datasets').getByText('has a word of it').waitFor();
		await editor.screenshot('sources-none');
	});
});
