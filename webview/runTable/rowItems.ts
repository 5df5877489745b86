import type { TableActions } from './actions';
import { comparedRuns, mostCompared } from './comparedRuns';
import type { MenuItem } from './menu';
import type { TableState } from './state';

/** What the menu of a row offers, which is for all rows selected with it. */
export function rowItems(state: TableState, actions: TableActions): readonly MenuItem[] {
	const chosen = state.chosen();
	const [first] = chosen;
	if (first === undefined) {
		return [];
	}
	const isOne = chosen.length === 1;
	const isBaseline = isOne && first === state.baseline.value;
	const compared = comparedRuns(state);
	const names = state.shown.value.flatMap(({ shown }) =>
		chosen.includes(shown.id) ? [shown.name] : [],
	);
	return [
		{
			text: 'Open in Run Monitor',
			disabled: chosen.length > mostCompared,
			act: () => actions.showMetrics(chosen),
		},
		{
			text: 'Show Log',
			// Files of other tools have none.
			disabled: !isOne || first.startsWith('file:'),
			act: () => actions.showLog(first),
		},
		{
			text: isBaseline ? 'Unpin Baseline' : 'Pin as Baseline',
			begins: true,
			disabled: !isOne,
			act: () => actions.pin(isBaseline ? undefined : first),
		},
		{
			text: isOne && compared.length > 1 ? 'Compare Inputs with Baseline' : 'Compare Inputs',
			disabled: compared.length < 2 || compared.length > mostCompared,
			act: () => actions.compareInputs(compared),
		},
		{
			text: isOne ? 'Copy Name' : 'Copy Names',
			begins: true,
			act: () => actions.copyNames(names),
		},
	];
}
