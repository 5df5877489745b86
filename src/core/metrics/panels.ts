import { genericPanels, inGroups } from './panels/genericPanels';
import type { KnownPanel } from './panels/knownPanel';
import { panelId, type Method, type Panel, type PresentMetric } from './panels/panel';
import { linesOf, presentOf } from './panels/panelLines';
import { dpoPanels, ktoPanels } from './panels/preferencePanels';
import { scorePanels } from './panels/scorePanels';
import { sftPanels } from './panels/sftPanels';

/** Where runs of several methods stand on one chart, no method's name and sentence fit it. */
const mixedLoss = {
	title: 'Loss',
	healthy:
		'Falls fast, then slowly. Losses of different methods are not on one scale: compare each only with its own kind.',
};

export { speedGroup, speedMetrics } from './panels/genericPanels';
export { panelId, panelKey } from './panels/panel';
export type { Method, Panel, PanelLine, PresentMetric } from './panels/panel';

const knownPanels: Record<Method, readonly KnownPanel[]> = {
	sft: sftPanels,
	dpo: dpoPanels,
	kto: ktoPanels,
	script: sftPanels,
};

/**
 * The panels for the metrics at hand, in the order to show them: first those known for the
 * methods of the runs (the first run's first), then the rest by prefix.
 */
export function panelsFor(
	methods: readonly (Method | undefined)[],
	metrics: Iterable<PresentMetric>,
): readonly Panel[] {
	const present = presentOf(metrics);
	const known: Panel[] = [];
	const isMixed = new Set(methods.map(method => knownPanels[method ?? 'script'])).size > 1;
	for (const definition of methods.flatMap(method => knownPanels[method ?? 'script'])) {
		const names = Object.entries(definition.metrics).filter(([metric]) => present.has(metric));
		const { metrics: _metrics, group = '', ...about } = definition;
		if (names.length > 0) {
			const lines = linesOf(names, present);
			const other = isMixed && names[0]?.[0] === 'loss' ? mixedLoss : {};
			known.push({ ...about, ...other, id: panelId(names[0]?.[0] ?? ''), group, lines });
		}
		for (const [metric] of names) {
			present.delete(metric);
		}
	}
	const loss = known.find(panel => panel.lines.some(line => line.metric === 'loss'));
	const scores = scorePanels(present, loss);
	const beneath = scores.filter(panel => panel.beneath !== undefined);
	const others = scores.filter(panel => panel.beneath === undefined);
	const at = loss === undefined ? 0 : known.indexOf(loss) + 1;
	return inGroups(known.toSpliced(at, 0, ...beneath), [...genericPanels(present), ...others]);
}
