import { globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
	recipeForm,
	withField,
	type FormField,
	type RecipeForm,
} from '../../../../../src/core/training/form/recipeForm';

function form(text: string, wanted: string[] = []): RecipeForm {
	const read = recipeForm(text, wanted);
	if ('unreadable' in read) {
		throw new Error(read.unreadable);
	}
	return read;
}

function field(text: string, key: string, wanted: string[] = []): FormField | undefined {
	return form(text, wanted)
		.groups.flatMap(({ fields }) => fields)
		.find(one => one.key === key);
}

const sft = `# Mine.
method: sft
dataset_path: a.jsonl # relative
learning_rate: 2.0e-5   # usual
num_train_epochs: 3
lora_target_modules: [q_proj, v_proj]
deepspeed:
  zero_optimization: { stage: 3 }
my_own_note: 7
`;

describe('a recipe as a form', () => {
	it('shows what the recipe says, and what holds where it says nothing', () => {
		expect(field(sft, 'learning_rate')).toMatchObject({ kind: 'text', value: '2.0e-5' });
		expect(field(sft, 'max_length')).toMatchObject({ value: '', fallback: '1024' });
		expect(field(sft, 'packing')).toMatchObject({ kind: 'switch', value: '', fallback: 'false' });
		expect(field(sft, 'lr_scheduler_type')).toMatchObject({ kind: 'choice' });
		expect(field(sft, 'lora_target_modules')).toMatchObject({ value: '[q_proj, v_proj]' });
	});

	it('keeps what it does not know and what is beyond a line, and says so', () => {
		expect(field(sft, 'my_own_note')?.notes).toMatchObject([{ severity: 'error' }]);
		expect(field(sft, 'deepspeed')).toMatchObject({ kind: 'fixed' });
	});

	it('has a field for each key of the recipe, whatever the method', () => {
		for (const method of ['sft', 'dpo', 'script', 'grpo', '']) {
			const text = sft.replace('method: sft', `method: ${method}`);
			for (const key of Object.keys(parse(text) as object)) {
				expect(field(text, key), `${key} of ${method}`).toBeDefined();
			}
		}
	});

	it('gives an option a field that the recipe does not have yet', () => {
		expect(form(sft).more).toContain('weight_decay');
		expect(field(sft, 'weight_decay')).toBeUndefined();
		expect(field(sft, 'weight_decay', ['weight_decay'])).toMatchObject({ value: '' });
		expect(form(sft, ['weight_decay']).more).not.toContain('weight_decay');
		expect(form(sft, ['no_such_option']).groups).toEqual(form(sft).groups);
	});

	it('offers one file to train on, or the mixture where there is one', () => {
		expect(field(sft, 'datasets')).toBeUndefined();
		const mixed = sft.replace('dataset_path: a.jsonl', 'datasets: [{path: a.jsonl}]');
		expect(field(mixed, 'datasets')).toMatchObject({ kind: 'fixed' });
		expect(field(mixed, 'dataset_path')).toBeUndefined();
	});

	it('multiplies the global batch out', () => {
		const batch = 'per_device_train_batch_size: 4\ngradient_accumulation_steps: 2\n';
		expect(form(sft + batch).globalBatch).toBe('4 × 2 = 8 rows a step for each GPU of the run');
		expect(form(`${sft}${batch}num_processes: 8\n`).globalBatch).toBe(
			'4 × 2 × 8 processes = 64 rows a step',
		);
		expect(form(`${sft}per_device_train_batch_size: many\n`).globalBatch).toBe('');
	});

	it('says why a recipe has no form', () => {
		expect(recipeForm('method: sft\n  x: [')).toHaveProperty('unreadable');
		expect(recipeForm('- a\n- b\n')).toHaveProperty('unreadable');
		expect(recipeForm('')).toHaveProperty('unreadable');
	});

	it('has no form whose aliases would blow up or go in a ring', () => {
		const names = ['a', 'b', 'c', 'd', 'e'];
		const bomb = names.map((name, i) => {
			const before = i === 0 ? '1' : `*${names[i - 1]}`;
			return `${name}: &${name} [${Array.from({ length: 9 }, () => before).join(', ')}]\n`;
		});
		expect(recipeForm(`method: sft\n${bomb.join('')}`)).toHaveProperty('unreadable');
		expect(recipeForm('method: sft\nx: &x [*x]\n')).toHaveProperty('unreadable');
	});
});

describe('a changed field', () => {
	it('changes its own line alone', () => {
		expect(withField(sft, 'num_train_epochs', '1')).toBe(
			sft.replace('num_train_epochs: 3', 'num_train_epochs: 1'),
		);
		expect(withField(sft, 'packing', 'true')).toBe(`${sft}packing: true\n`);
		expect(withField(sft, 'num_train_epochs', '')).toBe(sft.replace('num_train_epochs: 3\n', ''));
	});

	it('writes numbers as they were typed, also in powers of ten', () => {
		expect(withField(sft, 'learning_rate', '5e-7')).toContain('learning_rate: 5e-7\n');
		expect(withField(sft, 'warmup_steps', '0.1')).toContain('warmup_steps: 0.1\n');
	});

	it('keeps what is no value of the option as the text it is', () => {
		expect(parse(withField(sft, 'learning_rate', 'fast'))).toMatchObject({ learning_rate: 'fast' });
		expect(parse(withField(sft, 'name', '12: [x'))).toMatchObject({ name: '12: [x' });
		expect(parse(withField(sft, 'lora_target_modules', '[q_proj]'))).toMatchObject({
			lora_target_modules: ['q_proj'],
		});
		expect(parse(withField(sft, 'lora_target_modules', 'all-linear'))).toMatchObject({
			lora_target_modules: 'all-linear',
		});
	});

	it('leaves every other key and remark as it was, whatever is typed', () => {
		const keys = fc.constantFrom(
			'learning_rate',
			'name',
			'packing',
			'lora_target_modules',
			'optim',
		);
		fc.assert(
			fc.property(keys, fc.string({ maxLength: 30, unit: 'binary' }), (key, value) => {
				const after = withField(sft, key, value);
				const { [key]: _before, ...before } = parse(sft) as Record<string, unknown>;
				const { [key]: _after, ...rest } = parse(after) as Record<string, unknown>;
				expect(rest).toEqual(before);
				expect(after.startsWith('# Mine.\nmethod: sft\n')).toBe(true);
			}),
			{ seed: 7, numRuns: 400 },
		);
	});

	it('does nothing to a shipped recipe when each field is given what it shows', () => {
		const files = globSync('media/recipes/**/*.yaml');
		expect(files.length).toBeGreaterThan(6);
		for (const file of files) {
			const text = readFileSync(file, 'utf8');
			const before: unknown = parse(text);
			const read = recipeForm(text);
			for (const { key, kind, value } of 'groups' in read
				? read.groups.flatMap(({ fields }) => fields)
				: []) {
				if (kind !== 'fixed') {
					expect(parse(withField(text, key, value)), `${key} of ${file}`).toEqual(before);
				}
			}
		}
	});
});
