import type { TableState } from './state';

/** Runs that are compared side by side at most; more columns are no help to anybody. */
export const mostCompared = 10;

/** One selected run is compared with the baseline. */
export function comparedRuns(state: TableState): readonly string[] {
	const chosen = state.chosen();
	const baseline = state.pinned.value?.shown.id;
	return chosen.length === 1 && baseline !== undefined && baseline !== chosen[0]
		? [baseline, ...chosen]
		: chosen;
}
