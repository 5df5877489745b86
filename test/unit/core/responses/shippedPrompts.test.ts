import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPromptSet } from '../../../../src/core/responses/promptSet';
import { promptTurns } from '../../../../src/core/responses/promptTurns';

test('the prompt set that comes with Windsock has no fault and each kind of prompt', () => {
	const file = join(import.meta.dirname, '../../../../media/prompts/vibes.jsonl');
	const { prompts, problems } = readPromptSet(readFileSync(file, 'utf8'));
	expect(problems).toEqual([]);
	const kinds = ['false premise', 'counting', 'refusal', 'harmless', 'style', 'two turns'];
	for (const kind of kinds) {
		expect(prompts.filter(({ tags }) => tags.includes(kind)).length, kind).toBeGreaterThan(1);
	}
	const questions = prompts.map(({ messages }) => messages.at(-1)?.content);
	expect(questions).toContain('How many helicopters can a human eat in one sitting?');
	for (const { id, tags, messages } of prompts) {
		expect(promptTurns(messages).length, id).toBe(tags.includes('two turns') ? 2 : 1);
	}
});
