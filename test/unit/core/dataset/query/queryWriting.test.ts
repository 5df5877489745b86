import { describe, expect, it } from 'vitest';
import { recogniseText } from '../../../../../src/core/dataset/format';
import { completionsAt, scalarFields } from '../../../../../src/core/dataset/query/completions';
import { matchSpans } from '../../../../../src/core/dataset/query/matchSpans';
import { parseQuery } from '../../../../../src/core/dataset/query/parseQuery';
import { hasTerm, withoutTerms, withTerm } from '../../../../../src/core/dataset/query/quickTerms';
import { luckOf, orderOf } from '../../../../../src/core/dataset/query/rowSelection';

describe('completions of a query', () => {
	const none = { fields: [], tags: [] };
	const texts = (text: string, fields: readonly string[] = [], tags: readonly string[] = []) =>
		completionsAt(text, text.length, { fields, tags }).items.map(item => item.text);

	it('offer keys, also by the names that people try', () => {
		expect(texts('tu')).toEqual(['turns>=']);
		expect(texts('len>3 -fin')).toEqual(['finding:', 'findings>=']);
		expect(texts('speak')).toEqual(['role:']);
	});

	it('offer the values of a key and the fields of the row', () => {
		expect(texts('role:as')).toEqual(['assistant ']);
		expect(texts('label:')).toEqual(['keep ', 'drop ', 'fix ', 'any ', 'none ']);
		expect(texts('has:sc', ['score', 'meta.source'])).toEqual(['score ']);
		expect(texts('(field.so', ['score', 'meta.source'])).toEqual(['field.meta.source:']);
	});

	it('offer ratings, states of the review, and the tags in use', () => {
		expect(texts('rati')).toEqual(['rating>=']);
		expect(texts('rating>=')).toEqual(['1 ', '2 ', '3 ', '4 ', '5 ']);
		expect(texts('reviewed')).toEqual(['is:']);
		expect(texts('is:re')).toEqual(['reviewed ']);
		expect(texts('-tag:m', [], ['math', 'two words', 'm'])).toEqual(['math ']);
		expect(texts('tag:wo', [], ['math', 'two words'])).toEqual(['"two words" ']);
	});

	it('leave words in quotes and expressions alone', () => {
		expect(texts('"as tu')).toEqual([]);
		expect(texts('content:/tu')).toEqual([]);
		expect(texts('/as tu')).toEqual([]);
		expect(texts('/as/s')).toEqual([]);
	});

	it('take the place of the word before the caret only', () => {
		expect(completionsAt('tu rest', 2, none)).toMatchObject({ start: 0, end: 2 });
		expect(completionsAt('len>3 role:us', 13, none)).toMatchObject({ start: 11, end: 13 });
	});

	it('know the scalar fields of a row, but no dialogue', () => {
		const row = { id: 1, meta: { 'odd key': 'x', tags: ['a'] }, messages: [{ role: 'user' }] };
		expect(scalarFields(row)).toEqual(['id', 'meta."odd key"', 'meta.tags']);
	});
});

describe('quick filters', () => {
	it('come into the query and go again, and leave what is typed', () => {
		expect(withTerm('', 'finding:any')).toBe('finding:any');
		expect(withTerm('two  words', 'finding:any')).toBe('two  words finding:any');
		expect(withTerm('a OR b', 'label:drop')).toBe('(a OR b) label:drop');
		expect(withoutTerms('a label:drop', ['label:drop', 'label:keep'])).toBe('a');
		expect(withoutTerms('a OR label:drop', ['label:drop'])).toBe('a OR label:drop');
		expect(hasTerm('a label:dropped', 'label:drop')).toBe(true);
		expect(hasTerm('-label:drop', 'label:drop')).toBe(false);
	});
});

describe('bars of a histogram', () => {
	it('come into the query and go again, also as several terms or as a group', () => {
		for (const bar of ['chars>=10 chars<20', '(role:user len>=10 len<20)']) {
			for (const before of ['', 'a label:drop']) {
				const asked = withTerm(before, bar);
				expect(hasTerm(asked, bar)).toBe(true);
				expect(hasTerm(before, bar)).toBe(false);
				expect(withoutTerms(asked, [bar])).toBe(before);
			}
		}
	});
});

describe('the places that a query hits', () => {
	const spans = (query: string, text: string) => {
		const parsed = parseQuery(query);
		const { example } = recogniseText(JSON.stringify({ text }));
		return parsed.ok ? matchSpans(parsed.value, example).flatMap(found => found.spans) : [];
	};

	it('are in order and overlap nowhere', () => {
		expect(spans('ab content:/b+c/i -zz', 'ABBc zz ab')).toEqual([
			{ start: 0, end: 4 },
			{ start: 8, end: 10 },
		]);
		expect(spans('/x*/ len>3', 'yxxy')).toEqual([{ start: 1, end: 3 }]);
		expect(spans('-ab', 'ab')).toEqual([]);
	});
});

describe('an order of rows', () => {
	it('is stable, puts numbers before text, and what is missing last whichever way round', () => {
		expect([...orderOf([3, undefined, 'a', 1, 3], false)]).toEqual([3, 0, 4, 2, 1]);
		expect([...orderOf([3, undefined, 'a', 1, 3], true)]).toEqual([2, 0, 4, 3, 1]);
	});

	it('draws other rows for another seed, the same for the same', () => {
		const draw = (seed: number): number[] =>
			[
				...orderOf(
					Array.from({ length: 1000 }, (_, row) => luckOf(row, seed)),
					false,
				),
			].slice(0, 50);
		expect(draw(1)).toEqual(draw(1));
		expect(draw(1).filter(row => draw(2).includes(row)).length).toBeLessThan(15);
		// Spread over the whole file.
		expect(draw(7).filter(row => row < 500).length).toBeGreaterThan(12);
		expect(draw(7).filter(row => row < 500).length).toBeLessThan(38);
	});
});
