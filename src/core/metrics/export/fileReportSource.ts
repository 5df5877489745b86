import { formatCount } from '../format';
import type { RunMetrics } from '../runMetrics';
import type { ReportSource } from './composeReport';
import type { ReportFinding } from './report';

export interface ReadFile {
	readonly name: string;
	/** Where it was read from; of a host `host:path`. */
	readonly path: string;
	readonly format: string;
	readonly loggingSteps?: number;
	readonly findings: readonly ReportFinding[];
	readonly metrics: RunMetrics;
	readonly skipped: readonly { readonly what: string; readonly count: number }[];
}

/** What another tool left behind, as a report takes it: its numbers, and nothing that is guessed. */
export function fileReportSource(file: ReadFile, slot: number): ReportSource {
	const { name, path, format, metrics, skipped, loggingSteps, findings } = file;
	const steps = metrics.series.map(({ lastStep }) => lastStep ?? -1);
	const last = Math.max(-1, ...steps);
	return {
		id: path === name ? path : `${path} ${name}`,
		name,
		slot,
		...(isPreference(metrics) ? { method: 'dpo' as const } : {}),
		metrics,
		...(loggingSteps === undefined ? {} : { loggingSteps }),
		facts: [
			{ group: 'File', name: 'Read from', value: path },
			{ group: 'File', name: 'Format', value: format },
			{ group: 'File', name: 'Last step', value: last < 0 ? undefined : formatCount(last) },
		],
		findings,
		skipped: skipped.map(({ what, count }) => `${formatCount(count)} ${what}`),
		evalRows: () => undefined,
	};
}

/** Decides which panels come first. */
function isPreference({ series }: RunMetrics): boolean {
	return series.some(({ metric }) => metric.startsWith('rewards/'));
}
