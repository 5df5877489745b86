import { describe, expect, it } from 'vitest';
import { changesAsWritten, changeWords } from '../../../../src/core/doctor/changeWords';
import { withKeys } from '../../../../src/core/training/recipeText';

const recipe = `# mine
method: dpo
learning_rate: 5.0e-5 # as in the blog
beta: 0.1
fp16: true
`;

describe('a proposed change', () => {
	it('changes its keys in a recipe and no other byte', () => {
		const changes = { learning_rate: 5e-7, fp16: null, bf16: true, loss_type: ['sigmoid', 'sft'] };
		expect(withKeys(recipe, changesAsWritten(changes))).toBe(
			'# mine\nmethod: dpo\nlearning_rate: 5e-7\nbeta: 0.1\nbf16: true\nloss_type: [sigmoid, sft]\n',
		);
	});

	it('reads as the recipe will', () => {
		expect(changeWords({ learning_rate: 2e-5, warmup_steps: 0.1, fp16: null })).toBe(
			'learning_rate: 2e-5, warmup_steps: 0.1, no fp16',
		);
	});
});
