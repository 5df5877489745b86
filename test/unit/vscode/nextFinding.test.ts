import { expect, it } from 'vitest';
import type { RowRef } from '../../../src/core/dataset/overlay';
import { nextFinding } from '../../../src/vscode/datasetEditor/nextFinding';

const found = new Set([2, 5]);
const model = {
	rowAt: (position: number): RowRef => ({ id: position, base: position, bytes: undefined }),
	findingsOf: (row: RowRef) => (found.has(row.id) ? 1 : 0),
};
const all = { count: 8, position: (index: number) => index };

it('goes on to the next row with a finding, and around the ends', () => {
	expect(nextFinding(model, all, -1, 1)).toBe(2);
	expect(nextFinding(model, all, 2, 1)).toBe(5);
	expect(nextFinding(model, all, 5, 1)).toBe(2);
	expect(nextFinding(model, all, 2, -1)).toBe(5);
});

it('sees only rows that are shown', () => {
	const some = { count: 2, position: (index: number) => [5, 7][index] };
	expect(nextFinding(model, some, 0, 1)).toBe(0);
	expect(nextFinding(model, some, 1, 1)).toBe(0);
	expect(nextFinding(model, { count: 1, position: () => 7 }, 0, 1)).toBeUndefined();
	expect(nextFinding(model, { count: 0, position: () => undefined }, 0, 1)).toBeUndefined();
});
