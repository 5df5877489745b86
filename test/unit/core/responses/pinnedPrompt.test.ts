import { describe, expect, it } from 'vitest';
import { readPromptSet } from '../../../../src/core/responses/promptSet';
import { pinnedNow, withPinned } from '../../../../src/core/responses/regression/pinnedPrompt';

const asked = (id: string, content: string) => ({
	id,
	messages: [{ role: 'user', content }],
	tags: ['t'],
});

describe('pinning a prompt', () => {
	it('adds it at the end under an id of its own, and leaves every other line as it is', () => {
		const before = '{"id": "p",  "prompt": "One?"}\r\nnot json\n{"id":"q","prompt":"Two?"}';
		const { text, isNew } = withPinned(before, asked('p', 'Three?'), { contains: '3' });
		expect(isNew).toBe(true);
		expect(text.startsWith(`${before}\n`)).toBe(true);
		expect(JSON.parse(text.slice(before.length + 1))).toEqual({
			id: 'p-2',
			messages: [{ role: 'user', content: 'Three?' }],
			tags: ['t'],
			expect: { contains: '3' },
		});
	});

	it('adds to what is expected of one that is there, in its place', () => {
		const before =
			'{"id":"p","prompt":"One?","note":1,"expect":{"json":true}}\n{"id":"q","prompt":"Two?"}\n';
		const { text, isNew } = withPinned(before, asked('other', 'One?'), { maxLength: 9 });
		expect(isNew).toBe(false);
		expect(text.split('\n').slice(1)).toEqual(['{"id":"q","prompt":"Two?"}', '']);
		expect(JSON.parse(text.split('\n')[0] ?? '')).toEqual({
			id: 'p',
			prompt: 'One?',
			note: 1,
			expect: { json: true, maxLength: 9 },
		});
	});

	it('holds a comparison to what its set expects now, whatever the prompts are called there', () => {
		const set = readPromptSet('{"id":"s1","prompt":"One?","expect":{"json":true}}\n').prompts;
		const { prompts } = readPromptSet('{"id":"a","prompt":"One?"}\n{"id":"b","prompt":"Two?"}\n');
		expect(pinnedNow(prompts, set)).toMatchObject([{ id: 'a', extra: { expect: { json: true } } }]);
	});
});
