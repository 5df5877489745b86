import { diagnose } from '../../../core/doctor/diagnose';
import type { ReportSource } from '../../../core/metrics/export/composeReport';
import { fileReportSource } from '../../../core/metrics/export/fileReportSource';
import { reportFinding } from '../../../core/metrics/export/reportFinding';
import type { MetricSource } from '../../../core/metrics/metricSource';
import type { MirroredRun } from '../../../node/runs/mirroredRun';
import { runReportSource } from '../../../node/runs/runReportSource';
import type { ExportedRun } from '../../../protocol/runMonitorExport';

/** A source of a run monitor as a report takes it, under the name that it has in the page. */
export function reportSourceOf(
	source: MetricSource,
	mirrored: (runId: string) => MirroredRun | undefined,
	{ name, slot }: ExportedRun,
	isOneOfSeveral: boolean,
): ReportSource {
	const own = mirrored(source.id);
	if (own !== undefined) {
		return runReportSource(own, { slot, name, withArguments: isOneOfSeveral }, mirrored);
	}
	const { id, where, format = 'unknown', metrics, skipped, loggingSteps } = source;
	const findings = diagnose(metrics).map(reportFinding);
	const steps = loggingSteps === undefined ? {} : { loggingSteps };
	const file = { name, path: where, format, metrics, skipped, findings, ...steps };
	return { ...fileReportSource(file, slot), id };
}
