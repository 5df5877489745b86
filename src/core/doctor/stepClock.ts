import type { RunMetrics } from '../metrics/runMetrics';
import type { Series } from '../metrics/series';

/**
 * How long ago a run made its last step. The clocks of host and client may differ, so their times
 * are never mixed: by the host's, lines of the machine that came after the step tell; by ours, how
 * long ago the step came here.
 */
export class StepClock {
	#step = -1;
	#came = 0;
	#knows = false;

	/** @param now seconds of a clock of this machine */
	age(metrics: RunMetrics, now: number): number {
		const loss = metrics.get('loss', 'step') ?? metrics.get('loss', 'train');
		const step = loss?.lastStep ?? -1;
		if (step !== this.#step) {
			// The first sight of a run says nothing about when its last step came.
			this.#knows = this.#step >= 0;
			this.#step = step;
			this.#came = now;
		}
		const here = now - this.#came;
		const there = loss === undefined ? 0 : newestWall(metrics) - lastWall(loss);
		return Math.max(this.#knows || here > 0 ? here : 0, Number.isFinite(there) ? there : 0);
	}
}

function newestWall(metrics: RunMetrics): number {
	return metrics.series
		.filter(({ kind }) => kind === 'system')
		.reduce((newest, series) => Math.max(newest, lastWall(series)), -Infinity);
}

function lastWall(series: Series): number {
	return series.x('wall').at(-1) ?? Number.NaN;
}
