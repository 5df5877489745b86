import type { RunMetrics } from './runMetrics';

/** Steps over which the speed is measured: enough to smooth, few enough to follow a change. */
const window = 20;

/**
 * Seconds until the last step, from the speed over the newest logged steps of this attempt (which
 * includes evaluations and checkpoints between them). Undefined before two points are there.
 */
export function remainingSeconds(
	metrics: RunMetrics,
	step: number,
	maxSteps: number,
): number | undefined {
	const train = metrics.series.filter(series => series.kind === 'train');
	const series = train.toSorted((a, b) => b.length - a.length)[0];
	const stretch = series?.stretches().at(-1);
	if (!series || !stretch || stretch.end - stretch.start < 2) {
		return undefined;
	}
	const steps = series.x('step');
	const times = series.x('time');
	const last = stretch.end - 1;
	const first = Math.max(stretch.start, last - window);
	const done = (steps[last] ?? 0) - (steps[first] ?? 0);
	const took = (times[last] ?? 0) - (times[first] ?? 0);
	if (!(done > 0) || !(took > 0)) {
		return undefined;
	}
	return (Math.max(0, maxSteps - step) * took) / done;
}
