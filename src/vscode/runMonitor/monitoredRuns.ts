import { formatNumber } from '../../core/metrics/format';
import type { Quiet } from '../../core/metrics/lineClock';
import type { MetricSource } from '../../core/metrics/metricSource';
import { remainingSeconds } from '../../core/metrics/progress';
import type { RunLibrary, RunSummary } from '../../core/training/runLibrary';
import { originText } from '../../core/training/runOrigin';
import type { MonitoredRun } from '../../protocol/runMonitor';

const lastLineLength = 300;

/** A source as the page names it: a run by its summary, files as a run that has ended. */
export function monitoredRun(
	source: MetricSource,
	library: RunLibrary,
	quiet?: Quiet,
): MonitoredRun {
	const { run, metrics, skipped } = source;
	const origin = run ? library.origin(run.id) : undefined;
	const left =
		run?.step === undefined || run.maxSteps === undefined
			? undefined
			: remainingSeconds(metrics, run.step, run.maxSteps);
	const loss = (metrics.get('loss', 'train') ?? metrics.get('loss', 'step'))?.values.at(-1);
	return {
		...(run ?? fileSummary(source)),
		lastLogLine: run ? lastLine(library.log(run.id)) : '',
		skipped,
		...(origin === undefined ? {} : { origin: originText(origin) }),
		...(left === undefined ? {} : { secondsLeft: left }),
		...(quiet === undefined ? {} : { quiet }),
		...(loss === undefined ? {} : { newestLoss: formatNumber(loss) }),
		...(run ? {} : { file: { format: source.format ?? '', where: source.where } }),
	};
}

function fileSummary({ id, name, where, metrics }: MetricSource): RunSummary {
	const step = Math.max(-1, ...metrics.series.map(series => series.lastStep ?? -1));
	return {
		id,
		name,
		kind: 'train',
		hostName: where,
		createdAt: '',
		state: 'finished',
		message: '',
		attempt: 1,
		readOnly: true,
		...(step >= 0 ? { step } : {}),
	};
}

/** The last line that is not blank; a progress bar's carriage returns count as line ends. */
function lastLine(log: string): string {
	const end = log.slice(-8192).trimEnd();
	return end
		.slice(Math.max(end.lastIndexOf('\n'), end.lastIndexOf('\r')) + 1)
		.slice(0, lastLineLength)
		.trim();
}
