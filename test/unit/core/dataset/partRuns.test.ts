import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Overlay } from '../../../../src/core/dataset/overlay';
import { partOf, partRuns, type PartRun } from '../../../../src/core/dataset/partRuns';

/** The rows of each file, by their place before the edits; `+` for an added row. */
function rowsOf(parts: readonly PartRun[][], starts: readonly number[]): string[][] {
	return parts.map((runs, part) =>
		runs.flatMap(run => {
			if (run.kind === 'own') {
				return [run.base === undefined ? '+' : String(run.base + (starts[part] ?? 0))];
			}
			const offset = run.kind === 'base' ? (starts[part] ?? 0) : 0;
			return Array.from({ length: run.to - run.from }, (_, i) => String(run.from + i + offset));
		}),
	);
}

const bytes = new Uint8Array([123, 125]);

describe('dealing rows out to the files of a dataset', () => {
	it('leaves files without edits as they are', () => {
		const overlay = new Overlay(6);
		overlay.apply({ kind: 'replace', id: 4, before: bytes, after: new Uint8Array([91, 93]) });
		const dealt = partRuns(overlay.runs(), [0, 2, 4]);
		expect(dealt[0]).toEqual([{ kind: 'base', id: 0, from: 0, to: 2 }]);
		expect(dealt[1]).toEqual([{ kind: 'base', id: 2, from: 0, to: 2 }]);
		expect(dealt[2]).toMatchObject([
			{ kind: 'own', base: 0 },
			{ kind: 'base', from: 1, to: 2 },
		]);
	});

	it('keeps bounds when rows are deleted, and takes an added row to the row before it', () => {
		const overlay = new Overlay(4);
		overlay.apply({ kind: 'delete', id: 0 });
		overlay.apply({ kind: 'insert', position: 1, bytes });
		expect(rowsOf(partRuns(overlay.runs(), [0, 2]), [0, 2])).toEqual([
			['1', '+'],
			['2', '3'],
		]);
	});

	it('moves one row over a bound and no other', () => {
		const overlay = new Overlay(6);
		overlay.apply({ kind: 'move', id: 5, position: 0 });
		const dealt = partRuns(overlay.runs(), [0, 3]);
		expect(dealt[0]?.[0]).toEqual({ kind: 'foreign', id: 5, from: 5, to: 6 });
		expect(rowsOf(dealt, [0, 3])).toEqual([
			['5', '0', '1', '2'],
			['3', '4'],
		]);
	});

	it('gives every row to one file, in reading order, over any edits', () => {
		fc.assert(
			fc.property(
				fc.array(fc.nat(4), { minLength: 1, maxLength: 5 }),
				fc.array(fc.tuple(fc.nat(3), fc.nat(30), fc.nat(30)), { maxLength: 12 }),
				(counts, edits) => {
					const starts = counts.map((_, i) => counts.slice(0, i).reduce((a, b) => a + b, 0));
					const overlay = new Overlay(counts.reduce((a, b) => a + b, 0));
					for (const [kind, a, b] of edits) {
						const id = overlay.count > 0 ? overlay.rowAt(a % overlay.count).id : undefined;
						if (kind === 0 || id === undefined) {
							overlay.apply({ kind: 'insert', position: b % (overlay.count + 1), bytes });
						} else if (kind === 1) {
							overlay.apply({ kind: 'delete', id });
						} else {
							overlay.apply({ kind: 'move', id, position: b % overlay.count });
						}
					}
					const expected = Array.from({ length: overlay.count }, (_, i) => {
						const { base } = overlay.rowAt(i);
						return base === undefined ? '+' : String(base);
					});
					expect(rowsOf(partRuns(overlay.runs(), starts), starts).flat()).toEqual(expected);
				},
			),
		);
	});

	it('finds the file of a row among files without rows', () => {
		expect([0, 1, 2].map(row => partOf(row, [0, 0, 1, 1, 1]))).toEqual([1, 4, 4]);
	});
});
