import type { RunMetrics } from '../../src/core/metrics/runMetrics';

/** The newest training loss as it was logged; undefined before the first. */
export function newestLoss(metrics: RunMetrics): number | undefined {
	const series = metrics.get('loss', 'train') ?? metrics.get('loss', 'step');
	return series?.values.at(-1);
}
