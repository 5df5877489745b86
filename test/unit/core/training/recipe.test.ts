import { describe, expect, it } from 'vitest';
import { parseRecipe, type Recipe } from '../../../../src/core/training/recipe';
import { describeFindings, validateRecipe } from '../../../../src/core/training/recipeValidation';

function recipe(text: string, overrides?: Record<string, unknown>): Recipe {
	const parsed = parseRecipe(text, '/w/r.yaml', overrides);
	if (!parsed.ok) {
		throw parsed.error;
	}
	return parsed.value;
}

const sft = `method: sft
name: First try
model_name_or_path: base
dataset_path: ../data/sft.jsonl
eval_dataset_path: ../data/eval.jsonl
learning_rate: 2.0e-5
max_steps: 60
`;

describe('a recipe', () => {
	it('keeps TRL’s names as arguments and takes out what belongs to the recipe', () => {
		const read = recipe(sft);
		expect(read.method).toBe('sft');
		expect(read.name).toBe('First try');
		expect(read.model).toBe('base');
		expect(read.arguments).toEqual({ learning_rate: 0.00002, max_steps: 60 });
		expect(read.datasets).toEqual([
			{ split: 'train', path: '../data/sft.jsonl', key: 'dataset_path', line: 4 },
			{ split: 'eval', path: '../data/eval.jsonl', key: 'eval_dataset_path', line: 5 },
		]);
		expect(validateRecipe(read)).toEqual([]);
	});

	it('that is a graph of runs is told from one without a method', () => {
		const graph = recipe('graph: mine\nnodes:\n  sft: { recipe: sft.yaml }\n');
		expect(describeFindings(validateRecipe(graph))).toBe(
			'line 1: this is a graph of runs, not a recipe: “windsock graph check” takes it',
		);
	});

	it('takes several datasets with their splits', () => {
		const read = recipe(
			'method: dpo\ndatasets:\n  - a.jsonl\n  - path: b.jsonl\n    split: eval\n',
		);
		expect(read.datasets).toEqual([
			{ split: 'train', path: 'a.jsonl', key: 'datasets', line: 2 },
			{ split: 'eval', path: 'b.jsonl', key: 'datasets', line: 2 },
		]);
	});

	it('lets overrides win over the text', () => {
		const read = recipe(sft, { model_name_or_path: 'run:01ABCD@3', max_steps: 2 });
		expect(read.model).toBe('run:01ABCD@3');
		expect(read.arguments['max_steps']).toBe(2);
	});

	it('gives a script its arguments as they are spelt', () => {
		const read = recipe(
			'method: script\nscript: a.py\nscript_arguments: [--lr, 1e-5, 1.10, yes, true, "0x1"]\n',
		);
		const spelt = ['--lr', '1e-5', '1.10', 'yes', 'true', '0x1'];
		expect(read.arguments['script_arguments']).toEqual(spelt);
	});

	it('names the line where YAML breaks', () => {
		const parsed = parseRecipe('method: sft\nname: "open\n', '/w/r.yaml');
		expect(parsed.ok).toBe(false);
		if (!parsed.ok) {
			expect(parsed.error.code).toBe('recipeInvalid');
			expect(parsed.error.details['reason']).toMatch(/^line \d+: /);
		}
	});

	it('is refused when it is no mapping', () => {
		expect(parseRecipe('- a\n- b\n', 'r.yaml').ok).toBe(false);
		expect(parseRecipe('', 'r.yaml').ok).toBe(false);
	});
});

describe('the check of a recipe', () => {
	it('is refused when it holds itself', () => {
		const parsed = parseRecipe(`${sft}report_to: &a [*a]\n`, '/w/r.yaml');
		expect(!parsed.ok && parsed.error.code).toBe('recipeInvalid');
	});

	it('takes names that every object has for names', () => {
		const [finding, ...others] = validateRecipe(recipe(`${sft}constructor: 1\n`));
		expect(others).toEqual([]);
		expect(finding?.message).toMatch(/no argument “constructor” for sft$/);
	});

	it('names the nearest argument and the line of a misspelt one', () => {
		const findings = validateRecipe(recipe(`${sft}lerning_rate: 1\n`));
		expect(findings).toMatchObject([{ code: 'argumentUnknown', severity: 'error', line: 8 }]);
		expect(findings[0]?.message).toContain('did you mean learning_rate?');
	});

	it('knows the new names of arguments that TRL renamed', () => {
		const findings = validateRecipe(recipe(`${sft}max_seq_length: 1\nwarmup_ratio: 0.1\n`));
		expect(describeFindings(findings)).toContain('did you mean max_length?');
		expect(describeFindings(findings)).toContain('warmup_steps');
	});

	it('refuses an argument of the other method', () => {
		expect(validateRecipe(recipe(`${sft}beta: 0.1\n`))).toMatchObject([
			{ code: 'argumentUnknown' },
		]);
	});

	it('finds a missing dataset, an unknown method and a model that names nothing', () => {
		const findings = validateRecipe(recipe('method: dppo\nmodel_name_or_path: mistral\n'));
		expect(findings.map(finding => finding.code).sort()).toEqual([
			'datasetMissing',
			'methodUnknown',
			'modelInvalid',
		]);
		expect(describeFindings(findings)).toContain('did you mean dpo?');
	});

	it('only warns about what Windsock sets itself', () => {
		expect(validateRecipe(recipe(`${sft}output_dir: out\n`))).toMatchObject([
			{ code: 'argumentManaged', severity: 'warning' },
		]);
	});

	it('takes the processes in the words of accelerate and TRL, and refuses what they cannot be', () => {
		const good = recipe(`${sft}accelerate_config: zero3\nnum_processes: 4\n`);
		expect(good.accelerate).toEqual({ accelerate_config: 'zero3', num_processes: 4 });
		expect(good.arguments).not.toHaveProperty('num_processes');
		expect(validateRecipe(good)).toEqual([]);
		const bad = validateRecipe(recipe(`${sft}accelerate_config: fsdp\nnum_processes: 1.5\n`));
		expect(bad).toMatchObject([
			{ code: 'argumentChoice', line: 8 },
			{ code: 'argumentType', line: 9 },
		]);
		const onCpu = validateRecipe(recipe(`${sft}accelerate_config: fsdp2\nuse_cpu: true\n`));
		expect(onCpu).toMatchObject([{ code: 'argumentsConflict', fix: { kind: 'remove' } }]);
		const single = validateRecipe(
			recipe(`${sft}accelerate_config: single_gpu\nnum_processes: 2\n`),
		);
		expect(single).toMatchObject([{ code: 'argumentsConflict' }]);
	});

	it('takes retries only as a number and after what is known', () => {
		const good = recipe(`${sft}retry: {max: 2, on: [nccl]}\n`);
		expect(good.retry).toEqual({ max: 2, on: ['nccl'] });
		expect(validateRecipe(good)).toEqual([]);
		for (const bad of ['3', '{on: [nccl]}', '{max: 1000}', '{max: 1, on: [oom]}', '[nccl]']) {
			expect(validateRecipe(recipe(`${sft}retry: ${bad}\n`))).toMatchObject([
				{ code: 'argumentType', key: 'retry', line: 8 },
			]);
		}
	});

	describe('a share of prompts that is held back', () => {
		const plain = 'method: sft\ndataset_path: a.jsonl\n';
		it('is the other side of each dataset that is trained on', () => {
			const read = recipe(`${plain}test_split_size: 0.05\n`);
			expect(read.datasets).toMatchObject([
				{ path: 'a.jsonl', split: 'train', part: { side: 'train', test: 0.05 } },
				{ path: 'a.jsonl', split: 'eval', part: { side: 'test', test: 0.05 } },
			]);
			expect(validateRecipe(read).filter(({ severity }) => severity === 'error')).toEqual([]);
		});
		it('is refused as a number of rows, for a script, and beside evaluation data', () => {
			const codes = (text: string) => validateRecipe(recipe(text)).map(({ code }) => code);
			expect(codes(`${plain}test_split_size: 1000\n`)).toContain('argumentType');
			expect(codes(`${plain}eval_dataset_path: e.jsonl\ntest_split_size: 0.1\n`)).toContain(
				'argumentsConflict',
			);
			expect(codes('method: script\nscript: a.py\ntest_split_size: 0.1\n')).toContain(
				'argumentWithoutEffect',
			);
		});
	});
});
