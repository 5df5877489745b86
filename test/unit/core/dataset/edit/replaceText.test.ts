import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	compileSearch,
	replaceInRow,
	type TextSearch,
} from '../../../../../src/core/dataset/edit/replaceText';

const plain = { isRegex: false, matchCase: false, wholeWord: false };

function replaced(row: string, search: Partial<TextSearch> & { find: string }, by: string) {
	const whole = { ...plain, ...search };
	const pattern = compileSearch(whole);
	if (!pattern.ok) {
		throw new Error(pattern.error);
	}
	const result = replaceInRow(new TextEncoder().encode(row), pattern.value, whole, by);
	return result && { row: new TextDecoder().decode(result.bytes), occurrences: result.occurrences };
}

describe('replacing text in a row', () => {
	const chat =
		'{"id": "cat", "messages": [{"role": "user", "content": "A cat and a Cat"}, ' +
		'{"role": "assistant", "content": "caf\\u00e9 cat, concatenate"}], "score": 1.0}';

	it('changes what messages say, and neither keys, ids nor the spelling of the rest', () => {
		expect(replaced(chat, { find: 'cat' }, 'dog')).toEqual({
			row: chat
				.replace('A cat and a Cat', 'A dog and a dog')
				.replace('é', '\\u00e9')
				.replace(' cat, concatenate', ' dog, condogenate'),
			occurrences: 4,
		});
	});

	it('keeps to case, whole words and roles where it is told to', () => {
		expect(replaced(chat, { find: 'cat', matchCase: true }, 'x')?.occurrences).toBe(3);
		expect(replaced(chat, { find: 'cat', wholeWord: true }, 'x')?.occurrences).toBe(3);
		expect(replaced(chat, { find: 'cat', roles: ['user'] }, 'x')?.occurrences).toBe(2);
		expect(replaced(chat, { find: 'cat', roles: ['system'] }, 'x')).toBeUndefined();
	});

	it('puts groups in only for a regular expression', () => {
		const row = '{"text": "1-2 $1"}';
		expect(replaced(row, { find: '(\\d)-(\\d)', isRegex: true }, '$2-$1')?.row).toBe(
			'{"text": "2-1 $1"}',
		);
		expect(replaced(row, { find: '1-2' }, '$1$&$$')?.row).toBe('{"text": "$1$&$$ $1"}');
		expect(replaced(row, { find: '$1' }, '')?.row).toBe('{"text": "1-2 "}');
	});

	it('changes a shared prompt in both of its places', () => {
		const row =
			'{"chosen": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}], ' +
			'"rejected": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "b"}]}';
		expect(replaced(row, { find: 'q' }, 'why')?.row).toBe(row.replaceAll('"q"', '"why"'));
	});

	it('says why an expression is none', () => {
		const pattern = compileSearch({ ...plain, find: '(', isRegex: true });
		expect(pattern.ok).toBe(false);
	});

	it('does to any text what a plain replacement of the parsed text does', () => {
		fc.assert(
			fc.property(
				fc.string(),
				fc.string({ minLength: 1, maxLength: 3 }),
				fc.string(),
				(text, find, by) => {
					const row = JSON.stringify({ text });
					const result = replaced(row, { find, matchCase: true }, by);
					const now = result ? String(Reflect.get(JSON.parse(result.row) as object, 'text')) : text;
					expect(now).toBe(text.replaceAll(find, () => by));
				},
			),
			{ seed: 7 },
		);
	});
});
