import { expect, test } from 'vitest';
import { messageFor } from '../../../../src/core/base/errorMessages';
import { parsePromptSet, readPromptSet } from '../../../../src/core/responses/promptSet';

test('a row has turns, tags, a reference, pinned sampling and keeps its other fields', () => {
	const { prompts, problems } = readPromptSet(
		'\uFEFF{"id":"h","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"}],' +
			'"tags":["a"],"reference":"Hello.","sampling":{"temperature":0},"mentions":"x"}\r\n\r\n',
	);
	expect(problems).toEqual([]);
	expect(prompts).toEqual([
		{
			id: 'h',
			messages: [
				{ role: 'system', content: 'Be brief.' },
				{ role: 'user', content: 'Hi' },
			],
			tags: ['a'],
			reference: 'Hello.',
			sampling: { temperature: 0 },
			line: 1,
			extra: { mentions: 'x' },
		},
	]);
});

test('a plain prompt text becomes a user turn, and its place names it as on the host', () => {
	expect(readPromptSet('\n{"prompt": "Hi"}').prompts).toMatchObject([
		{ id: '0', messages: [{ role: 'user', content: 'Hi' }], line: 2 },
	]);
});

test('each faulty line is named, and the good ones are still read', () => {
	const { prompts, problems } = readPromptSet(
		[
			'{"id":"a","prompt":"One"}',
			'{"id":"b"',
			'[]',
			'{"id":"a","prompt":"Two"}',
			'{"id":"c","messages":[{"role":"user","content":"x"},{"role":"assistant","content":"y"}]}',
			'{"id":"d","prompt":" "}',
			'{"id":"e","messages":[{"role":"user"}]}',
			'{"id":"f","prompt":"Three","tags":"x"}',
		].join('\n'),
	);
	expect(prompts.map(prompt => prompt.id)).toEqual(['a']);
	expect(problems.map(problem => problem.line)).toEqual([2, 3, 4, 5, 6, 7, 8]);
	expect(problems[2]?.reason).toContain('line 1');
});

test('a faulty or empty set is an error that says where and what to do', () => {
	const result = parsePromptSet('{"prompt":"ok"}\nnonsense', 'prompts/a.jsonl');
	expect(result.ok).toBe(false);
	if (!result.ok) {
		expect(messageFor(result.error)).toMatch(/prompts\/a\.jsonl.*line 2: not valid JSON/);
	}
	expect(parsePromptSet('').ok).toBe(false);
});
