import { describe, expect, it } from 'vitest';
import type { TableActions } from '../../../../webview/runTable/actions';
import { rowItems } from '../../../../webview/runTable/rowItems';
import { TableState } from '../../../../webview/runTable/state';

const unexpected = (): never => {
	throw new Error('not expected here');
};
const none: TableActions = {
	chooseColumns: unexpected,
	arrangeColumns: unexpected,
	pin: unexpected,
	showMetrics: unexpected,
	compareInputs: unexpected,
	openInputsDiff: unexpected,
	openDataDiff: unexpected,
	copy: unexpected,
	showLog: unexpected,
	copyNames: unexpected,
	launch: unexpected,
};

function selected(...ids: readonly string[]): TableState {
	const state = new TableState();
	state.takeTable({
		columns: [],
		rows: ['a', 'b', 'file:/x'].map(id => ({ id, name: `run ${id}`, cells: [] })),
		baseline: 'a',
		view: { filter: '', widths: {} },
		selected: ids,
		pending: 0,
	});
	return state;
}

const offered = (state: TableState, actions = none): readonly string[] =>
	rowItems(state, actions).flatMap(({ text, disabled }) => (disabled === true ? [] : [text]));

describe('the menu of a row', () => {
	it('offers what can be done with one run', () => {
		expect(offered(selected('b'))).toEqual([
			'Open in Run Monitor',
			'Show Log',
			'Pin as Baseline',
			'Compare Inputs with Baseline',
			'Copy Name',
		]);
		expect(offered(selected('a'))).toContain('Unpin Baseline');
		expect(offered(selected('file:/x'))).not.toContain('Show Log');
	});

	it('is for all rows that are selected', () => {
		expect(offered(selected('a', 'b'))).toEqual([
			'Open in Run Monitor',
			'Compare Inputs',
			'Copy Names',
		]);
		const copied: string[] = [];
		const actions = { ...none, copyNames: (names: readonly string[]) => copied.push(...names) };
		rowItems(selected('a', 'b'), actions).at(-1)?.act();
		expect(copied).toEqual(['run a', 'run b']);
	});
});
