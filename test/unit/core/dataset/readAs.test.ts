import { describe, expect, it } from 'vitest';
import { recognise } from '../../../../src/core/dataset/format';
import { fieldsRead, titleOfFormat } from '../../../../src/core/dataset/readAs';

const readAs = (row: unknown): string => {
	const { format, example } = recognise(row);
	return [titleOfFormat(format), ...fieldsRead(example)].join(' | ');
};

describe('what a row is read as', () => {
	it.each([
		[
			{
				id: 1,
				conversations: [
					{ from: 'human', value: 'a' },
					{ from: 'gpt', value: 'b' },
				],
			},
			'ShareGPT conversation | conversations',
		],
		[
			{ instruction: 'a', input: 'b', output: 'c' },
			'Alpaca instruction | instruction | input | output',
		],
		[
			{ prompt: 'a', chosen: 'b', rejected: 'c' },
			'TRL preference pair | prompt | chosen | rejected',
		],
		[
			{ messages: [{ role: 'assistant', content: null, tool_calls: [] }] },
			'chat messages | messages',
		],
		[{ text: 'a', meta: 1 }, 'plain text | text'],
		[{ foo: 1 }, 'unknown row'],
	])('is said of %j', (row, said) => {
		expect(readAs(row)).toBe(said);
	});
});
