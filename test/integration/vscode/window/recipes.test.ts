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

it('a form edits the same file and keeps what it does not know', async () => {
	const { editor, workspace } = open;
	const kept = '# By hand.\nmethod: sft\ndataset_path: ../data/sft.jsonl\n';
	await workspace.write(
		'recipes/form.yaml',
		`${kept}num_train_epochs: 3 # long\nmine: [1, {a: b}]\n`,
	);
	await editor.openFile('recipes/form.yaml');
	await editor.runCommand('Windsock: Edit Recipe as Form');
	const form = await editor.frameWith('[data-testid="field-num_train_epochs"]');
	const epochs = form.getByTestId('field-num_train_epochs').locator('input');
	await epochs.fill('1');
	await epochs.press('Enter');
	await form.getByTestId('field-mine').getByText('kept as it is').waitFor();
	await form.getByTestId('field-packing').locator('vscode-checkbox').click();
	await form.getByTestId('option-search').locator('input').fill('weight_dec');
	await form.getByRole('button', { name: 'weight_decay' }).click();
	await form.getByTestId('field-weight_decay').locator('input').fill('lots');
	await form.getByTestId('field-weight_decay').locator('input').press('Enter');
	await form.getByTestId('field-weight_decay').getByText('is a number, not "lots"').waitFor();
	await form.getByRole('button', { name: 'Take weight_decay out of the recipe' }).click();
	await editor.press('Control+s');
	const wanted = `${kept}num_train_epochs: 1\nmine: [1, {a: b}]\npacking: true\n`;
	await waitFor('the recipe to be saved', async () => {
		const found = await readFile(workspace.path('recipes/form.yaml'), 'utf8');
		return found === wanted ? found : undefined;
	});
});

it('a launch that starts from a run nobody trained yet offers the recipe that trains it', async () => {
	const { editor, workspace } = open;
	await workspace.write(
		'recipes/base-run.yaml',
		'method: sft\nname: base-run\nmodel_name_or_path: tiny\ndataset_path: ../data/sft.jsonl\n',
	);
	await workspace.write(
		'recipes/then.yaml',
		'method: dpo\nmodel_name_or_path: run:base-run\ndataset_path: ../data/dpo.jsonl\n',
	);
	await editor.openFile('recipes/then.yaml');
	await editor.runCommand('Windsock: Launch Training…');
	const first = editor.page.locator('.quick-input-list .monaco-list-row').first();
	await first.filter({ hasText: 'open in the editor' }).waitFor();
	expect(await first.innerText()).toContain('then.yaml');
	await editor.press('Enter');
	await editor.waitForQuickInput('It starts from the run “base-run”');
	await editor.screenshot('launch-recipe-first');
	await editor.quickPickRow('Launch base-run.yaml First').waitFor();
	await editor.press('Enter');
	await editor.waitForQuickInput('Where to train');
	await editor.press('Escape');
});

it('a graph names its faults, and its board shows what each stage is at', async () => {
	const { editor, workspace } = open;
	const graph = 'recipes/zephyr-ablation/graph.yaml';
	await editor.openFile(graph);
	await editor.page.locator('.codelens-decoration a', { hasText: 'Show Board' }).click();
	const first = await editor.inWebview('stage-raw');
	expect(await first.getAttribute('data-state')).toBe('ready');
	const last = await editor.inWebview('stage-dpo-epochs3');
	expect(await last.getAttribute('data-state')).toBe('waiting');
	const frame = await editor.frameWith('[data-testid="published-note"]');
	expect(await frame.locator('.mark', { hasText: '7.34' }).count()).toBe(1);
	await first.focus();
	await editor.press('ArrowDown');
	expect(await frame.evaluate(() => document.activeElement?.getAttribute('data-stage'))).toBe(
		'pairs',
	);
	const text = await readFile(workspace.path(graph), 'utf8');
	await workspace.write(graph, text.replace('from: raw', 'form: raw'));
	await editor.openFile(graph);
	await editor.runCommand('Problems: Focus on Problems View');
	await editor.page.locator('.markers-panel').getByText('did you mean from?').waitFor();
});
