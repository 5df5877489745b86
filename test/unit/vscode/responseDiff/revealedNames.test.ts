import { expect, test } from 'vitest';
import {
	RevealedNames,
	type RevealedMemory,
} from '../../../../src/vscode/responseDiff/revealedNames';

/** Keeps what a memento would. */
function memory(kept?: unknown): RevealedMemory & { kept: unknown; times: number } {
	const own = {
		kept,
		times: 0,
		get: () => own.kept,
		keep: (ids: readonly string[]) => {
			own.kept = ids;
			own.times++;
		},
	};
	return own;
}

test('names that were seen are known to the next page of the same comparison', () => {
	const kept = memory();
	new RevealedNames(kept).add('p1', 'again p1');
	const next = new RevealedNames(kept);
	expect([next.has('p1'), next.has('again p1'), next.has('p2')]).toEqual([true, true, false]);
});

test('what is known already is not written again', () => {
	const kept = memory();
	const names = new RevealedNames(kept);
	names.add('p1', 'p1');
	names.add('p1');
	expect(kept.times).toBe(1);
});

test('what another version kept in another form counts as nothing', () => {
	expect(new RevealedNames(memory({ p1: true })).has('p1')).toBe(false);
	expect(new RevealedNames(memory(['p1', 7])).has('p1')).toBe(true);
});
