/** What a person arranged on the page: runs, panels, searches. Part of the kept view state. */
export interface PageView {
	readonly pinnedRuns: readonly string[];
	/** Names that the user gave runs here; the runs themselves keep theirs. */
	readonly runNames: Readonly<Record<string, string>>;
	/** Looks that the user chose, in the place of the ones that runs get by their order. */
	readonly runSlots: Readonly<Record<string, number>>;
	/** Whether the list of runs is open where there are several. */
	readonly listOpen: boolean;
	readonly runFilter: string;
	readonly closedRunGroups: readonly string[];
	readonly metricSearch: string;
	readonly pinnedPanels: readonly string[];
	readonly hiddenPanels: readonly string[];
	/** Panels that show their table of values in the place of the chart. */
	readonly tablePanels: readonly string[];
}

export const firstPageView: PageView = {
	pinnedRuns: [],
	runNames: {},
	runSlots: {},
	listOpen: true,
	runFilter: '',
	closedRunGroups: [],
	metricSearch: '',
	pinnedPanels: [],
	hiddenPanels: [],
	tablePanels: [],
};

/** A list with the entry taken out when it is there, else put at its end. */
export function toggled(list: readonly string[], entry: string): readonly string[] {
	return list.includes(entry) ? list.filter(other => other !== entry) : [...list, entry];
}

/** A record with the value set, or without the key when the value is undefined. */
export function withEntry<T>(
	record: Readonly<Record<string, T>>,
	key: string,
	value: T | undefined,
): Readonly<Record<string, T>> {
	const { [key]: _, ...others } = record;
	return value === undefined ? others : { ...others, [key]: value };
}
