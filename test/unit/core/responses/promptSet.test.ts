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

test('MT-Bench’s questions keep both turns, their category and its sampling', () => {
	const { prompts, problems } = readPromptSet(
		'{"question_id":101,"category":"reasoning","turns":["One?","Two?"],"reference":["1",""]}\n' +
			'{"question_id":81,"category":"writing","turns":["A","B"]}\n{"question_id":81,"turns":["A"]}\n',
	);
	expect(prompts).toMatchObject([
		{
			id: '101',
			messages: [
				{ role: 'user', content: 'One?' },
				{ role: 'user', content: 'Two?' },
			],
			tags: ['reasoning'],
			reference: '1',
			sampling: { temperature: 0, max_new_tokens: 1024 },
		},
		{ id: '81', sampling: { temperature: 0.7 } },
	]);
	expect(problems).toEqual([{ line: 3, reason: 'the id "81" is that of line 2' }]);
});

test('AlpacaEval’s and Arena-Hard’s prompts are prompts', () => {
	expect(
		readPromptSet('[{"instruction":"Hi","dataset":"koala"},{"instruction":""}]'),
	).toMatchObject({
		prompts: [{ id: '0', messages: [{ role: 'user', content: 'Hi' }], tags: ['koala'] }],
		problems: [{ line: 2, reason: 'the prompt is empty' }],
	});
	expect(
		readPromptSet('{"uid":"u1","category":"hard_prompt","subcategory":"math","prompt":"Hi"}')
			.prompts,
	).toMatchObject([{ id: 'u1', tags: ['hard_prompt', 'math'] }]);
});

test('the rows of a dataset ask what stands before their first reply', () => {
	const asked = [{ role: 'user', content: 'Hi' }];
	for (const row of [
		{ messages: [...asked, { role: 'assistant', content: 'Hello' }, ...asked] },
		{ instruction: 'Hi', input: '', output: 'Hello' },
		{
			conversations: [
				{ from: 'human', value: 'Hi' },
				{ from: 'gpt', value: 'Hello' },
			],
		},
		{
			prompt: asked,
			chosen: [{ role: 'assistant', content: 'Hello' }],
			rejected: [{ role: 'assistant', content: 'No' }],
		},
	]) {
		const { prompts, problems } = readPromptSet(JSON.stringify([row, row]));
		expect(problems).toEqual([]);
		expect(prompts).toMatchObject([
			{ id: '0', messages: asked, reference: 'Hello' },
			{ id: '1', messages: asked },
		]);
	}
});
