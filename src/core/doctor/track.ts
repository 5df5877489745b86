import type { Series, SeriesKind } from '../metrics/series';
import { median } from './robust';

/**
 * One metric along the path that led to the newest step: what a restart did again replaces what
 * stood there before, so that steps rise. Values may be NaN or infinite.
 */
export class Track {
	constructor(
		readonly metric: string,
		readonly kind: SeriesKind,
		readonly dataset: string | undefined,
		readonly step: Float64Array,
		/** NaN where it is not known. */
		readonly epoch: Float64Array,
		/** Seconds of active time; NaN where it is not known. */
		readonly time: Float64Array,
		readonly value: Float64Array,
	) {}

	static of(series: Series): Track {
		const [steps, epochs, times] = [series.x('step'), series.x('epoch'), series.x('time')];
		const { values } = series;
		const kept: number[] = [];
		let next = Infinity;
		for (let i = series.length - 1; i >= 0; i--) {
			const step = steps[i] ?? Number.NaN;
			// The machine is looked at while no step comes, too.
			if (step < next || (step === next && series.kind === 'system')) {
				kept.push(i);
				next = step;
			}
		}
		kept.reverse();
		const pick = (from: Float64Array): Float64Array =>
			Float64Array.from(kept, i => from[i] ?? Number.NaN);
		const { metric, kind, dataset } = series;
		return new Track(metric, kind, dataset, pick(steps), pick(epochs), pick(times), pick(values));
	}

	get length(): number {
		return this.value.length;
	}

	get firstStep(): number {
		return this.step[0] ?? Number.NaN;
	}

	get lastStep(): number {
		return this.step[this.length - 1] ?? Number.NaN;
	}

	/** Points `from` up to and without `to`, by position. */
	slice(from: number, to = this.length): Track {
		return this.where(i => i >= from && i < to);
	}

	/** The points that `keep` takes, by position. */
	where(keep: (i: number) => boolean): Track {
		const pick = (values: Float64Array): Float64Array => values.filter((_, i) => keep(i));
		return new Track(
			this.metric,
			this.kind,
			this.dataset,
			pick(this.step),
			pick(this.epoch),
			pick(this.time),
			pick(this.value),
		);
	}

	finite(): Track {
		return this.value.every(Number.isFinite)
			? this
			: this.where(i => Number.isFinite(this.value[i]));
	}

	/** The last `share` of the points, at least `least`. */
	last(share: number, least: number): Track {
		return this.slice(Math.max(0, this.length - Math.max(least, Math.ceil(share * this.length))));
	}

	/** The first `share` of the points, at least `least`. */
	first(share: number, least: number): Track {
		return this.slice(0, Math.max(least, Math.ceil(share * this.length)));
	}

	/** The value at a step, or the nearest before it. */
	at(step: number): number | undefined {
		let low = 0;
		let high = this.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if ((this.step[middle] ?? Infinity) <= step) {
				low = middle + 1;
			} else {
				high = middle;
			}
		}
		return this.value[low - 1];
	}

	/** The median of the values, NaN of none. */
	get median(): number {
		return median(this.value);
	}

	/** Steps between two points, usually. */
	get stride(): number {
		return median(this.step.subarray(1).map((step, i) => step - (this.step[i] ?? step)));
	}

	/** Each value turned into another, the places kept. */
	map(change: (value: number, i: number) => number): Track {
		const { metric, kind, dataset, step, epoch, time, value } = this;
		return new Track(metric, kind, dataset, step, epoch, time, value.map(change));
	}
}
