import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argumentFindings } from '../../../../src/core/training/recipeArguments';
import { ruleFindings } from '../../../../src/core/training/recipeRules';
import { trlOptions } from '../../../../src/core/training/trlOptions';
import { bf16ShareMoved } from '../../../../src/core/training/weightStep';

interface Conflict {
	readonly method: 'sft' | 'dpo';
	readonly arguments: Readonly<Record<string, unknown>>;
	readonly key: string;
}

/** What TRL itself refuses; test/remote/train/test_options.py asks it. */
const conflicts = JSON.parse(
	readFileSync(join(import.meta.dirname, '../../../fixtures/recipes/conflicts.json'), 'utf8'),
) as Conflict[];

const codes = (method: 'sft' | 'dpo', given: Readonly<Record<string, unknown>>): string[] =>
	[
		...argumentFindings(method, given),
		...ruleFindings(method, given, { hasEvalData: true, model: 'base' }),
	].map(({ code, key }) => `${code} ${key}`);

describe('arguments that exclude each other', () => {
	it.each(conflicts)('are found in $method $arguments', ({ method, arguments: given, key }) => {
		const found = ruleFindings(method, given, { hasEvalData: false, model: 'base' });
		expect(found.filter(({ severity }) => severity === 'error')).toMatchObject([
			{ code: 'argumentsConflict', key },
		]);
	});
});

describe('the value of an argument', () => {
	it.each([
		['sft', 'learning_rate', 'fast', 'is a number, not "fast"'],
		['sft', 'learning_rate', '2e-5', 'is a number, not "2e-5"'],
		['sft', 'bf16', 'yes', 'is true or false, not "yes"'],
		['sft', 'max_steps', 2.5, 'is a whole number, not 2.5'],
		['dpo', 'loss_weights', 1, 'is a list, not 1'],
		['sft', 'max_length', true, 'is a whole number, not true'],
		['sft', 'model_init_kwargs', ['a'], 'is a block of names and values or text, not ["a"]'],
	] as const)('is checked: %s %s %j', (method, key, value, said) => {
		const [finding, ...others] = argumentFindings(method, { [key]: value });
		expect(others).toEqual([]);
		expect(finding).toMatchObject({ code: 'argumentType', severity: 'error', key });
		expect(finding?.message).toBe(`“${key}” ${said}`);
	});

	it.each([
		['2e-5', { kind: 'set', key: 'learning_rate', value: 2e-5 }],
		['fast', undefined],
		['', undefined],
	])('that was put into quotes is mended by one click: %j', (value, fix) => {
		expect(argumentFindings('sft', { learning_rate: value })[0]?.fix).toEqual(fix);
	});

	it('is one of the words that TRL knows', () => {
		expect(argumentFindings('sft', { lr_scheduler_type: 'cosin' })).toMatchObject([
			{ code: 'argumentChoice', fix: { kind: 'set', value: 'cosine' } },
		]);
		expect(argumentFindings('dpo', { loss_type: ['sigmoid', 'kto'] })).toMatchObject([
			{ code: 'argumentChoice', key: 'loss_type' },
		]);
		expect(argumentFindings('dpo', { loss_type: 'ipo' })).toEqual([]);
	});

	it('is fine where it is the default', () => {
		for (const method of ['sft', 'dpo'] as const) {
			const defaults = Object.fromEntries(
				[...trlOptions(method)].flatMap(([name, option]) =>
					option.default === undefined || option.default === null || name === 'output_dir'
						? []
						: [[name, option.default]],
				),
			);
			expect(argumentFindings(method, defaults)).toEqual([]);
		}
	});

	it('of any kind never breaks the check', () => {
		const names = [...trlOptions('dpo').keys(), 'torch_dtype', '__proto__', 'toString'];
		fc.assert(
			fc.property(fc.dictionary(fc.constantFrom(...names), fc.jsonValue()), given => {
				expect(codes('dpo', given).every(code => !code.includes('undefined'))).toBe(true);
				codes('sft', given);
			}),
			{ seed: 5, numRuns: 300 },
		);
	});
});

describe('a recipe that TRL takes and that goes wrong all the same', () => {
	it.each([
		['dpo', { learning_rate: 6e-5 }, ['learningRateRange learning_rate']],
		['dpo', { learning_rate: 5e-7 }, []],
		['dpo', { learning_rate: 5e-6, use_peft: true }, []],
		['sft', { learning_rate: 2e-4 }, ['learningRateRange learning_rate']],
		['sft', { learning_rate: 2e-4, use_peft: true }, []],
		['sft', { learning_rate: 6e-3, use_cpu: true }, []],
		['dpo', { learning_rate: 5e-7, dtype: 'bfloat16' }, ['weightsTooCoarse dtype']],
		['sft', { learning_rate: 2e-5, dtype: 'bfloat16' }, []],
		['dpo', { padding_free: true }, ['argumentWithoutEffect padding_free']],
		['sft', { lora_r: 16 }, ['argumentWithoutEffect lora_r']],
		['sft', { lora_r: 16, use_peft: true, learning_rate: 1e-4 }, []],
		['sft', { eval_steps: 10 }, ['argumentWithoutEffect eval_steps']],
		['sft', { save_steps: 10 }, []],
		['sft', { logging_nan_inf_filter: true }, ['lossHidden logging_nan_inf_filter']],
		['sft', { warmup_steps: 100, max_steps: 50 }, ['warmupTooLong warmup_steps']],
		['sft', { warmup_steps: 0.1, max_steps: 50 }, []],
		['sft', { load_in_4bit: true }, ['argumentsConflict load_in_4bit']],
	] as const)('is told: %s %j', (method, given, expected) => {
		expect(codes(method, given)).toEqual(expected);
	});
});

it('a learning rate is judged by the size that the name of the model says', () => {
	const rate = (model: string): number =>
		ruleFindings('sft', { learning_rate: 5e-4 }, { hasEvalData: true, model }).length;
	expect(rate('hub:HuggingFaceTB/SmolLM2-1.7B')).toBe(0);
	expect(rate('hub:HuggingFaceTB/SmolLM2-360M-Instruct')).toBe(0);
	expect(rate('hub:mistralai/Mistral-7B-v0.1')).toBe(1);
	expect(rate('hub:HuggingFaceH4/zephyr-141b-A35b')).toBe(1);
});

describe('the share of bfloat16 weights that a step moves', () => {
	// Measured by rounding 10^6 values of N(0, 0.02) ± the step: 0.9% at 5e-7, 30% at 2e-5.
	it.each([
		[5e-7, 0.0097],
		[2e-5, 0.304],
	])('is that of a simulation at %d', (step, share) => {
		expect(bf16ShareMoved(step)).toBeCloseTo(share, 3);
	});

	it('never falls as the step grows', () => {
		const step = fc.double({ min: 1e-12, max: 1, noNaN: true });
		fc.assert(
			fc.property(step, step, (a, b) => {
				const [low, high] = [Math.min(a, b), Math.max(a, b)];
				expect(bf16ShareMoved(low)).toBeLessThanOrEqual(bf16ShareMoved(high));
				expect(bf16ShareMoved(high)).toBeLessThanOrEqual(1);
			}),
			{ seed: 7 },
		);
	});

	it('is nothing for no step', () => {
		expect(bf16ShareMoved(0)).toBe(0);
		expect(bf16ShareMoved(Number.NaN)).toBe(0);
	});
});
