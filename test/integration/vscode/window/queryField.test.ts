import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DatasetPage } from '../../../support/bench/datasetPage';
import type { EditorPage } from '../../../support/bench/editorPage';
import { waitFor } from '../../../support/bench/waitFor';
import { projectRoot, WindowBench } from '../../../support/bench/windowBench';
import { TemporaryWorkspace } from '../../../support/bench/workspace';

/** Rows 3, 13, 23, … speak of cars; every tenth row is long. */
const rows = Array.from({ length: 200 }, (_, n) =>
	JSON.stringify({
		messages: [
			{ role: 'user', content: `Question ${n + 1}` },
			{
				role: 'assistant',
				content:
					n % 10 === 2 ? `I wash a car. The car is ${n}.` : 'word '.repeat(n % 10 === 9 ? 300 : 3),
			},
		],
		score: n % 7,
		meta: { source: n % 2 === 0 ? 'wiki' : 'forum' },
	}),
).join('\n');

describe('the query field of the dataset editor', () => {
	let bench: WindowBench;
	let workspace: TemporaryWorkspace;
	let editor: EditorPage;
	let dataset: DatasetPage;
	let frame: Frame;

	beforeAll(async () => {
		bench = await WindowBench.start();
		workspace = await TemporaryWorkspace.create(projectRoot);
		await writeFile(path.join(workspace.folder, 'cars.jsonl'), `${rows}\n`);
		editor = await bench.open(workspace);
		dataset = new DatasetPage(editor);
		await editor.openFile('cars.jsonl');
		await dataset.selectRow(1);
		frame = await editor.frameWith('[data-testid="query"]');
	});

	afterAll(async () => {
		await bench?.stop();
		await workspace?.remove();
	});

	const query = () => frame.locator('[data-testid="query"]');
	const count = (text: string): Promise<void> =>
		frame.locator('[data-testid="dataset-count"]').filter({ hasText: text }).waitFor();

	it('shows the rows that pass, marks what was found, and goes to the next', async () => {
		await frame.locator('body').press('Control+f');
		await query().pressSequentially('role:assistant car');
		await count('20 of 200 rows');
		await query().press('Escape');
		await frame.locator('[data-testid="dataset-row-3"]').click();
		await frame.getByRole('heading', { name: 'Row 3', exact: true }).waitFor();
		const marked = (): Promise<number> =>
			frame.evaluate(() => CSS.highlights.get('ws-match')?.size ?? 0);
		await waitFor('two marks', async () => (await marked()) === 2);
		await editor.screenshot('query-marks');
		await query().press('F3');
		await waitFor('one mark to be the current one', async () => (await marked()) === 1);
		await query().press('F3');
		await query().press('F3');
		await frame.getByRole('heading', { name: 'Row 13', exact: true }).waitFor();
	});

	it('says what is wrong at its place, and mends it with one click', async () => {
		await query().fill('role:asistant len>1000');
		await frame
			.locator('[data-testid="query-fault"] mark')
			.filter({ hasText: 'asistant' })
			.waitFor();
		await editor.screenshot('query-fault');
		await frame.locator('[data-testid="query-suggestion"]').click();
		await count('20 of 200 rows');
		expect(await query().inputValue()).toBe('role:assistant len>1000');
	});

	it('completes keys, values and fields of the row by keys', async () => {
		await query().fill('');
		await query().press('Escape');
		await count('200 rows');
		await query().pressSequentially('field.');
		await frame.locator('[data-testid="query-entry-0"]').waitFor();
		await editor.screenshot('query-completions');
		await frame.locator('.ws-query-entry').filter({ hasText: 'field.meta.source' }).click();
		await query().pressSequentially('forum');
		await count('100 of 200 rows');
	});

	it('has quick filters that write into the query, and Escape clears it', async () => {
		await dataset.label('keep');
		await frame.locator('[data-testid="quick-label:keep"]').click();
		await waitFor('the term in the query', async () =>
			(await query().inputValue()).endsWith('field.meta.source:forum label:keep'),
		);
		await count('1 of 200 rows');
		await frame.locator('[data-testid="quick-label:keep"]').click();
		await count('100 of 200 rows');
		await query().press('Escape');
		await query().press('Escape');
		await count('200 rows');
	});

	it('sorts, draws a sample and goes to a row, and all of it is undone by one click', async () => {
		const first = frame.locator('.ws-list-row').first();
		await frame.locator('[data-testid="row-sort"]').click();
		await frame.getByRole('option', { name: 'By length' }).click();
		await frame.locator('[data-testid="dataset-row-10"]').waitFor();
		await waitFor('the longest row first', async () =>
			/Question 1?\d?0/.test(await first.innerText()),
		);
		await editor.screenshot('query-sorted');
		await frame.locator('[data-testid="row-sort-clear"]').click();
		await waitFor('the order of the file', async () =>
			(await first.innerText()).endsWith('Question 1'),
		);
		await frame.locator('[data-testid="row-sample"]').click();
		await editor.answer('7');
		await count('7 of 200 rows');
		await editor.screenshot('query-sample');
		await frame.locator('[data-testid="row-sample-clear"]').click();
		await count('200 rows');
		await first.click();
		await editor.press('Control+g');
		await editor.answer('157');
		await frame.getByRole('heading', { name: 'Row 157', exact: true }).waitFor();
	});

	it('shows what the columns hold, and a bar asks for its rows', async () => {
		await frame.locator('[data-testid="toggle-statistics"]').click();
		const source = frame.locator('[data-testid="column-field.meta.source"]');
		await source.getByRole('button', { name: 'forum: 100 rows' }).click();
		await count('100 of 200 rows');
		expect(await query().inputValue()).toBe('field.meta.source="forum"');
		await editor.screenshot('query-statistics');
		const long = frame.locator('[data-testid="column-len.assistant"]');
		await long.getByRole('button', { name: '1,500: 20 messages' }).click();
		await count('20 of 200 rows');
		await frame.locator('[data-testid="statistics-close"]').click();
		await query().fill('');
		await count('200 rows');
	});

	it('keeps queries for the next time, and explains what can be asked', async () => {
		await query().fill('score');
		await query().press('Enter');
		await query().fill('');
		await query().press('ArrowDown');
		await frame.getByRole('listbox', { name: 'Queries of before' }).waitFor();
		await editor.screenshot('query-history');
		await query().press('Escape');
		await frame.locator('[data-testid="query-help"]').click();
		await frame.locator('[data-testid="query-help-panel"]').waitFor();
		await editor.screenshot('query-help');
		// The keyboard is still at the button that opened it, outside the panel and the field.
		await editor.press('Escape');
		await frame.locator('[data-testid="query-help-panel"]').waitFor({ state: 'detached' });
		await frame.locator('[data-testid="query-help"]').click();
		await frame.getByRole('button', { name: 'turns>=4' }).click();
		await count('0 of 200 rows');
		await query().press('Escape');
	});

	it('names each button that is a picture by what it does', async () => {
		for (const name of ['What can be asked', 'Column statistics']) {
			await frame.getByRole('button', { name, exact: true }).first().waitFor();
		}
		expect(await frame.getByRole('button', { name: 'Icon Button' }).count()).toBe(0);
	});

	it('says which expression takes too long, and at which row', async () => {
		await query().fill('/(.*)*$x/s');
		const failure = frame.locator('[data-testid="filter-failure"]');
		await failure.filter({ hasText: 'row' }).waitFor();
		await editor.screenshot('query-too-slow');
		await query().fill('');
		await count('200 rows');
	});

	for (const theme of ['Light Modern', 'Dark High Contrast', 'Light High Contrast']) {
		it(`is drawn in ${theme}`, async () => {
			await editor.setTheme(theme);
			await query().fill('role:assistant car');
			await count('20 of 200 rows');
			await frame.locator('[data-testid="dataset-row-13"]').click();
			await query().click();
			await query().press('End');
			await query().press('ArrowDown');
			await frame.locator('[data-testid="toggle-statistics"]').click();
			await frame.locator('[data-testid="column-turns"]').waitFor();
			await editor.screenshot(`query-${theme.replaceAll(' ', '-')}`);
			await query().press('Escape');
			await frame.locator('[data-testid="toggle-statistics"]').click();
		});
	}

	it('fits a narrow window', async () => {
		await editor.page.setViewportSize({ width: 520, height: 800 });
		await query().fill('role:asistant');
		await frame.locator('[data-testid="query-fault"]').waitFor();
		await editor.screenshot('query-narrow');
		await query().fill('');
		await frame.locator('[data-testid="toggle-statistics"]').click();
		await frame.locator('[data-testid="column-turns"]').waitFor();
		await editor.screenshot('query-narrow-statistics');
	});
});
