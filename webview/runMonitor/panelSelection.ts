import type { Panel } from '../../src/core/metrics/panels';
import type { PageView } from './pageView';
import { wordsOf } from './runListModel';

export interface PanelGroup {
	/** Empty for what stands first, without a heading. */
	readonly heading: string;
	readonly panels: readonly Panel[];
}

export interface PanelSelection {
	/** Those that the user pinned, in the order in which they were pinned. */
	readonly pinned: readonly Panel[];
	readonly groups: readonly PanelGroup[];
	/** Those that the user hid and that the search would show. */
	readonly hidden: readonly Panel[];
	/** All panels that the search leaves. */
	readonly found: number;
}

/** Sorts the panels into what is pinned, shown under its heading, and hidden. */
export function selectPanels(
	panels: readonly Panel[],
	view: Pick<PageView, 'metricSearch' | 'pinnedPanels' | 'hiddenPanels'>,
): PanelSelection {
	const words = wordsOf(view.metricSearch);
	const found = words.length === 0 ? panels : panels.filter(panel => holds(panel, words));
	const [pins, hides] = [new Set(view.pinnedPanels), new Set(view.hiddenPanels)];
	const shown = found.filter(panel => !pins.has(panel.id) && !hides.has(panel.id));
	return {
		pinned: view.pinnedPanels.flatMap(id => found.find(panel => panel.id === id) ?? []),
		groups: Array.from(
			Map.groupBy(shown, panel => panel.group),
			([heading, members]) => ({ heading, panels: members }),
		),
		hidden: found.filter(panel => hides.has(panel.id) && !pins.has(panel.id)),
		found: found.length,
	};
}

function holds(panel: Panel, words: readonly string[]): boolean {
	const text = [panel.title, panel.group, ...panel.lines.map(line => line.metric)]
		.join(' ')
		.toLowerCase();
	return words.every(word => text.includes(word));
}

/** Takes scores out of panels that belong beneath one that is shown. */
export function withScores(
	pinned: readonly Panel[],
	panels: readonly Panel[],
): { readonly beneath: ReadonlyMap<string, readonly Panel[]>; readonly others: readonly Panel[] } {
	const shown = new Set([...pinned, ...panels].map(panel => panel.id));
	const isBeneath = ({ beneath }: Panel): boolean => beneath !== undefined && shown.has(beneath);
	return {
		beneath: Map.groupBy(panels.filter(isBeneath), ({ beneath }) => beneath ?? ''),
		others: panels.filter(panel => !isBeneath(panel)),
	};
}
