import { BlockPyramid } from './blockPyramid';
import type { Smoothing } from './drawing';
import type { Axis, Series } from './series';
import { centredMean, EmaState, partsOfAxis, TimeWeightedState } from './smoothing';

/** Points that are averaged before the thread is left free. */
const portion = 200_000;

/**
 * The average over all points of a series, kept from one drawing to the next, so that appended
 * points cost only themselves. What was computed never changes when points are appended, but of a
 * centred mean the last half window.
 */
export class SmoothedSeries {
	#values = new Float64Array(0);
	#length = 0;
	#blocks = new BlockPyramid();
	#stretch = -1;
	readonly #ema: EmaState;
	#timeWeighted: TimeWeightedState | undefined;

	/**
	 * @param reach length of the axis that `timeWeighted` refers to; undefined while nobody knows
	 * how long a live run will be: then the distance between its first two points counts
	 */
	constructor(
		private readonly series: Series,
		readonly smoothing: Smoothing,
		readonly axis: Axis,
		readonly reach: number | undefined,
	) {
		this.#ema = new EmaState(smoothing.kind === 'ema' ? smoothing.weight : 0);
	}

	get values(): Float64Array {
		return this.#values.subarray(0, this.#length);
	}

	get blocks(): BlockPyramid {
		return this.#blocks;
	}

	/** Takes in what was appended; yields now and then where that is much. */
	*advance(): Generator<void> {
		const { series, smoothing } = this;
		const values = series.values;
		if (values.length === this.#length && smoothing.kind !== 'mean') {
			return;
		}
		this.#grow(values.length);
		for (const [index, stretch] of series.stretches().entries()) {
			if (smoothing.kind === 'mean') {
				const half = Math.floor(smoothing.points / 2);
				const from = Math.max(stretch.start, this.#length - half);
				if (from < stretch.end && stretch.end > this.#length) {
					centredMean(values, stretch, smoothing.points, from, this.#values);
					yield;
				}
				continue;
			}
			for (let from = Math.max(stretch.start, this.#length); from < stretch.end;) {
				if (index !== this.#stretch) {
					this.#stretch = index;
					this.#ema.begin();
					this.#timeWeighted?.begin();
				}
				const to = Math.min(stretch.end, from + portion);
				this.#fill(values, from, to);
				this.#length = to;
				from = to;
				if (to < values.length) {
					yield;
				}
			}
		}
		this.#length = values.length;
		if (smoothing.kind === 'mean') {
			// The last results may still change, so their blocks wait.
			const known = this.#length - Math.floor(smoothing.points / 2);
			this.#blocks.extend(this.#values, Math.max(0, known));
		} else {
			this.#blocks.extend(this.values);
		}
	}

	#fill(values: Float64Array, from: number, to: number): void {
		if (this.smoothing.kind === 'ema') {
			this.#ema.fill(values, from, to, this.#values);
		} else if (this.smoothing.kind === 'timeWeighted') {
			const x = this.series.x(this.axis);
			this.#timeWeighted ??= new TimeWeightedState(this.smoothing.weight, this.#unit(x));
			this.#timeWeighted.fill(x, values, from, to, this.#values);
		} else {
			this.#values.set(values.subarray(from, to), from);
		}
	}

	#unit(x: Float64Array): number {
		if (this.reach !== undefined && this.reach > 0) {
			return this.reach / partsOfAxis;
		}
		const first = x.find(at => !Number.isNaN(at)) ?? 0;
		const next = x.find(at => at > first);
		return next === undefined ? 1 : next - first;
	}

	#grow(length: number): void {
		if (length > this.#values.length) {
			const larger = new Float64Array(Math.max(length, Math.ceil(this.#values.length * 1.2)));
			larger.set(this.values);
			this.#values = larger;
		}
	}
}
