import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sharedText } from '../../../../src/core/responses/sharedText';

function plainShare(a: readonly string[], b: readonly string[]): number {
	const table = Array.from({ length: a.length + 1 }, () => new Int32Array(b.length + 1));
	for (let i = 1; i <= a.length; i++) {
		for (let j = 1; j <= b.length; j++) {
			const row = table[i] as Int32Array;
			const above = table[i - 1] as Int32Array;
			row[j] =
				a[i - 1] === b[j - 1] ? (above[j - 1] ?? 0) + 1 : Math.max(above[j] ?? 0, row[j - 1] ?? 0);
		}
	}
	const common = table[a.length]?.[b.length] ?? 0;
	return a.length + b.length === 0 ? 1 : (2 * common) / (a.length + b.length);
}

test('the share is that of a plain longest common subsequence of words', () => {
	const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 100 });
	fc.assert(
		fc.property(words, words, (a, b) => {
			expect(sharedText(a.join(' '), b.join(' '))).toBeCloseTo(plainShare(a, b), 12);
		}),
		{ numRuns: 300, seed: 3 },
	);
});

test('punctuation and white space count for nothing; empty texts share everything', () => {
	expect(sharedText('One, two!', 'One two')).toBe(1);
	expect(sharedText('', ' ')).toBe(1);
	expect(sharedText('', 'word')).toBe(0);
});
