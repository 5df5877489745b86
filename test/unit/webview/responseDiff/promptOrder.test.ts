import { expect, test } from 'vitest';
import type { PromptEntry } from '../../../../src/protocol/responseDiff';
import { filterPrompts, nextUnvoted } from '../../../../webview/responseDiff/promptOrder';

function entry(id: string, change: Partial<PromptEntry> = {}): PromptEntry {
	return { id, title: `Prompt ${id}`, tags: [], answers: 2, voted: false, equal: false, ...change };
}

test('the search finds prompts that hold every word, in text, id or tags', () => {
	const prompts = [
		entry('a', { title: 'How many Helicopters?', tags: ['false premise'] }),
		entry('b', { title: 'Helicopter parts', tags: ['lists'] }),
		entry('shed', {}),
	];
	const found = (query: string): number[] => filterPrompts(prompts, query).map(item => item.index);
	expect(found('')).toEqual([0, 1, 2]);
	expect(found('helicopter')).toEqual([0, 1]);
	expect(found(' PREMISE  heli ')).toEqual([0]);
	expect(found('shed')).toEqual([2]);
	expect(found('nothing')).toEqual([]);
});

test('the next unvoted prompt is searched after the current one and then from the start', () => {
	const prompts = [
		entry('a'),
		entry('b', { voted: true }),
		entry('c'),
		entry('d', { voted: true }),
	];
	expect(nextUnvoted(prompts, 0)).toBe(2);
	expect(nextUnvoted(prompts, 2)).toBe(0);
	expect(nextUnvoted(prompts, -1)).toBe(0);
	expect(nextUnvoted([entry('a', { voted: true })], 0)).toBe(-1);
	expect(nextUnvoted([], -1)).toBe(-1);
});
