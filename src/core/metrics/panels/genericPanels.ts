import { panelId, type Panel } from './panel';
import type { SeriesKind } from '../series';
import { machineGroup } from './machinePanels';
import { linesOf, type Present } from './panelLines';

const otherGroup = 'Other metrics';
/** How long evaluations took: logged with each, looked at rarely. */
export const speedGroup = 'Evaluation speed';
export const speedMetrics = /(^|_)(runtime|samples_per_second|steps_per_second|preparation_time)$/;
/** Groups that stand after those of prefixes, in this order. */
const lastGroups: readonly string[] = [otherGroup, machineGroup, speedGroup];

/** A panel for each metric that no other panel shows. */
export function genericPanels(present: Present): readonly Panel[] {
	return Array.from(present.keys(), metric => ({
		id: panelId(metric),
		title: metric,
		healthy: '',
		group: groupOf(metric, [...(present.get(metric)?.keys() ?? [])]),
		lines: linesOf([[metric, '']], present),
	}));
}

/** By heading, those of prefixes first; panels whose order is known stay before the others. */
export function inGroups(known: readonly Panel[], generic: readonly Panel[]): readonly Panel[] {
	const sorted = generic.toSorted((a, b) =>
		a.title.localeCompare(b.title, 'en', { numeric: true }),
	);
	return [...known, ...sorted].toSorted(
		(a, b) =>
			Number(a.group !== '') - Number(b.group !== '') ||
			lastGroups.indexOf(a.group) - lastGroups.indexOf(b.group) ||
			a.group.localeCompare(b.group),
	);
}

function groupOf(metric: string, kinds: readonly SeriesKind[]): string {
	const slash = metric.indexOf('/');
	if (slash > 0) {
		return metric.slice(0, slash);
	}
	if (kinds.every(kind => kind === 'system')) {
		return machineGroup;
	}
	return speedMetrics.test(metric) ? speedGroup : otherGroup;
}
