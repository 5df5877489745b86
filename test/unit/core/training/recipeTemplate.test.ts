import { expect, it } from 'vitest';
import { parseRecipe } from '../../../../src/core/training/recipe';
import { recipeTemplate } from '../../../../src/core/training/recipeTemplate';
import { validateRecipe } from '../../../../src/core/training/recipeValidation';

it.each(['sft', 'dpo'] as const)('the template for %s is a recipe without findings', method => {
	const parsed = parseRecipe(recipeTemplate(method, '../data/my "own": set.jsonl'), 'r.yaml');
	expect(parsed.ok && validateRecipe(parsed.value)).toEqual([]);
	expect(parsed.ok && parsed.value.datasets[0]?.path).toBe('../data/my "own": set.jsonl');
});
