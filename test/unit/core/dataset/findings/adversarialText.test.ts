import { expect, it } from 'vitest';
import { checkReplyText } from '../../../../../src/core/dataset/findings/checkRow';

const size = 1_000_000;
const filled = (part: string): string => part.repeat(Math.ceil(size / part.length)).slice(0, size);

// Each is the worst that some check may meet. A pass that is quadratic in one of them takes hours,
// so the test would run into its time limit; all of them together take about a second.
it.each([
	['letters', 'a'],
	['blanks', ' '],
	['line ends', '\n'],
	['stops', '. '],
	['small sentence starts', 'x. y'],
	['small sentences on one line', 'Hello. how are you? fine. '],
	['open quotation marks', '". a “'],
	['backticks', '`'],
	['backticks apart', '` '],
	['lines with a backtick', '`\n'],
	['open fences', '```\n~~~\n'],
	['at signs', '@'],
	['addresses without an end', 'a@b.'],
	['local parts', 'a.a.a.a@'],
	['digits', '1'],
	['digits and hyphens', '12-34 '],
	['plus signs and digits', '+1 (2'],
	['beginnings of keys', 'sk-a'],
	['beginnings of tokens', 'eyJ.eyJ.'],
	['private keys that never end', '-----BEGIN PRIVATE KEY-----\n'],
	['garbled letters', 'â€'],
	['capitals with a tilde', 'Ã'],
	['Han letters', '好'],
	['links', 'https://a.b/. c'],
	['excuses', "I'm sorry, but "],
	['opening brackets', '(((['],
	['halves of surrogate pairs', '\ud83d'],
])('a megabyte of %s is gone through in one pass', (_, part) => {
	const findings = checkReplyText(filled(part), filled('you '));
	expect(findings.length).toBeLessThan(12);
});
