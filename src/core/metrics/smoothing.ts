import type { Stretch } from './series';

/**
 * Exponential moving average with TensorBoard's correction of the start bias
 * (tensorboard/webapp/widgets/line_chart_v2/…/data_transformer.ts). A value that is not finite is
 * kept and does not count; each stretch starts anew. A point's result depends only on the points
 * before it, so later points never change what was drawn. To be computed before any reduction.
 *
 * @param weight 0 (as logged) to below 1
 */
export function smooth(
	values: Float64Array,
	stretches: readonly Stretch[],
	weight: number,
): Float64Array {
	const smoothed = new Float64Array(values.length);
	const average = new EmaState(weight);
	for (const { start, end } of stretches) {
		average.begin();
		average.fill(values, start, end, smoothed);
	}
	return smoothed;
}

/** The average between two calls, so that appended points cost only themselves. */
export class EmaState {
	#average = 0;
	#bias = 1;

	constructor(private readonly weight: number) {}

	begin(): void {
		this.#average = 0;
		this.#bias = 1;
	}

	fill(values: Float64Array, start: number, end: number, into: Float64Array): void {
		const { weight } = this;
		let average = this.#average;
		let bias = this.#bias;
		for (let i = start; i < end; i++) {
			const value = values[i] ?? Number.NaN;
			if (!Number.isFinite(value)) {
				into[i] = value;
				continue;
			}
			average = average * weight + (1 - weight) * value;
			bias *= weight;
			into[i] = average / (1 - bias);
		}
		this.#average = average;
		this.#bias = bias;
	}
}

/** W&B divides the axis into so many parts; a distance of one part weighs as one step. */
export const partsOfAxis = 1000;

/**
 * W&B's time-weighted exponential moving average, as given in its documentation
 * (docs.wandb.ai/models/app/features/panels/line-plot/smoothing): the square root of the weight, at
 * most 0.999, to the power of the distance on the axis in `unit`s, with the start corrected. A
 * value that is not finite, or whose place is unknown, is kept and does not count.
 */
export class TimeWeightedState {
	readonly #weight: number;
	#sum = 0;
	#count = 0;
	#at = Number.NaN;
	/** Distances repeat, and powers are slow. */
	#distance = Number.NaN;
	#power = 1;

	/**
	 * @param weight 0 (as logged) to below 1
	 * @param unit the distance that weighs as one step: W&B takes a part of the axis shown
	 */
	constructor(
		weight: number,
		private readonly unit: number,
	) {
		this.#weight = Math.min(Math.sqrt(weight), 0.999);
	}

	begin(): void {
		this.#sum = 0;
		this.#count = 0;
		this.#at = Number.NaN;
	}

	fill(
		x: Float64Array,
		values: Float64Array,
		start: number,
		end: number,
		into: Float64Array,
	): void {
		for (let i = start; i < end; i++) {
			const value = values[i] ?? Number.NaN;
			const at = x[i] ?? Number.NaN;
			if (!Number.isFinite(value) || Number.isNaN(at)) {
				into[i] = value;
				continue;
			}
			const power = this.#powerOf(Number.isNaN(this.#at) ? 0 : at - this.#at);
			this.#at = at;
			this.#sum = this.#sum * power + value;
			this.#count = this.#count * power + 1;
			into[i] = this.#sum / this.#count;
		}
	}

	#powerOf(distance: number): number {
		if (distance !== this.#distance) {
			this.#distance = distance;
			this.#power = this.#weight ** (distance / this.unit);
		}
		return this.#power;
	}
}

/**
 * The mean of `points` neighbours, half of them on each side, and of fewer at the ends of a
 * stretch. So only the results of the last half change when points are appended. Values that are
 * not finite stay and count nowhere. Nothing is subtracted, so one huge value leaves no trace
 * behind its window: of the two blocks that a window touches the end of one is added to the
 * beginning of the other (van Herk 1992).
 *
 * @param points an odd number
 * @param from results before this point are known; its stretch is given whole
 */
export function centredMean(
	values: Float64Array,
	{ start, end }: Stretch,
	points: number,
	from: number,
	into: Float64Array,
): void {
	const half = Math.floor(points / 2);
	const width = 2 * half + 1;
	// The first block that the window of `from` touches.
	const first = start + Math.max(0, Math.floor((from - half - start) / width)) * width;
	const length = Math.max(0, end - first);
	const sums = { before: new Float64Array(length), after: new Float64Array(length) };
	const counts = { before: new Uint32Array(length), after: new Uint32Array(length) };
	for (let block = 0; block < length; block += width) {
		const blockEnd = Math.min(length, block + width);
		let sum = 0;
		let count = 0;
		for (let i = block; i < blockEnd; i++) {
			const value = values[first + i] ?? Number.NaN;
			if (Number.isFinite(value)) {
				sum += value;
				count++;
			}
			sums.before[i] = sum;
			counts.before[i] = count;
		}
		sum = 0;
		count = 0;
		for (let i = blockEnd - 1; i >= block; i--) {
			const value = values[first + i] ?? Number.NaN;
			if (Number.isFinite(value)) {
				sum += value;
				count++;
			}
			sums.after[i] = sum;
			counts.after[i] = count;
		}
	}
	for (let i = from; i < end; i++) {
		const value = values[i] ?? Number.NaN;
		if (!Number.isFinite(value)) {
			into[i] = value;
			continue;
		}
		const low = Math.max(start, i - half) - first;
		const high = Math.min(end - 1, i + half) - first;
		const isOneBlock = Math.floor(low / width) === Math.floor(high / width);
		if (isOneBlock) {
			// It begins its block, or it ends with the stretch.
			const side = low % width === 0 ? 'before' : 'after';
			const at = side === 'before' ? high : low;
			into[i] = (sums[side][at] ?? 0) / (counts[side][at] ?? 1);
		} else {
			into[i] =
				((sums.after[low] ?? 0) + (sums.before[high] ?? 0)) /
				((counts.after[low] ?? 0) + (counts.before[high] ?? 0));
		}
	}
}
