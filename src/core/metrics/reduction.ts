import type { BlockPyramid, Extremes } from './blockPyramid';
import type { Stretch } from './series';

export interface XRange {
	readonly min: number;
	readonly max: number;
}

/**
 * Chooses the points of a stretch to draw: in each of `buckets` equal parts of the x range the
 * smallest and the largest finite value and the first non-finite one, in their order. So a spike of
 * one step among a million is drawn, and a gap stays a gap. The first and the last point of the
 * range are kept, and one neighbour on each side so that lines run to the edge.
 *
 * @param x rises within the stretch; points without x are left out
 * @returns ascending indices into `x` and `values`
 */
export function reduce(
	x: Float64Array,
	values: Float64Array,
	stretch: Stretch,
	range: XRange,
	buckets: number,
): Uint32Array {
	const [start, end] = within(x, stretch, range);
	if (end - start <= buckets * 2) {
		return withX(x, start, end);
	}
	const width = (range.max - range.min) / buckets;
	const picks = new Picks();
	picks.add(start);
	let bucket = -1;
	let low = -1;
	let high = -1;
	let gap = -1;
	for (let i = start; i < end; i++) {
		const at = x[i] ?? Number.NaN;
		if (Number.isNaN(at)) {
			continue;
		}
		const its = width > 0 ? Math.floor((at - range.min) / width) : 0;
		if (its !== bucket) {
			picks.addInOrder(low, high, gap);
			bucket = its;
			low = high = gap = -1;
		}
		const value = values[i] ?? Number.NaN;
		if (!Number.isFinite(value)) {
			gap = gap < 0 ? i : gap;
		} else if (low < 0) {
			low = high = i;
		} else if (value < (values[low] ?? 0)) {
			low = i;
		} else if (value > (values[high] ?? 0)) {
			high = i;
		}
	}
	picks.addInOrder(low, high, gap);
	picks.add(end - 1);
	return picks.take(x);
}

/**
 * The same points as `reduce` chooses, found by the extremes of blocks: the work grows with the
 * buckets, not with the points. Every point must have an x.
 */
export function reduceByBlocks(
	x: Float64Array,
	values: Float64Array,
	blocks: BlockPyramid,
	stretch: Stretch,
	range: XRange,
	buckets: number,
): Uint32Array {
	const { start, end } = indicesWithin(x, stretch, range);
	if (end - start <= buckets * 2) {
		return Uint32Array.from({ length: end - start }, (_, i) => start + i);
	}
	const width = (range.max - range.min) / buckets;
	const bucketOf = (i: number): number =>
		width > 0 ? Math.floor(((x[i] ?? 0) - range.min) / width) : 0;
	const picks = new Picks();
	picks.add(start);
	const found: Extremes = { low: -1, high: -1, gap: -1 };
	for (let from = start; from < end;) {
		const bucket = bucketOf(from);
		const to = firstIndex(from + 1, end, i => bucketOf(i) > bucket);
		found.low = found.high = found.gap = -1;
		blocks.extremes(values, from, to, found);
		picks.addInOrder(found.low, found.high, found.gap);
		from = to;
	}
	picks.add(end - 1);
	return picks.takeAll();
}

/** The indices whose x lies in the range, and one neighbour on each side of it, by halving. */
export function indicesWithin(x: Float64Array, { start, end }: Stretch, range: XRange): Stretch {
	const first = firstIndex(start, end, i => (x[i] ?? 0) >= range.min);
	const after = firstIndex(first, end, i => (x[i] ?? 0) > range.max);
	return { start: Math.max(start, first - 1), end: Math.min(end, after + 1) };
}

/** The first index of which a condition holds that holds for all after it; `end` when of none. */
function firstIndex(start: number, end: number, holds: (i: number) => boolean): number {
	let low = start;
	let step = 1;
	while (low + step < end && !holds(low + step)) {
		low += step;
		step *= 2;
	}
	let high = Math.min(end, low + step + 1);
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (holds(middle)) {
			high = middle;
		} else {
			low = middle + 1;
		}
	}
	return low;
}

/** Collects rising indices; a repeated one is passed over. */
class Picks {
	readonly #indices: number[] = [];
	#last = -1;

	add(index: number): void {
		if (index > this.#last) {
			this.#indices.push(index);
			this.#last = index;
		}
	}

	/** Adds up to three indices of one bucket, -1 meaning none. */
	addInOrder(a: number, b: number, c: number): void {
		const low = Math.min(a, b, c);
		const high = Math.max(a, b, c);
		const middle = a + b + c - low - high;
		this.#addKnown(low);
		this.#addKnown(middle);
		this.#addKnown(high);
	}

	#addKnown(index: number): void {
		if (index >= 0) {
			this.add(index);
		}
	}

	takeAll(): Uint32Array {
		return Uint32Array.from(this.#indices);
	}

	take(x: Float64Array): Uint32Array {
		return Uint32Array.from(this.#indices.filter(i => !Number.isNaN(x[i])));
	}
}

function withX(x: Float64Array, start: number, end: number): Uint32Array {
	const indices = new Uint32Array(end - start);
	let length = 0;
	for (let i = start; i < end; i++) {
		if (!Number.isNaN(x[i])) {
			indices[length++] = i;
		}
	}
	return indices.subarray(0, length);
}

/** The indices whose x lies in the range, and one neighbour on each side of it. */
function within(x: Float64Array, stretch: Stretch, range: XRange): readonly [number, number] {
	let start = stretch.start;
	let end = stretch.end;
	// Usually the whole stretch is shown; as x rises, its ends tell.
	if ((x[start] ?? 0) >= range.min && (x[end - 1] ?? 0) <= range.max) {
		return [start, end];
	}
	for (let i = stretch.start; i < stretch.end; i++) {
		const at = x[i] ?? Number.NaN;
		if (at < range.min) {
			start = i;
		} else if (at > range.max) {
			end = i + 1;
			break;
		}
	}
	return [start, end];
}
