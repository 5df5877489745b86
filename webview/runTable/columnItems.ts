import type { TableActions } from './actions';
import type { MenuItem } from './menu';
import type { TableState } from './state';

/** Pixels by which a column grows or shrinks at once. */
const step = 40;

/** What the menu of a heading offers. */
export function columnItems(
	state: TableState,
	actions: TableActions,
	index: number,
	widths: readonly number[],
	onFilter: (title: string) => void,
): readonly MenuItem[] {
	const columns = state.columns.value;
	const column = columns[index];
	if (column === undefined) {
		return [];
	}
	const { sort } = state.view.value;
	const ids = columns.slice(1).map(({ id }) => id);
	const move = (by: number): void => {
		const to = index - 1 + by;
		const rest = ids.filter(id => id !== column.id);
		actions.arrangeColumns([...rest.slice(0, to), column.id, ...rest.slice(to)]);
		state.moveTo({ row: 0, column: index + by });
	};
	const width = widths[index] ?? 100;
	const isName = index === 0;
	return [
		{ text: 'Sort Ascending', act: () => state.sortBy(column.id, false) },
		{ text: 'Sort Descending', act: () => state.sortBy(column.id, true) },
		{
			text: 'In the Order of Launch',
			disabled: sort === undefined,
			act: () => {
				const { sort: _, ...view } = state.view.value;
				state.changeView(view);
			},
		},
		{ text: 'Filter by This Column', begins: true, act: () => onFilter(column.title) },
		{ text: 'Wider', begins: true, act: () => state.setWidth(column.id, width + step) },
		{ text: 'Narrower', act: () => state.setWidth(column.id, width - step) },
		{ text: 'Move Left', disabled: isName || index === 1, act: () => move(-1) },
		{
			text: 'Move Right',
			disabled: isName || index === columns.length - 1,
			act: () => move(1),
		},
		{
			text: 'Hide',
			disabled: isName || ids.length === 1,
			act: () => actions.arrangeColumns(ids.filter(id => id !== column.id)),
		},
		{ text: 'Choose Columns…', begins: true, act: () => actions.chooseColumns() },
	];
}
