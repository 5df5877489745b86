import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../../../../src/core/dataset/query/parseQuery';
import { printQuery } from '../../../../../src/core/dataset/query/printQuery';
import type { Query } from '../../../../../src/core/dataset/query/query';
import { anyQuery } from './queryArbitrary';

function parsed(text: string): Query {
	const result = parseQuery(text);
	if (!result.ok) {
		throw new Error(result.error.message);
	}
	return result.value;
}

function faultOf(text: string) {
	const result = parseQuery(text);
	if (result.ok) {
		throw new Error(`“${text}” was read`);
	}
	const { code, start, end, suggestion } = result.error;
	return { code, at: text.slice(start, end), start, suggestion };
}

describe('the query parser', () => {
	it('reads again what it wrote', () => {
		fc.assert(
			fc.property(anyQuery, query => {
				expect(parsed(printQuery(query))).toEqual(query);
			}),
			{ seed: 31, numRuns: 3000 },
		);
	});

	it('never throws, and points into the text, whatever is typed', () => {
		const pieces = fc.constantFrom(
			...'role: user OR NOT AND len field content: x/i != \u0000'.split(' '),
			...' ()"/->=\\.a[:5ü',
		);
		fc.assert(
			fc.property(
				fc.array(pieces, { maxLength: 12 }).map(all => all.join('')),
				text => {
					const result = parseQuery(text);
					if (!result.ok) {
						const { start, end, message } = result.error;
						expect(start).toBeGreaterThanOrEqual(0);
						expect(end).toBeGreaterThanOrEqual(start);
						expect(end).toBeLessThanOrEqual(text.length);
						expect(message).toMatch(/^[A-Z“].*[.?):]$|score$/);
					} else {
						expect(parsed(printQuery(result.value))).toEqual(result.value);
					}
				},
			),
			{ seed: 32, numRuns: 3000 },
		);
	});

	it('takes an empty text as every row', () => {
		expect(parsed('  ')).toEqual({ root: undefined });
		expect(printQuery(parsed(''))).toBe('');
	});

	it('binds terms side by side closer than OR, and minus closest', () => {
		expect(printQuery(parsed('a b OR -c d'))).toBe('a b OR -c d');
		expect(parsed('a b OR c')).toMatchObject({
			root: { kind: 'any', children: [{ kind: 'all' }, { kind: 'text' }] },
		});
		expect(parsed('a AND NOT b')).toEqual(parsed('a -b'));
		expect(printQuery(parsed('a (b OR c)'))).toBe('a (b OR c)');
	});

	it('takes other names of roles and findings, in any case', () => {
		expect(printQuery(parsed('role:GPT'))).toBe('role:assistant');
		expect(printQuery(parsed('finding:casing'))).toBe('finding:lowerCaseStart');
		expect(printQuery(parsed('role:"critic"'))).toBe('role:"critic"');
	});

	it('keeps what is no key as a word', () => {
		for (const word of ["don't", '12:30', 'f(x)', '-', '…', '5"', '->', 'a-b']) {
			expect(termWords(word), word).toHaveLength(word === '->' ? 0 : 1);
		}
	});

	it.each([
		['rol:user', 'unknownKey', 'rol', 'role'],
		['a lenght>5', 'unknownKey', 'lenght', 'len'],
		['score<3', 'unknownKey', 'score', 'field.score'],
		['meta.source:x', 'unknownKey', 'meta.source', 'field.meta.source'],
		['role:asistant', 'unknownChoice', 'asistant', 'assistant'],
		['finding:emptyrepl', 'unknownChoice', 'emptyrepl', 'emptyReply'],
		['format:sharegp', 'unknownChoice', 'sharegp', 'sharegpt'],
		['label:keap', 'unknownChoice', 'keap', 'keep'],
		['len>lots', 'notANumber', 'lots', undefined],
		['len>"5"', 'notANumber', '"5"', undefined],
		['role>user', 'wrongOperator', '>', undefined],
		['field:5', 'missingPath', 'field', undefined],
		['len> 5', 'missingValue', '', undefined],
		['content:/a(/', 'invalidRegex', '/a(/', undefined],
		['content:/a', 'unclosedRegex', '/a', undefined],
		['/usr/bin', 'unknownFlag', 'b', undefined],
		['x "a b', 'unclosedQuote', '"a b', undefined],
		['"a"b', 'runOn', 'b', undefined],
		['(a OR b', 'unclosedGroup', '(', undefined],
		['a)', 'unopenedGroup', ')', undefined],
		[')', 'unopenedGroup', ')', undefined],
		['a ( )', 'emptyGroup', '( )', undefined],
		['a OR', 'missingOperand', 'OR', undefined],
		['OR a', 'missingOperand', 'OR', undefined],
		['a AND', 'missingOperand', 'AND', undefined],
		['NOT', 'missingOperand', 'NOT', undefined],
		['role:user x role:assistant', 'twoRoles', 'role:user x role:assistant', undefined],
		[`${'('.repeat(60)}a${')'.repeat(60)}`, 'tooLong', '(', undefined],
		['x'.repeat(10_001), 'tooLong', 'x', undefined],
	])('says where %j is wrong and what may be meant', (text, code, at, suggestion) => {
		expect(faultOf(text)).toMatchObject({ code, at, suggestion });
	});

	it('lets two messages have two roles', () => {
		expect(parsed('(role:user content:a) (role:assistant)')).toMatchObject({
			root: { kind: 'all', children: [{ kind: 'all' }, { kind: 'all' }] },
		});
		expect(parsed('role:user OR role:assistant').root?.kind).toBe('any');
	});
});

function termWords(text: string): unknown[] {
	const { root } = parsed(text);
	return root?.kind === 'text' ? [root] : [];
}
