import { expect, test } from 'vitest';
import type { PromptEntry } from '../../../../src/protocol/responseDiff';
import {
	filterPrompts,
	nextUnvoted,
	tagsOf,
	type Filter,
} from '../../../../webview/responseDiff/promptOrder';

function entry(id: string, change: Partial<PromptEntry> = {}): PromptEntry {
	return {
		id,
		title: `Prompt ${id}`,
		tags: [],
		answers: 2,
		voted: false,
		equal: false,
		long: false,
		refusal: false,
		disagreement: false,
		skips: 0,
		...change,
	};
}

const all = { query: '', filters: [], tag: '', lanes: 2 } as const;

test('the search finds prompts that hold every word, in text, id or tags', () => {
	const prompts = [
		entry('a', { title: 'How many Helicopters?', tags: ['false premise'] }),
		entry('b', { title: 'Helicopter parts', tags: ['lists'] }),
		entry('shed', {}),
	];
	const found = (query: string): number[] =>
		filterPrompts(prompts, { ...all, query }).map(item => item.index);
	expect(found('')).toEqual([0, 1, 2]);
	expect(found('helicopter')).toEqual([0, 1]);
	expect(found(' PREMISE  heli ')).toEqual([0]);
	expect(found('shed')).toEqual([2]);
	expect(found('nothing')).toEqual([]);
});

test('filters and a tag narrow the list together', () => {
	const prompts = [
		entry('a', { refusal: true, tags: ['x'] }),
		entry('b', { equal: true, voted: true, long: true }),
		entry('c', { answers: 1, tags: ['x', 'y'] }),
		entry('d', { disagreement: true, voted: true, long: true, tags: ['y'] }),
	];
	const left = (filters: readonly Filter[], tag = ''): string[] =>
		filterPrompts(prompts, { ...all, filters, tag }).map(item => item.entry.id);
	expect(left(['differs'])).toEqual(['a', 'd']);
	expect(left(['long'])).toEqual(['b', 'd']);
	expect(left(['long', 'differs'])).toEqual(['d']);
	expect(left(['refusal'])).toEqual(['a']);
	expect(left(['unvoted'])).toEqual(['a', 'c']);
	expect(left(['voted', 'disagreement'])).toEqual(['d']);
	expect(left([], 'y')).toEqual(['c', 'd']);
	expect(left(['unvoted'], 'y')).toEqual(['c']);
	expect(tagsOf(prompts)).toEqual([
		['x', 2],
		['y', 2],
	]);
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

test('what was put off comes when nothing else is left', () => {
	const some = [
		entry('a', { skips: 1 }),
		entry('b', { voted: true }),
		entry('c'),
		entry('d', { skips: 2 }),
	];
	expect(nextUnvoted(some, 0)).toBe(2);
	const later = some.map(one => (one.id === 'c' ? { ...one, voted: true } : one));
	expect(nextUnvoted(later, 2)).toBe(0);
	expect(nextUnvoted(later, 0)).toBe(0);
});

test('a bar of the behaviour leaves its prompts alone, with whatever else narrows the list', () => {
	const prompts = [entry('a'), entry('b', { tags: ['x'] }), entry('c', { tags: ['x'] })];
	const only = new Set(['a', 'b']);
	expect(filterPrompts(prompts, { ...all, only }).map(({ index }) => index)).toEqual([0, 1]);
	expect(filterPrompts(prompts, { ...all, only, tag: 'x' }).map(({ index }) => index)).toEqual([1]);
	expect(filterPrompts(prompts, { ...all, only: new Set() })).toEqual([]);
});
