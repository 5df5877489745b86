import { describe, expect, it } from 'vitest';
import type { ShownRow, TableSnapshot } from '../../../../src/protocol/runTable';
import { cellDelta, deltaArrow, signedText } from '../../../../webview/runTable/cellText';
import { nextPlace } from '../../../../webview/runTable/gridKeys';
import { TableState } from '../../../../webview/runTable/state';

const loss = {
	id: 'loss',
	title: 'eval loss',
	values: 'number',
	isMetric: true,
	good: 'down',
} as const;
const row = (id: string, value: number | null): ShownRow => ({
	id,
	name: `run ${id}`,
	cells: [value],
});
const table = (more: Partial<TableSnapshot> = {}): TableSnapshot => ({
	columns: [loss],
	rows: [row('a', 3), row('b', null), row('c', 1), row('d', 2)],
	view: { filter: '', widths: {} },
	pending: 0,
	...more,
});
const shownIds = (state: TableState): string[] => state.shown.value.map(({ shown }) => shown.id);

describe('the run table’s page', () => {
	it('keeps the baseline on top whatever is sorted and filtered', () => {
		const state = new TableState();
		state.takeTable(table({ baseline: 'd' }));
		expect(shownIds(state)).toEqual(['d', 'a', 'b', 'c']);
		state.sortBy('loss');
		expect(shownIds(state)).toEqual(['d', 'c', 'a', 'b']);
		state.sortBy('loss');
		expect(shownIds(state)).toEqual(['d', 'a', 'c', 'b']);
		state.sortBy('loss');
		expect(state.view.value.sort).toBeUndefined();
		state.setFilter('loss<2');
		expect([shownIds(state), state.matching.value]).toEqual([['d', 'c'], 1]);
		// A part that nobody understands hides nothing, the baseline as little as others.
		state.setFilter('colour:red');
		expect(state.matching.value).toBe(4);
	});

	it('extends a selection over rows as they stand, and forgets runs that are gone', () => {
		const state = new TableState();
		state.takeTable(table());
		state.sortBy('loss');
		state.selectRow(1, 'one');
		state.selectRow(3, 'extend');
		expect(state.chosen()).toEqual(['c', 'd', 'a']);
		state.selectRow(2, 'toggle');
		expect(state.chosen()).toEqual(['c', 'a']);
		state.takeTable(table({ rows: [row('a', 3)] }));
		expect(state.chosen()).toEqual(['a']);
	});

	it('takes the newer of two pictures of itself, the editor’s and the host’s', () => {
		const kept = (filter: string, changedAt: number) => ({ filter, widths: {}, changedAt });
		const state = new TableState();
		state.restore(kept('old', 1000), []);
		state.takeTable(table({ view: kept('new', 2000) }));
		expect(state.view.value.filter).toBe('new');
		const other = new TableState();
		other.restore(kept('new', 2000), []);
		other.takeTable(table({ view: kept('old', 1000) }));
		expect(other.view.value.filter).toBe('new');
		other.setFilter('newest');
		other.takeTable(table({ view: kept('old', 1000) }));
		expect(other.view.value.filter).toBe('newest');
	});

	it('takes rows that changed in their place', () => {
		const state = new TableState();
		state.takeTable(table());
		state.takeUpdate({ rows: [row('c', 9), row('unknown', 1)], pending: 3 });
		expect(state.rows.value.map(({ values }) => values[1])).toEqual([3, undefined, 9, 2]);
		expect(state.pending.value).toBe(3);
	});

	it('goes on as it was left, also where the host has not heard of it', () => {
		const state = new TableState();
		state.restore({ filter: 'loss<2', widths: {} }, ['c']);
		state.takeTable(table());
		expect([shownIds(state), state.chosen()]).toEqual([['c'], ['c']]);
		const other = new TableState();
		other.restore(undefined, []);
		other.takeTable(table({ view: { filter: 'loss>2', widths: {} } }));
		expect(shownIds(other)).toEqual(['a']);
	});

	it('moves by keys and never out of the grid', () => {
		const state = new TableState();
		state.takeTable(table());
		const press = (key: string, ctrlKey = false): void => {
			const event = { key, ctrlKey, metaKey: false, altKey: false };
			const next = nextPlace(event, state.active.value, 4, 2, 3);
			if (next !== undefined) {
				state.moveTo(next);
			}
		};
		press('End', true);
		expect(state.active.value).toEqual({ row: 4, column: 1 });
		press('ArrowDown');
		press('ArrowRight');
		expect(state.active.value).toEqual({ row: 4, column: 1 });
		press('PageUp');
		expect(state.active.value.row).toBe(1);
		press('ArrowUp');
		press('ArrowUp');
		press('Home');
		expect(state.active.value).toEqual({ row: 0, column: 0 });
	});

	it('says better and worse not by colour alone, and why there is no difference', () => {
		const of = (value: number) => cellDelta(value, 1, loss, null);
		const better = of(0.5);
		const worse = of(1.5);
		expect(better?.kind === 'difference' && deltaArrow(better.delta)).toBe('▼');
		expect(worse?.kind === 'difference' && deltaArrow(worse.delta)).toBe('△');
		expect([signedText(0.5), signedText(-0.5), signedText(0)]).toEqual(['+0.5', '−0.5', '±0']);
		const refused = { isComparable: false, texts: ['β 0.1 ≠ 0.01'] };
		expect(cellDelta(1, 1, loss, refused)).toEqual({ kind: 'reason', texts: ['β 0.1 ≠ 0.01'] });
		expect(cellDelta(1, 1, loss, { isComparable: false, texts: [] })).toBeUndefined();
		expect(cellDelta(1, undefined, loss, null)).toBeUndefined();
		expect(cellDelta(Number.NaN, 1, loss, null)).toBeUndefined();
	});
});
