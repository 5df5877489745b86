import type { Frame, Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { writeComparison } from '../../../support/comparisonFiles';
import { seriousFindings } from '../../../support/bench/accessibility';
import { testWindow } from '../../../support/bench/testWindow';
import { waitFor } from '../../../support/bench/waitFor';

const user = (content: string) => [{ role: 'user', content }] as const;
const long = (word: string): string =>
	Array.from(
		{ length: 40 },
		(_, i) => `${i + 1}. The ${word} number ${i + 1} stands in the back of the shed near the door.`,
	).join('\n');

const prompts = [
	{
		id: 'helicopter',
		messages: user('How many helicopters can a human eat in one sitting?'),
		tags: ['false premise'],
		reference: 'None: helicopters are machines.',
	},
	{ id: 'tools', messages: user('List forty tools of a shed.'), tags: ['lists'] },
	{ id: 'same', messages: user('What is two and two?'), tags: ['counting'] },
	{ id: 'rtl', messages: user('קרא לי סיפור קצר על חתול.'), tags: ['hebrew'] },
	{ id: 'html', messages: user('Write a link in HTML.'), tags: ['lists'] },
	{
		id: 'turns',
		messages: [
			{ role: 'system', content: 'You are brief.' },
			...user('Name a fruit.'),
			{ role: 'assistant', content: 'An apple.' },
			...user('Another one, please.'),
		],
	},
];
const answers = {
	'secret-base': [
		'Helicopters are large machines made of **metal**. A human cannot eat them in one sitting. Eat something that is food, such as an apple.',
		long('rake'),
		'Four.',
		'היה פעם חתול קטן שאהב לישון על הגג. יום אחד הוא ירד אל הגינה ומצא דג.',
		'Here: <a href="https://example.org" onclick="alert(1)">link</a> or [link](https://example.org). <img src=x onerror=alert(1)>',
		'A pear.',
	],
	'secret-sft': [
		[
			'Eat something that is food, such as a pear. Helicopters are large machines made of **metal**. A human cannot eat any in one sitting.',
			'Zero helicopters. They are machines.',
			'Zero helicopters. They are machines.',
		],
		`Here is a list.\n\n${long('spade')}`,
		'Four.',
		'היה פעם חתול גדול שאהב לישון על הגג. יום אחד הוא ירד אל הרחוב ומצא דג.',
		'Use `<a href>` for a link.\n\n| tag | use |\n|---|---|\n| a | link |',
		"I'm sorry, but I cannot help with that request.",
	],
	'secret-dpo': [
		'A human can eat **zero** helicopters. Helicopters are large machines made of metal.\n\n- no food at all\n- no taste at all',
		long('axe'),
		'Four.',
		'猫は静かに窓のそばで眠っています。とても幸せそうです。',
		'',
		'A plum.',
	],
};

const themes = [
	['Light Modern', 'body.vscode-light', 'light'],
	['Dark High Contrast', 'body.vscode-high-contrast:not(.vscode-high-contrast-light)', 'contrast'],
	['Light High Contrast', 'body.vscode-high-contrast-light', 'contrast-light'],
	['Dark Modern', 'body.vscode-dark', 'dark'],
] as const;

describe('a comparison in a window', () => {
	const window = testWindow(async workspace => {
		await writeComparison(workspace.folder, { id: 'vibes', prompts, answers });
		return {};
	});

	const byTestId = (frame: Frame, id: string): Locator => frame.locator(`[data-testid="${id}"]`);

	async function comparison(): Promise<Frame> {
		const frame = await window.editor.frameWith('[data-testid="lane-1"]');
		await byTestId(frame, 'lane-text-1').waitFor();
		return frame;
	}

	async function show(frame: Frame, prompt: number): Promise<void> {
		await byTestId(frame, `prompt-row-${prompt}`).click();
		await waitFor('the prompt', async () => {
			const label = await frame.locator('main').getAttribute('aria-label');
			return label === `Prompt ${prompt + 1}`;
		});
	}

	const marks = (frame: Frame, lane: number): Locator =>
		byTestId(frame, `lane-text-${lane}`).locator('mark.rd-change');

	/** Number of the lane, from 1, whose text holds these words. */
	async function laneWith(frame: Frame, words: string): Promise<number> {
		return waitFor(`an answer with “${words}”`, async () => {
			const texts = await frame.locator('[data-testid^="lane-text-"]').allInnerTexts();
			const place = texts.findIndex(text => text.includes(words));
			return place >= 0 && place + 1;
		});
	}

	async function choose(frame: Frame, picker: string, option: string): Promise<void> {
		await byTestId(frame, picker).click();
		await byTestId(frame, picker).locator('vscode-option', { hasText: option }).click();
	}

	it('shows the answers side by side with what differs marked, and names no model', async () => {
		await window.editor.runCommand('Windsock: Open Comparison…');
		await window.editor.pick('vibes');
		const frame = await comparison();
		await waitFor('marks', async () => (await marks(frame, 2).count()) > 0);
		expect(await frame.content()).not.toContain('secret-');
		await waitFor('the floors of shared text', async () =>
			/\d+% shared text \(other prompts \d+%, same model again \d+%\)/.test(
				await byTestId(frame, 'shared-text').first().innerText(),
			),
		);
		await window.editor.screenshot('comparison-differences');
	});

	it('lets any lane be the reference, and marks with another lens', async () => {
		const frame = await comparison();
		await choose(frame, 'reference-picker', 'Answer 3');
		await byTestId(frame, 'lane-3').getByText('reference', { exact: true }).waitFor();
		await choose(frame, 'lens-picker', 'shared passages');
		const shared = frame.locator('mark.rd-shared');
		await waitFor('shared passages', async () =>
			(await shared.allInnerTexts()).some(text => text.includes('large machines made of')),
		);
		await window.editor.screenshot('comparison-shared');
		await choose(frame, 'lens-picker', 'only here');
		await waitFor('what only one says', async () =>
			(await frame.locator('mark.rd-onlyHere').allInnerTexts())
				.join(' ')
				.includes('no taste at all'),
		);
		await choose(frame, 'lens-picker', 'differences');
		await choose(frame, 'reference-picker', 'Answer 1');
		await waitFor('differences', async () => (await frame.locator('mark.rd-replaced').count()) > 0);
	});

	it('shows Markdown, and HTML in an answer stays text', async () => {
		const frame = await comparison();
		await byTestId(frame, 'markdown-toggle').click();
		await frame.locator('.rd-text strong').first().waitFor();
		await waitFor(
			'marks in it',
			async () => (await frame.locator('.rd-rendered mark').count()) > 0,
		);
		await show(frame, 4);
		const lane = await laneWith(frame, 'onclick');
		const text = byTestId(frame, `lane-text-${lane}`);
		expect(await text.locator('a, img').count()).toBe(0);
		expect(await text.innerText()).toContain('<img src=x onerror=alert(1)>');
		expect(await frame.getByText('Empty answer').count()).toBe(1);
		await window.editor.screenshot('comparison-markdown');
		await byTestId(frame, 'markdown-toggle').click();
		await frame.locator('.rd-rendered').first().waitFor({ state: 'detached' });
	});

	it('scrolls the lanes together by their sentences', async () => {
		const frame = await comparison();
		await show(frame, 1);
		await waitFor('marks', async () => (await frame.locator('mark.rd-change').count()) > 0);
		const first = byTestId(frame, 'lane-text-1');
		const second = byTestId(frame, 'lane-text-2');
		await first.hover();
		await window.editor.page.mouse.wheel(0, 400);
		const topOf = (lane: Locator): Promise<number> => lane.evaluate(node => node.scrollTop);
		await waitFor('the other lane to follow', async () => (await topOf(second)) > 200);
		await byTestId(frame, 'scroll-together').click();
		const before = await topOf(second);
		await first.hover();
		await window.editor.page.mouse.wheel(0, -300);
		await waitFor('the lane to scroll', async () => (await topOf(first)) < 300);
		expect(await topOf(second)).toBe(before);
		await byTestId(frame, 'scroll-together').click();
	});

	it('narrows the list by filters, a tag and words', async () => {
		const frame = await comparison();
		const rows = frame.locator('[data-testid^="prompt-row-"]');
		const count = (wanted: number): Promise<unknown> =>
			waitFor(`${wanted} prompts`, async () => (await rows.count()) === wanted);
		await waitFor('the answers to be looked through', async () =>
			(await byTestId(frame, 'filter-refusal').innerText()).endsWith('refusal 1'),
		);
		await byTestId(frame, 'filter-refusal').click();
		await count(1);
		expect(await rows.first().innerText()).toContain('Another one');
		await byTestId(frame, 'filter-refusal').click();
		await byTestId(frame, 'filter-differs').click();
		await count(5);
		await byTestId(frame, 'tag-picker').selectOption('lists');
		await count(2);
		await byTestId(frame, 'prompt-search').locator('input').fill('nothing of that');
		await byTestId(frame, 'no-prompt').getByText('Show All').click();
		await count(prompts.length);
	});

	it('opens two answers in the diff editor and all in the multi-diff editor, without names', async () => {
		const { editor } = window;
		const frame = await comparison();
		await show(frame, 0);
		await byTestId(frame, 'diff-editor').click();
		await editor.tab('Prompt 1: Answer 1 ↔ Answer 2').waitFor();
		await editor.page.locator('.monaco-diff-editor .view-line').first().waitFor();
		await editor.runCommand('View: Close Editor');
		await byTestId(await comparison(), 'multi-diff-editor').click();
		await editor.tab('Compare vibes').waitFor();
		await editor.page.locator('.multiDiffEntry, .multi-diff-editor').first().waitFor();
		const shown = await editor.page.locator('.monaco-workbench').innerText();
		expect(shown).toContain('Answer 2');
		expect(shown).not.toContain('secret-');
		await editor.screenshot('comparison-multi-diff');
		await editor.runCommand('View: Close Editor');
	});

	it('votes by a key, and after it shows names and flips through samples', async () => {
		const { editor } = window;
		const frame = await comparison();
		await show(frame, 0);
		await byTestId(frame, 'lane-text-1').click();
		await editor.press('2');
		await waitFor('the names', async () => (await frame.content()).includes('secret-sft'));
		const lane = await laneWith(frame, 'such as a pear');
		const counter = byTestId(frame, `sample-${lane}`);
		expect(await counter.innerText()).toBe('sample 1 of 3');
		await byTestId(frame, `sample-next-${lane}`).click();
		await waitFor('the second', async () =>
			(await counter.innerText()).startsWith('sample 2 of 3'),
		);
		expect(await counter.innerText()).toContain('2 equal');
		expect(await byTestId(frame, `lane-text-${lane}`).innerText()).toContain('Zero helicopters');
		expect(await byTestId(frame, `vote-${lane}`).getAttribute('disabled')).not.toBeNull();
		await editor.screenshot('comparison-samples');
		await byTestId(frame, `sample-previous-${lane}`).click();
		await waitFor('the first', async () => (await counter.innerText()) === 'sample 1 of 3');
	});

	it('rates three models with intervals once the counts are asked for, and says what cannot be told', async () => {
		const { editor } = window;
		const frame = await comparison();
		await byTestId(frame, 'tally-show').click();
		await byTestId(frame, 'tally-anyway').click();
		const table = byTestId(frame, 'tally-ratings');
		await table.waitFor();
		expect(await table.innerText()).toContain('Not estimable: never lost');
		for (const [prompt, words] of [
			[1, 'The rake number 7'],
			[4, 'for a link'],
			[5, 'A plum.'],
		] as const) {
			await show(frame, prompt);
			await byTestId(frame, 'lane-text-1').click();
			await editor.press(String(await laneWith(frame, words)));
			await waitFor('the vote', async () =>
				/is best/.test(await byTestId(frame, 'vote-status').innerText()),
			);
		}
		await waitFor('ratings of all', async () => {
			const rows = await table.locator('tbody tr').allInnerTexts();
			return rows.length === 3 && rows.every(row => /^1\tsecret-\w+\t[12] of 4\t\d+/.test(row));
		});
		expect(await seriousFindings(frame)).toEqual([]);
		await editor.screenshot('comparison-ratings');
		await byTestId(frame, 'tally-show').click();
		await table.waitFor({ state: 'detached' });
	});

	it('looks like the editor in every theme, and axe finds nothing serious', async () => {
		for (const [theme, body, name] of themes) {
			await window.editor.setTheme(theme);
			const frame = await comparison();
			await frame.locator(body).waitFor();
			expect(await seriousFindings(frame)).toEqual([]);
			// A hue that a theme does not have takes the line away as well.
			const lines = await frame
				.locator('.rd-lane-name')
				.evaluateAll(names => names.map(node => getComputedStyle(node).textDecorationLine));
			expect(lines).toEqual(['underline', 'underline', 'underline']);
			await window.editor.screenshot(`comparison-${name}`);
		}
		const frame = await comparison();
		await show(frame, 3);
		await window.editor.screenshot('comparison-rtl');
		await show(frame, 1);
		await window.editor.page.setViewportSize({ width: 780, height: 800 });
		await window.editor.screenshot('comparison-narrow');
		await window.editor.page.setViewportSize({ width: 1440, height: 900 });
	});
});

describe('a comparison of six models in a window', () => {
	const window = testWindow(async workspace => {
		const six = Object.fromEntries(
			['one', 'two', 'three', 'four', 'five', 'six'].map((label, i) => [
				label,
				prompts.map((_, p) => `${answers['secret-base'][p]} In all ${i} words more of ${label}.`),
			]),
		);
		await writeComparison(workspace.folder, { id: 'six', prompts, answers: six });
		await writeComparison(workspace.folder, { id: 'none', prompts: [], answers: { base: [] } });
		return {};
	});

	it('shows six lanes, each with a hue and a line of its own', async () => {
		await window.editor.runCommand('Windsock: Open Comparison…');
		await window.editor.pick('six');
		const frame = await window.editor.frameWith('[data-testid="lane-6"]');
		await waitFor('marks', async () => (await frame.locator('mark.rd-change').count()) > 4);
		const lines = await frame.locator('.rd-lane-name').evaluateAll(names =>
			names.map(name => {
				const style = getComputedStyle(name);
				return `${style.textDecorationColor} ${style.textDecorationStyle} ${style.textDecorationThickness}`;
			}),
		);
		expect(new Set(lines).size).toBe(6);
		await window.editor.screenshot('comparison-six');
	});

	it('says what to do where there is nothing to compare', async () => {
		await window.editor.runCommand('Windsock: Open Comparison…');
		await window.editor.pick('none');
		const frame = await window.editor.frameWith('[data-testid="comparison-empty"]');
		expect(await frame.locator('body').innerText()).not.toContain('0 of 0');
		await window.editor.screenshot('comparison-empty');
		await frame.locator('[data-testid="comparison-generate"]').click();
		await window.editor.quickPickRow('Vibes').waitFor();
		await window.editor.press('Escape');
	});
});
