import { formatCount } from '../format';
import type { RunMetrics } from '../runMetrics';
import type { ReportSource } from './composeReport';

export interface ReadFile {
	/** Where it was read from, as it was named. */
	readonly path: string;
	readonly format: string;
	readonly metrics: RunMetrics;
	readonly skipped: readonly { readonly what: string; readonly count: number }[];
}

/** What another tool left behind, as a report takes it: its numbers, and nothing that is guessed. */
export function fileReportSource(file: ReadFile, slot: number): ReportSource {
	const { path, format, metrics, skipped } = file;
	const steps = metrics.series.map(({ lastStep }) => lastStep ?? -1);
	const last = Math.max(-1, ...steps);
	return {
		id: path,
		name: path,
		slot,
		...(isPreference(metrics) ? { method: 'dpo' as const } : {}),
		metrics,
		facts: [
			{ group: 'File', name: 'Read from', value: path },
			{ group: 'File', name: 'Format', value: format },
			{ group: 'File', name: 'Last step', value: last < 0 ? undefined : formatCount(last) },
		],
		findings: [],
		skipped: skipped.map(({ what, count }) => `${formatCount(count)} ${what}`),
		evalRows: () => undefined,
	};
}

/** Decides which panels come first. */
function isPreference({ series }: RunMetrics): boolean {
	return series.some(({ metric }) => metric.startsWith('rewards/'));
}
