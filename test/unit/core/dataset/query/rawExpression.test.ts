import { describe, expect, it } from 'vitest';
import { rawExpression } from '../../../../../src/core/dataset/query/rawExpression';

describe('the expression for the JSON of a row', () => {
	it.each([
		['[.!?] [a-z]+ [a-z]', '[.!?] [a-z]+ [a-z]'],
		["I (?:don't|do not) have", "I (?:don't|do not) have"],
		[String.raw`\bAs an? (AI|assistant)\b`, 'As an? (?:AI|assistant)'],
		['^Hello.*how are$', 'how are'],
		['one way\\n|other way', 'one way|other way'],
		['yes|["]no way', 'yes|no way'],
		['(?<first>who) \\k<first>', '(?:who) '],
		['\\(see [0-9]{2,}\\)', '\\(see [0-9]{2,}\\)'],
	])('is taken from /%s/', (source, raw) => {
		expect(rawExpression(source, '')).toBe(raw);
	});

	it.each([
		['a|b', 'each alternative is too short'],
		['\\w+', 'a number may be shown anew'],
		['true', 'a keyword is written the same, but 1e999 becomes null'],
		['naïve', 'what is not ASCII may be written in two ways'],
		['a/b', 'a slash may have a backslash before it'],
		['(?i:hello there)', 'flags within are not known'],
		['hello there)', 'it is no expression'],
	])('is not taken from /%s/: %s', source => {
		expect(rawExpression(source, '')).toBeUndefined();
	});

	it('is not taken where classes have another language', () => {
		expect(rawExpression('[how] who', 'v')).toBeUndefined();
	});
});
