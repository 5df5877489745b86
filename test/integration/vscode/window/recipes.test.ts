import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { testWindow } from '../../../support/bench/testWindow';
import { waitFor } from '../../../support/bench/waitFor';

const recipe = 'recipes/mine.yaml';
const text = `method: sft
dataset_path: ../data/sft.jsonl
lerning_rate: 2.0e-5
num_train_epochs: "three"
load_in_4bit: true
`;

const open = testWindow(async workspace => {
	await workspace.write(recipe, text);
	return {};
});

it('a recipe names its faults while it is written, mends one by a click and offers names', async () => {
	const { editor, workspace } = open;
	await editor.openFile(recipe);
	const { page } = editor;
	await editor.runCommand('Problems: Focus on Problems View');
	const problems = page.locator('.markers-panel');
	await problems.getByText('did you mean learning_rate?').waitFor();
	await problems.getByText('“num_train_epochs” is a number, not "three"').waitFor();
	await problems.getByText('add “use_peft: true” to train an adapter').waitFor();

	await page.locator('.view-line', { hasText: 'lerning_rate' }).click();
	await editor.press('Control+.');
	await page.getByText('Rename to “learning_rate”').click();
	await problems.getByText('did you mean learning_rate?').waitFor({ state: 'hidden' });

	await page.locator('.view-line', { hasText: 'load_in_4bit' }).click();
	await editor.press('End');
	await editor.press('Enter');
	await page.keyboard.type('lr_sch');
	const offered = page.locator('.suggest-widget');
	await offered.getByText('lr_scheduler_type').first().waitFor();
	await editor.press('Enter');
	await offered.getByText('cosine_with_restarts').waitFor();
	await page.keyboard.type('cosine');
	await editor.press('Escape');
	await editor.press('Control+s');
	const saved = await waitFor('the recipe to be saved', async () => {
		const found = await readFile(workspace.path(recipe), 'utf8');
		return found.includes('cosine') ? found : undefined;
	});
	expect(saved).toContain('\nlearning_rate: 2.0e-5\n');
	expect(saved).toContain('load_in_4bit: true\nlr_scheduler_type: cosine\n');
	await page.getByText('Launch Training…').first().waitFor();
});

it('a new recipe can begin as one that others trained with', async () => {
	const { editor, workspace } = open;
	await editor.runCommand('Windsock: New Recipe…');
	await editor.pick('zephyr-7b-beta/dpo-full');
	await editor.tab('dpo-full.yaml').waitFor();
	const written = await readFile(workspace.path('recipes/dpo-full.yaml'), 'utf8');
	expect(written).toContain('beta: 0.01');
	expect(await readFile(workspace.path('recipes/zephyr.jinja'), 'utf8')).toContain('generation');
});
