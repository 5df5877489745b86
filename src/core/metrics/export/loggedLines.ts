import type { MetricPoint } from '../../training/runLibrary';
import type { RunMetrics } from '../runMetrics';

/**
 * The points of series as lines, one value each, for sources that are known as series only. Steps,
 * epochs, times and values are as they were logged; stretches count as attempts.
 */
export function* loggedLines(metrics: RunMetrics): Generator<MetricPoint> {
	let n = 0;
	for (const series of metrics.series) {
		const { metric, kind, dataset, values } = series;
		const [step, epoch, time, wall] = (['step', 'epoch', 'time', 'wall'] as const).map(axis =>
			series.x(axis),
		);
		for (const [i, { start, end }] of series.stretches().entries()) {
			for (let at = start; at < end; at++) {
				const its = epoch?.[at] ?? Number.NaN;
				yield {
					n: ++n,
					attempt: i + 1,
					step: step?.[at] ?? Number.NaN,
					time: time?.[at] ?? Number.NaN,
					wall: wall?.[at] ?? Number.NaN,
					kind,
					values: { [metric]: values[at] ?? Number.NaN },
					...(Number.isNaN(its) ? {} : { epoch: its }),
					...(dataset === undefined ? {} : { label: dataset }),
				};
			}
		}
	}
}
