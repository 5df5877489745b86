import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importRecipe } from '../../../../src/core/training/import/importRecipe';
import { parseRecipe, type Recipe } from '../../../../src/core/training/recipe';
import { validateRecipe } from '../../../../src/core/training/recipeValidation';
import { readGraph } from '../../../../src/node/graph/loadedGraph';
import {
	copyShippedGraph,
	copyShippedRecipe,
	shippedGraphs,
	shippedRecipes,
} from '../../../../src/node/runs/shippedRecipes';
import { copyTemplateBeside, shippedTemplates } from '../../../../src/node/runs/shippedTemplates';
import { errorOf, valueOf } from '../../../support/results';

const shipped = join(import.meta.dirname, '../../../../media/recipes');
const handbook = join('../shared/data/alignment-handbook');
const all = await shippedRecipes(shipped);

function parsed(text: string): Recipe {
	const recipe = parseRecipe(text, 'r.yaml');
	if (!recipe.ok) {
		throw recipe.error;
	}
	return recipe.value;
}

describe('a recipe that comes with Windsock', () => {
	it.each(all)('has nothing to mend and says what it is: $name', ({ text, summary, method }) => {
		expect(validateRecipe(parsed(text))).toEqual([]);
		expect(summary.length).toBeGreaterThan(20);
		expect(['sft', 'dpo']).toContain(method);
	});

	/** Ours, and the handbook's file that has the same settings. */
	const pairs = [
		['sft-full', 'zephyr-7b-beta/sft-config_full.yaml'],
		['sft-qlora', 'zephyr-7b-beta/sft-config_qlora.yaml'],
		['dpo-full', 'zephyr-7b-beta/dpo-config_full.yaml'],
		['dpo-qlora', 'zephyr-7b-beta/dpo-config_qlora.yaml'],
		['paper-sft-full', 'zephyr-7b-beta-v0.2.0/sft-config_full.yaml'],
		['paper-sft-lora', 'zephyr-7b-beta-v0.2.0/sft-config_lora.yaml'],
		['paper-dpo-full', 'zephyr-7b-beta-v0.2.0/dpo-config_full.yaml'],
		['paper-dpo-lora', 'zephyr-7b-beta-v0.2.0/dpo-config_lora.yaml'],
	] as const;
	it.skipIf(!existsSync(handbook)).each(pairs)('%s means what the handbook does', (name, file) => {
		const text = readFileSync(join(handbook, file), 'utf8');
		const theirs = importRecipe(text, { source: file });
		if (!theirs.ok) {
			throw theirs.error;
		}
		const ours = parsed(all.find(one => one.name === `zephyr-7b-beta/${name}`)?.text ?? '');
		const other = parsed(theirs.value.text);
		const same = ['learning_rate', 'lr_scheduler_type', 'num_train_epochs', 'max_length', 'beta'];
		const more = ['per_device_train_batch_size', 'gradient_accumulation_steps', 'seed', 'optim'];
		const adapter = ['lora_r', 'lora_alpha', 'lora_dropout', 'warmup_steps', 'load_in_4bit'];
		for (const key of [...same, ...more, ...adapter]) {
			// The adapter of step 2 is that of step 1.
			if (!(name.startsWith('dpo-qlora') || name === 'paper-dpo-lora') || !key.startsWith('lora')) {
				expect([key, ours.arguments[key]]).toEqual([key, other.arguments[key]]);
			}
		}
		const places = ({ datasets }: Recipe) =>
			datasets.map(({ path, hubSplit, split }) => [split, path, hubSplit]);
		expect(places(ours)).toEqual(places(other));
	});
});

describe('a copy of one', () => {
	let folder: string;
	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'windsock-recipes-'));
	});
	afterEach(() => rm(folder, { recursive: true, force: true }));

	it('brings the chat template along once, and writes over nothing', async () => {
		const target = join(folder, 'recipes', 'a.yaml');
		const first = await copyShippedRecipe(shipped, 'zephyr-7b-beta/sft-full', target);
		expect(first).toEqual({ ok: true, value: [target, join(folder, 'recipes', 'zephyr.jinja')] });
		const second = join(folder, 'recipes', 'b.yaml');
		expect(await copyShippedRecipe(shipped, 'zephyr-7b-beta/dpo-full', second)).toEqual({
			ok: true,
			value: [second],
		});
		const again = await copyShippedRecipe(shipped, 'zephyr-7b-beta/sft-full', target);
		expect(again.ok ? '' : again.error.code).toBe('fileUnwritable');
		await writeFile(join(folder, 'recipes', 'zephyr.jinja'), 'mine');
		const third = join(folder, 'recipes', 'c.yaml');
		const kept = await copyShippedRecipe(shipped, 'zephyr-7b-beta/sft-full', third);
		expect(kept.ok).toBe(false);
		expect(readFileSync(join(folder, 'recipes', 'zephyr.jinja'), 'utf8')).toBe('mine');
	});
});

describe('a chat template that comes with Windsock', () => {
	let folder: string;

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'windsock-template-'));
	});

	afterEach(async () => {
		await rm(folder, { recursive: true });
	});

	it('says what it is and marks what is learned', async () => {
		const templates = await shippedTemplates(shipped);
		expect(templates.map(({ name }) => name)).toEqual(['mistral-v0.1', 'zephyr']);
		for (const { summary, text } of templates) {
			expect(summary).toContain('format');
			expect(text).toMatch(/\{%- generation -%\}/);
		}
	});

	it('goes beside a recipe, once, and over nothing that is another', async () => {
		const [mistral] = await shippedTemplates(shipped);
		if (!mistral) {
			throw new Error('it is not shipped');
		}
		const copy = () => copyTemplateBeside(mistral, join(folder, 'sft.yaml'));
		expect(valueOf(await copy())).toBe('mistral-v0.1.jinja');
		expect(valueOf(await copy())).toBe('mistral-v0.1.jinja');
		const beside = join(folder, 'mistral-v0.1.jinja');
		expect(readFileSync(beside, 'utf8')).toBe(mistral.text);
		await writeFile(beside, 'mine');
		expect(errorOf(await copy()).code).toBe('fileUnwritable');
		expect(readFileSync(beside, 'utf8')).toBe('mine');
	});
});

describe('a graph that comes with Windsock', () => {
	let folder: string;
	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'windsock-graphs-'));
	});
	afterEach(() => rm(folder, { recursive: true }));

	const ablation = ['sft', 'dpo-only', 'sft-best', 'dpo-epochs1', 'dpo-epochs2', 'dpo-epochs3'];

	it('is copied with all that it names, has nothing to mend, and is never written over', async () => {
		expect((await shippedGraphs(shipped)).map(({ name }) => name)).toEqual(['zephyr-ablation']);
		const target = join(folder, 'recipes/mine');
		const copied = await copyShippedGraph(shipped, 'zephyr-ablation', target);
		const read = await readGraph(copied.ok ? copied.value : '');
		expect(read.ok && read.value.findings).toEqual([]);
		expect(read.ok && read.value.loaded?.stages.map(({ name }) => name)).toEqual([
			'sft-raw',
			...ablation,
			'answers',
		]);
		const again = await copyShippedGraph(shipped, 'zephyr-ablation', target);
		expect(again.ok ? '' : again.error.code).toBe('fileUnwritable');
		const template = (place: string): string => readFileSync(join(place, 'zephyr.jinja'), 'utf8');
		expect(template(target)).toBe(template(join(shipped, 'zephyr-7b-beta')));
		const other = await copyShippedGraph(shipped, 'none', join(folder, 'none'));
		expect(other.ok ? '' : other.error.code).toBe('fileMissing');
	});

	it('has the numbers of the report on the stages that they are of, in both sizes', async () => {
		const own = join(import.meta.dirname, '../../../../media/sample/recipes/zephyr-ablation');
		for (const place of [join(shipped, 'zephyr-ablation'), own]) {
			const read = await readGraph(join(place, 'graph.yaml'));
			const loaded = read.ok ? read.value.loaded : undefined;
			expect(loaded?.stages.map(({ name }) => name)).toEqual(expect.arrayContaining(ablation));
			const published = loaded?.graph.published.map(({ metric, values }) => [
				metric,
				...[...values.values()].map(({ value }) => value),
			]);
			expect(published).toEqual([
				['MT-Bench', 4.76, 6.64, 6.19, 7, 7.34],
				['AlpacaEval', 30.76, 85.65, 78.54, 86.07, 90.6],
			]);
		}
	});
});
