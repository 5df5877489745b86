import { describe, expect, it } from 'vitest';
import { datasetWords } from '../../../../../src/core/training/preflight/summaryWords';

type Dataset = Parameters<typeof datasetWords>[0];

describe('what a check says of a dataset', () => {
	it.each([
		[1, '1 row is cut, 50 % of the loss with it'],
		[1200, '1,200 rows are cut, 50 % of the loss with them'],
	])('counts what is cut: %j', (cutRows, said) => {
		const dataset = {
			rows: 2000,
			kept: 2000,
			tokens: 100,
			trained: 40,
			cutRows,
			cutTrained: 20,
			longest: 9,
		} as Dataset;
		expect(datasetWords(dataset)).toBe(
			`2,000 of 2,000 rows · 100 tokens, 40 % of them with loss · longest row 9 · ${said}`,
		);
	});
});
