import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isKnownCode, wordsFor } from '../../src/core/training/preflight/preflightWords';

const remote = join(import.meta.dirname, '../../remote/windsock_remote');
const files = [...globSync('preflight/**/*.py', { cwd: remote }), 'data.py', 'foreign_code.py'];
/** How the Python side says a code. */
const sayings = [
	/(?:\.finding|_say|\.row)\(\s*(?:"(?:data|recipe|host|trust)",\s*)?"(?!(?:host|trust)")(\w+)"/g,
	/\bDrop\("(\w+)"/g,
	/\bForeign\(\s*"(\w+)"/g,
	/yield "(\w+)", "(?:error|warning|info)"/g,
];

const codes = [
	...new Set(
		files.flatMap(file => {
			const text = readFileSync(join(remote, file), 'utf8');
			return sayings.flatMap(saying => [...text.matchAll(saying)].map(match => match[1] ?? ''));
		}),
	),
];

describe('the findings of a preflight', () => {
	it('are many', () => {
		expect(codes.length).toBeGreaterThan(40);
	});

	it.each(codes)('have words for people: %s', code => {
		expect(isKnownCode(code)).toBe(true);
		const { name, sentence, advice } = wordsFor({ code, values: {} });
		expect([name, sentence, advice].every(words => words.length > 2)).toBe(true);
		expect(sentence).not.toMatch(/\.$/);
		expect(advice).not.toMatch(/\.$/);
	});
});
