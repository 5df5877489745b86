import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	importRecipe,
	type ImportedRecipe,
	type ImportRequest,
} from '../../../../src/core/training/import/importRecipe';
import { parseRecipe, type Recipe } from '../../../../src/core/training/recipe';
import { validateRecipe } from '../../../../src/core/training/recipeValidation';

const shared = join(import.meta.dirname, '../../../../../shared/data/alignment-handbook');

function imported(text: string, request: Partial<ImportRequest> = {}): ImportedRecipe {
	const result = importRecipe(text, { source: 'theirs.yaml', ...request });
	if (!result.ok) {
		throw result.error;
	}
	return result.value;
}

/** The recipe that comes out; it must be one that may be launched. */
function recipeOf(result: ImportedRecipe): Recipe {
	const parsed = parseRecipe(result.text, 'r.yaml');
	if (!parsed.ok) {
		throw parsed.error;
	}
	const errors = validateRecipe(parsed.value).filter(({ severity }) => severity === 'error');
	expect(errors).toEqual([]);
	return parsed.value;
}

const outcomes = ({ keys }: ImportedRecipe): Record<string, string> =>
	Object.fromEntries(keys.map(({ key, outcome }) => [key, outcome]));

const handbook = `model_name_or_path: org/model-7b
model_revision: main
torch_dtype: bfloat16
chat_template: "{% for m in messages %}{{ m.content }}{% endfor %}"
dataset_mixture:
  datasets:
    - {id: org/chats, config: default, split: train_sft, columns: [messages], weight: 0.5}
    - {id: org/chats, config: default, split: test_sft, columns: [messages]}
  test_split_size: 1000
bf16: true
eval_strategy: epoch
gradient_accumulation_steps: 1
learning_rate: 2e-05
max_seq_length: 2048
overwrite_output_dir: true
output_dir: data/out
per_device_train_batch_size: 16
push_to_hub: true
report_to: [wandb]
seed: 42
warmup_ratio: 0.1
`;

describe('a recipe of alignment-handbook', () => {
	it('keeps its splits apart and stores weights finely enough for its steps', () => {
		const recipe = recipeOf(imported(handbook, { stem: 'chat' }));
		expect(recipe).toMatchObject({
			method: 'sft',
			model: 'hub:org/model-7b',
			datasets: [
				{
					path: 'hf://datasets/org/chats',
					split: 'train',
					hubSplit: 'train_sft',
					hubConfig: 'default',
					columns: ['messages'],
					weight: 0.5,
				},
				{ split: 'eval', hubSplit: 'test_sft' },
			],
			arguments: {
				dtype: 'float32',
				bf16: true,
				chat_template_path: 'chat.jinja',
				max_length: 2048,
				warmup_steps: 0.1,
				learning_rate: 2e-5,
				seed: 42,
			},
		});
	});

	it('uploads nothing and reports nowhere until somebody says so', () => {
		const { arguments: given } = recipeOf(imported(handbook));
		expect(given).toMatchObject({ push_to_hub: false, report_to: 'none' });
	});

	it('accounts for every key', () => {
		const result = imported(handbook);
		expect(outcomes(result)).toMatchObject({
			torch_dtype: 'changed',
			max_seq_length: 'renamed',
			overwrite_output_dir: 'removed',
			seed: 'kept',
			dataset_mixture: 'changed',
		});
		const source = handbook.match(/^\w+(?=:)/gm) ?? [];
		expect(result.keys.map(({ key }) => key)).toEqual(expect.arrayContaining(source));
	});

	it.each([
		[undefined, 16, 1],
		[8, 16, 1],
		[1, 16, 8],
		[4, 16, 2],
		[2, 16, 4],
		[16, 8, 1],
		[64, 2, 1],
	])('keeps its global batch of 128 on %s GPUs', (gpusNow, batch, passes) => {
		const { arguments: given } = recipeOf(imported(handbook, { gpusNow }));
		expect(given).toMatchObject({
			per_device_train_batch_size: batch,
			gradient_accumulation_steps: passes,
		});
	});

	it('is laid over the GPUs that will train', () => {
		const { accelerate } = recipeOf(imported(handbook, { gpusNow: 4 }));
		expect(accelerate).toEqual({ accelerate_config: 'fsdp2', num_processes: 4 });
		expect(recipeOf(imported(handbook, { gpusNow: 1 })).accelerate).toEqual({});
	});

	it('says so where the global batch does not divide', () => {
		const { keys } = imported(handbook, { gpusNow: 3 });
		const note = keys.find(({ key }) => key === 'gradient_accumulation_steps')?.note;
		expect(note).toContain('does not divide by 3');
	});

	it('of its first versions has its mixer and splits read', () => {
		const text = `model_name_or_path: org/m
torch_dtype: null
dataset_mixer:
  org/a: 1.0
  org/b: 0.25
dataset_splits: [train_prefs, test_prefs]
beta: 0.1
max_prompt_length: 512
learning_rate: 5.0e-7
eval_strategy: steps
eval_steps: 100
`;
		const result = imported(text);
		const recipe = recipeOf(result);
		expect(recipe.method).toBe('dpo');
		expect(recipe.datasets).toMatchObject([
			{ path: 'hf://datasets/org/a', split: 'train', hubSplit: 'train_prefs' },
			{ path: 'hf://datasets/org/b', split: 'train', weight: 0.25 },
			{ path: 'hf://datasets/org/a', split: 'eval', hubSplit: 'test_prefs' },
			{ path: 'hf://datasets/org/b', split: 'eval' },
		]);
		expect(recipe.datasets[3]).not.toHaveProperty('weight');
		expect(recipe.arguments).toMatchObject({ dtype: 'float32', beta: 0.1, eval_steps: 100 });
		expect(outcomes(result)).toMatchObject({ max_prompt_length: 'removed' });
	});

	it('leaves the base of an adapter as coarse as it was', () => {
		const text =
			'model_name_or_path: org/m\ntorch_dtype: bfloat16\nuse_peft: true\ndataset_name: d/x\n';
		expect(recipeOf(imported(text)).arguments).toMatchObject({ dtype: 'bfloat16' });
	});

	const files = existsSync(shared)
		? readdirSync(shared, { recursive: true, encoding: 'utf8' }).filter(f => f.endsWith('.yaml'))
		: [];
	it.skipIf(files.length === 0).each(files.length > 0 ? files : ['none'])(
		'comes out fit to launch: %s',
		file => {
			const text = readFileSync(join(shared, file), 'utf8');
			const result = imported(text, { source: file });
			const recipe = recipeOf(result);
			expect(recipe.method).toBe(file.includes('dpo') ? 'dpo' : 'sft');
			expect(recipe.datasets.map(({ split }) => split)).toEqual(['train', 'eval']);
			expect(recipe.arguments['dtype']).toMatch(
				file.includes('lora') ? /^(bfloat16|auto)$/ : /^float32$/,
			);
		},
	);
});

describe('a recipe of Axolotl', () => {
	const axolotl = `base_model: org/model-7b
datasets:
  - {path: org/alpaca, type: alpaca}
  - {path: data/mine.jsonl, type: chat_template}
val_set_size: 0.05
sequence_len: 4096
sample_packing: true
micro_batch_size: 2
gradient_accumulation_steps: 4
num_epochs: 2
learning_rate: 0.0002
lr_scheduler: cosine
optimizer: adamw_bnb_8bit
bf16: auto
saves_per_epoch: 2
evals_per_epoch: 4
flash_attention: true
trust_remote_code: true
`;

	it('learns the answers only, as it did there', () => {
		const { arguments: given } = recipeOf(imported(axolotl));
		expect(given).toMatchObject({
			assistant_only_loss: true,
			max_length: 4096,
			packing: true,
			per_device_train_batch_size: 2,
			num_train_epochs: 2,
			lr_scheduler_type: 'cosine',
			optim: 'adamw_bnb_8bit',
			attn_implementation: 'flash_attention_2',
			save_strategy: 'steps',
			save_steps: 0.25,
			eval_strategy: 'no',
			trust_remote_code: false,
		});
		const all = recipeOf(imported(`${axolotl}train_on_inputs: true\n`));
		expect(all.arguments['assistant_only_loss']).toBe(false);
	});

	it('never stores all weights as bfloat16 in silence', () => {
		expect(recipeOf(imported(axolotl)).arguments).toMatchObject({ dtype: 'float32', bf16: true });
		const lora = recipeOf(imported(`${axolotl}adapter: lora\nlora_target_linear: true\n`));
		expect(lora.arguments).toMatchObject({
			dtype: 'bfloat16',
			use_peft: true,
			lora_target_modules: ['all-linear'],
			lora_dropout: 0,
		});
	});

	it.each([
		['deepspeed: deepspeed_configs/zero3_bf16.json', 'fsdp2'],
		['deepspeed: deepspeed_configs/zero1.json', 'zero1'],
		['fsdp_config: {reshard_after_forward: true}', 'fsdp2'],
		['seed: 1', 'multi_gpu'],
	])('is laid over GPUs as it was: %s', (line, config) => {
		const { accelerate } = recipeOf(imported(`${axolotl}${line}\n`, { gpusNow: 2 }));
		expect(accelerate).toEqual({ accelerate_config: config, num_processes: 2 });
	});

	it('names files by path and datasets of the Hub by their place there', () => {
		expect(recipeOf(imported(axolotl)).datasets).toMatchObject([
			{ path: 'hf://datasets/org/alpaca', hubSplit: 'train' },
			{ path: 'data/mine.jsonl' },
		]);
		const note = imported(axolotl).keys.find(({ key }) => key === 'val_set_size')?.note;
		expect(note).toContain('windsock split --test 0.05');
	});

	it.each([
		['rl: kto', 'kto'],
		['reward_model: true', 'reward model'],
		['pretraining_dataset: [{path: x}]', 'raw text'],
	])('is refused where it trains otherwise: %s', (line, said) => {
		const result = importRecipe(`base_model: a/b\n${line}\n`, { source: 'x.yml' });
		expect(result.ok ? '' : String(result.error.details['reason'])).toContain(said);
	});
});

describe('a recipe of LLaMA-Factory', () => {
	const factory = `model_name_or_path: org/model-7b
stage: sft
finetuning_type: lora
lora_rank: 16
lora_target: q_proj,v_proj
quantization_bit: 4
dataset: mine, theirs
cutoff_len: 2048
learning_rate: 1.0e-4
bf16: true
`;
	const datasetInfo = { mine: { file_name: 'mine.json' }, theirs: { hf_hub_url: 'org/theirs' } };

	it('says what it did unsaid', () => {
		const recipe = recipeOf(imported(factory, { datasetInfo }));
		expect(recipe.arguments).toMatchObject({
			use_peft: true,
			lora_r: 16,
			lora_alpha: 32,
			lora_dropout: 0,
			lora_target_modules: ['q_proj', 'v_proj'],
			load_in_4bit: true,
			use_bnb_nested_quant: true,
			assistant_only_loss: true,
			dtype: 'bfloat16',
			max_length: 2048,
		});
		expect(recipe.datasets).toMatchObject([
			{ path: 'data/mine.json' },
			{ path: 'hf://datasets/org/theirs', hubSplit: 'train' },
		]);
	});

	it('weighs the SFT loss beside that of DPO', () => {
		const text = factory.replace('stage: sft', 'stage: dpo\npref_ftx: 0.5\npref_beta: 0.05');
		expect(recipeOf(imported(text)).arguments).toMatchObject({
			beta: 0.05,
			loss_type: ['sigmoid', 'sft'],
			loss_weights: [1, 0.5],
		});
		const orpo = importRecipe(`${text}pref_loss: orpo\n`, { source: 'x' });
		expect(orpo.ok).toBe(false);
	});

	it('keeps trained weights as float32 unless it said pure_bf16', () => {
		const full = factory.replace('finetuning_type: lora', 'finetuning_type: full');
		expect(recipeOf(imported(full)).arguments['dtype']).toBe('float32');
		const pure = recipeOf(imported(`${full}pure_bf16: true\n`));
		expect(pure.arguments['dtype']).toBe('bfloat16');
	});
});

it('what is no such file is refused with a reason', () => {
	for (const text of ['a: [', '- a', 'x: 1', '']) {
		const result = importRecipe(text, { source: 'x.yaml' });
		expect(result.ok ? '' : result.error.code).toBe('recipeNotImportable');
	}
});

it('whatever the values are, each key is accounted for and the text can be read', () => {
	const keys = ['learning_rate', 'torch_dtype', 'datasets', 'rl', 'dataset_mixer', 'optimizer'];
	const more = ['special_tokens', 'chat_template', 'bf16', 'saves_per_epoch', 'dataset', 'stage'];
	const names = fc.constantFrom(...keys, ...more, 'no_such_key', 'max_seq_length', 'val_size');
	const model = fc.constantFrom('base_model', 'model_name_or_path');
	fc.assert(
		fc.property(model, fc.dictionary(names, fc.jsonValue({ maxDepth: 2 })), (key, rest) => {
			const source = { ...rest, [key]: 'org/m' };
			const result = importRecipe(JSON.stringify(source), { source: 'x', gpusNow: 3 });
			if (result.ok) {
				expect(parseRecipe(result.value.text, 'x').ok).toBe(true);
				const said = result.value.keys.map(one => one.key);
				expect(said).toEqual(expect.arrayContaining(Object.keys(source)));
			}
		}),
		{ seed: 11, numRuns: 500 },
	);
});

describe('a hostile recipe', () => {
	const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
	for (const [now, before] of ['ba', 'cb', 'dc']) {
		bomb.push(`${now}: &${now} [${Array.from({ length: 9 }, () => `*${before}`).join(',')}]`);
	}
	it.each([
		['aliases that grow without end', bomb.join('\n')],
		['an alias of nothing', 'run_name: *nothing'],
		['an alias that leads back to itself', 'learning_rate: &a {x: *a}'],
	])('is refused in words with %s', (_, lines) => {
		const result = importRecipe(`model_name_or_path: m/x\n${lines}\n`, { source: 'theirs.yaml' });
		expect(result.ok ? '' : result.error.code).toBe('recipeNotImportable');
	});

	it('begins no line of the recipe with lines of its texts', () => {
		const text = `${'a'.repeat(50)}\ntrust_remote_code: true\n`;
		const result = imported(`model_name_or_path: m/x\nrun_name: ${JSON.stringify(text)}\n`);
		expect(result.text).not.toMatch(/^trust_remote_code/m);
		const recipe = parseRecipe(result.text, 'r.yaml');
		expect(recipe.ok ? recipe.value.arguments['run_name'] : recipe.error).toBe(text);
	});
});
