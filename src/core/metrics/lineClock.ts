import type { RunMetrics } from './runMetrics';

/** Seconds that are no silence, however fast the lines came before. */
const shortest = 20;
/** How many of the newest lines say what gaps are usual. */
const window = 20;

/** How long a run that goes on has logged nothing. */
export interface Quiet {
	/** Seconds since its newest line, but for those about the machine. */
	readonly seconds: number;
	/** When that line was logged, in Unix seconds by the host's clock. */
	readonly since: number;
	/** Seconds up to which nothing is unusual: an evaluation takes longer than a step. */
	readonly usual: number;
	/** Seconds that the run was active when that line was logged. */
	readonly active: number;
}

/**
 * The age of a run's newest line. The clocks of host and client may differ, so their times are never
 * mixed: by the host's, lines of the machine that came after it tell; by ours, how long ago it came.
 */
export class LineClock {
	#line = Number.NaN;
	#came = 0;

	/**
	 * Undefined before the first line.
	 *
	 * @param now seconds of a clock of this machine
	 */
	quiet(metrics: RunMetrics, now: number): Quiet | undefined {
		let [since, active, machine] = [-Infinity, 0, -Infinity];
		for (const series of metrics.series) {
			const wall = series.x('wall').at(-1) ?? Number.NaN;
			if (series.kind === 'system') {
				machine = Math.max(machine, Number.isFinite(wall) ? wall : -Infinity);
			} else if (wall > since) {
				since = wall;
				active = series.x('time').at(-1) ?? Number.NaN;
			}
		}
		for (const { kind, wall, time } of metrics.markers) {
			// A note is written by a person, whenever they please.
			if (kind !== 'note' && wall > since) {
				[since, active] = [wall, time];
			}
		}
		if (!Number.isFinite(since) || !Number.isFinite(active)) {
			return undefined;
		}
		if (since !== this.#line) {
			this.#line = since;
			this.#came = now;
		}
		const seconds = Math.max(now - this.#came, machine - since);
		return { seconds, since, active, usual: usualGap(metrics) };
	}
}

function usualGap(metrics: RunMetrics): number {
	const lines = metrics.series
		.filter(({ kind }) => kind === 'train' || kind === 'step')
		.toSorted((a, b) => b.length - a.length)[0];
	const stretch = lines?.stretches().at(-1);
	if (lines === undefined || stretch === undefined || stretch.end - stretch.start < 3) {
		// The first steps may take long, as a model is compiled.
		return 6 * shortest;
	}
	const times = lines
		.x('time')
		.subarray(Math.max(stretch.start, stretch.end - window), stretch.end);
	let longest = 0;
	for (let i = 1; i < times.length; i++) {
		longest = Math.max(longest, (times[i] ?? 0) - (times[i - 1] ?? 0));
	}
	return Math.max(shortest, 2 * longest);
}
