import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markTest, marksAsked } from '../../../../../src/core/dataset/query/markTest';
import { matches } from '../../../../../src/core/dataset/query/matches';
import { parseQuery } from '../../../../../src/core/dataset/query/parseQuery';
import { hiddenLetters } from '../../../../../src/core/dataset/query/plainLiteral';
import type { Query } from '../../../../../src/core/dataset/query/query';
import { queryRowOf } from '../../../../../src/core/dataset/query/queryRow';
import { regexLiterals } from '../../../../../src/core/dataset/query/regexLiterals';
import { rowLiterals } from '../../../../../src/core/dataset/query/rowLiterals';
import { anyQuery } from './queryArbitrary';
import { anyRow, rowText } from './queryRows';

const noMarks = { number: 1, format: undefined, findings: 0, label: undefined, isEdited: false };

function query(text: string): Query {
	const parsed = parseQuery(text);
	if (!parsed.ok) {
		throw new Error(parsed.error.message);
	}
	return parsed.value;
}

function mayHide(latin: string): boolean {
	const { escape, digits, bytes } = hiddenLetters;
	const [, ...escaped] = latin.split(escape);
	return bytes.some(letters => latin.includes(letters)) || escaped.some(rest => digits.test(rest));
}

describe('the literals of a query', () => {
	it('stand in every row that passes, or letters are hidden in it', () => {
		fc.assert(
			fc.property(anyQuery, rowText, (asked, text) => {
				const literals = rowLiterals(asked);
				const bytes = new TextEncoder().encode(text);
				if (literals && matches(asked, queryRowOf(bytes, noMarks))) {
					const latin = Buffer.from(bytes).toString('latin1');
					const { texts, isExact } = literals;
					const isSaid = new RegExp(texts.join('|'), isExact ? '' : 'i').test(latin);
					expect(isSaid || mayHide(latin)).toBe(true);
				}
			}),
			{ seed: 51, numRuns: 6000 },
		);
	});

	it('are ASCII letters and spaces only, so that they need no quoting', () => {
		fc.assert(
			fc.property(anyQuery, asked => {
				for (const literal of rowLiterals(asked)?.texts ?? []) {
					expect(literal).toMatch(/^[A-Za-z]+(?: [A-Za-z]+)*$/);
				}
			}),
			{ seed: 52, numRuns: 2000 },
		);
	});

	it('know every letter whose small form is ASCII', () => {
		const odd: string[] = [];
		for (let code = 128; code < 0x110000; code++) {
			const letter = String.fromCodePoint(code);
			const isFolded = /[a-z]/iu.test(letter) || /[a-z]/i.test(letter);
			if (isFolded || /[a-zA-Z]/.test(letter.toLowerCase())) {
				odd.push(letter);
			}
		}
		expect(odd).toEqual(['İ', 'ſ', '\u212a']);
		for (const letter of odd) {
			expect(mayHide(Buffer.from(letter).toString('latin1'))).toBe(true);
			const escaped = `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
			expect(mayHide(escaped)).toBe(true);
		}
	});

	it.each([
		['as an AI', ['as an AI']],
		[String.raw`\bI don.t have personal`, ['t have personal']],
		['yes|no way', ['yes', 'no way']],
		['yes|\\d+', undefined],
		['colou?r', ['colo']],
		['hel+o', ['hel']],
		['(?:a|b)certain', ['certain']],
		['[abc]xyz[^]]q', ['xyz']],
		['ab{2}cdef', ['cdef']],
		['abc{|x', undefined],
		[String.raw`\u0041bcd`, ['bcd']],
		['null', undefined],
	])('are taken from /%s/', (source, found) => {
		expect(regexLiterals(source)).toEqual(found);
	});

	it('are those of the part that the fewest rows hold', () => {
		expect(rowLiterals(query('role:assistant content:"certainly not" len>3'))).toEqual({
			texts: ['certainly not'],
			isExact: false,
		});
		expect(rowLiterals(query('content:/As an (?:AI|assistant)/'))).toEqual({
			texts: ['As an'],
			isExact: true,
		});
		expect(rowLiterals(query('content:/as an/i'))?.isExact).toBe(false);
		expect(rowLiterals(query('-personal'))).toBeUndefined();
		expect(rowLiterals(query('personal OR turns>3'))).toBeUndefined();
		expect(rowLiterals(query('field.score>=3'))).toEqual({
			texts: ['score'],
			isExact: false,
		});
	});
});

describe('the marks of a row', () => {
	it('decide only as the whole query would', () => {
		fc.assert(
			fc.property(anyQuery, anyRow, (asked, row) => {
				const verdict = markTest(asked)(row);
				if (verdict !== undefined) {
					expect(matches(asked, row)).toBe(verdict);
				}
			}),
			{ seed: 53, numRuns: 4000 },
		);
	});

	it('try no expression on a note, since one that does not end would hold up whoever asks', () => {
		const remarks = { rating: 2, tags: [], notes: ['a'.repeat(40) + '!'], isSkipped: false };
		const test = markTest(query('note:/^(a+)+$/'));
		expect(test({ ...noMarks, remarks })).toBeUndefined();
		expect(test(noMarks)).toBe(false);
		expect(markTest(query('note:/^(a+)+$/ rating>3'))({ ...noMarks, remarks })).toBe(false);
	});

	it('decide where nothing else is asked', () => {
		const test = markTest(query('label:fix OR finding:none'));
		expect(test({ ...noMarks, findings: 1, label: 'fix' })).toBe(true);
		expect(test({ ...noMarks, findings: 1 })).toBe(false);
		expect(markTest(query('label:drop personal'))({ ...noMarks, label: 'drop' })).toBeUndefined();
		expect(markTest(query('label:drop personal'))(noMarks)).toBe(false);
		expect(markTest(query('finding:any'))({ ...noMarks, findings: undefined })).toBeUndefined();
		expect(marksAsked(query('-(label:drop OR is:edited)'))).toMatchObject({
			annotations: true,
			isEdited: true,
			findings: false,
		});
		expect(marksAsked(query('is:reviewed'))).toMatchObject({ annotations: true, isEdited: false });
	});
});
