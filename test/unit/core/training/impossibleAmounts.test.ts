import { describe, expect, it } from 'vitest';
import { ruleFindings } from '../../../../src/core/training/recipeRules';

const said = (method: 'sft' | 'dpo', given: Readonly<Record<string, unknown>>): string[] =>
	ruleFindings(method, given, { hasEvalData: true, model: 'base' }).map(
		({ severity, key }) => `${severity} ${key}`,
	);

describe('an amount that cannot come to a trained model', () => {
	it.each([
		[{ per_device_train_batch_size: 0 }, ['error per_device_train_batch_size']],
		[{ per_device_eval_batch_size: -1 }, ['error per_device_eval_batch_size']],
		[{ gradient_accumulation_steps: 0 }, ['error gradient_accumulation_steps']],
		[{ max_length: 0 }, ['error max_length']],
		[{ max_length: null }, []],
		[{ num_train_epochs: 0 }, ['error num_train_epochs']],
		[{ num_train_epochs: 0, max_steps: 10 }, []],
		[{ num_train_epochs: 0.5 }, []],
	])('is found whatever the method: %j', (given, expected) => {
		expect(said('sft', given)).toEqual(expected);
		expect(said('dpo', given)).toEqual(expected);
	});

	it.each([
		[{ learning_rate: -1e-5 }, ['error learning_rate']],
		[{ learning_rate: 0 }, ['warning learning_rate']],
		[{ learning_rate: 5 }, ['warning learning_rate']],
		[{ learning_rate: 0.5, optim: 'sgd' }, []],
		[{ learning_rate: 6e-3 }, []],
	])('is a learning rate, also of a small model on the CPU: %j', (given, expected) => {
		expect(said('sft', { ...given, use_cpu: true })).toEqual(expected);
	});

	it('is said once where the model would also be known to want less', () => {
		expect(said('sft', { learning_rate: 5 })).toEqual(['warning learning_rate']);
		expect(said('sft', { learning_rate: 0, dtype: 'float32' })).toEqual(['warning learning_rate']);
		expect(said('sft', { learning_rate: -1, dtype: 'float32' })).toEqual(['error learning_rate']);
	});
});
