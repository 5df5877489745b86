import { uint32Column, type Column } from './column';

/** Points of the smallest blocks, and blocks of one level that one of the next stands for. */
const leaf = 128;
const fan = 16;
const none = 0xffffffff;

/** Indices of points of a range; -1 where there is none. */
export interface Extremes {
	/** The first of the smallest finite values, and of the largest. */
	low: number;
	high: number;
	/** The first value that is not finite. */
	gap: number;
}

interface Level {
	/** Points of one of its blocks. */
	readonly size: number;
	readonly low: Column<Uint32Array>;
	readonly high: Column<Uint32Array>;
	readonly gap: Column<Uint32Array>;
}

function level(size: number): Level {
	return { size, low: uint32Column(), high: uint32Column(), gap: uint32Column() };
}

/**
 * Where the smallest and the largest values of blocks of 128, 2,048, 32,768, … points stand, so that
 * those of any range are found without looking at each of its points. Grows with its values; only
 * whole blocks are kept. About a tenth of a byte a point.
 */
export class BlockPyramid {
	readonly #levels: Level[] = [level(leaf)];

	/** How many points are in whole blocks. */
	get covered(): number {
		return (this.#levels[0]?.low.length ?? 0) * leaf;
	}

	/** Takes in what was appended to the values since the last call. */
	extend(values: Float64Array, upTo = values.length): void {
		this.#reserve(upTo);
		const found: Extremes = { low: -1, high: -1, gap: -1 };
		for (let start = this.covered; start + leaf <= upTo; start += leaf) {
			found.low = found.high = found.gap = -1;
			scan(values, start, start + leaf, found);
			this.#push(0, found, values);
		}
	}

	/** Room for the blocks of so many points, where several come at once. */
	#reserve(points: number): void {
		for (const { size, low, high, gap } of this.#levels) {
			const more = Math.floor(points / size) - low.length;
			if (more > 1) {
				low.reserve(more);
				high.reserve(more);
				gap.reserve(more);
			}
		}
	}

	/** Adds the points from `start` to before `end` to what was found so far. */
	extremes(values: Float64Array, start: number, end: number, found: Extremes): void {
		let at = start;
		while (at < end) {
			const index = this.#largestBlock(at, end);
			const its = this.#levels[index];
			if (index < 0 || !its) {
				const next = Math.min(end, (Math.floor(at / leaf) + 1) * leaf);
				scan(values, at, next, found);
				at = next;
			} else {
				merge(values, its, at / its.size, found);
				at += its.size;
			}
		}
	}

	/** How many finite values lie below `min` or above `max`. */
	countOutside(values: Float64Array, start: number, end: number, min: number, max: number): number {
		return this.#count(
			values,
			start,
			end,
			(low, high) => low >= min && high <= max,
			value => Number.isFinite(value) && (value < min || value > max),
		);
	}

	/** How many values are NaN or infinite. */
	countNotFinite(values: Float64Array, start: number, end: number): number {
		return this.#count(
			values,
			start,
			end,
			(_low, _high, hasGap) => !hasGap,
			value => !Number.isFinite(value),
		);
	}

	/** Counts what fits, passing over blocks of which it is known that nothing does. */
	#count(
		values: Float64Array,
		start: number,
		end: number,
		isClear: (low: number, high: number, hasGap: boolean) => boolean,
		fits: (value: number) => boolean,
	): number {
		let count = 0;
		let at = start;
		while (at < end) {
			let index = this.#largestBlock(at, end);
			let step = 0;
			for (; index >= 0 && step === 0; index--) {
				const its = this.#levels[index];
				if (its && isClearBlock(values, its, at / its.size, isClear)) {
					step = its.size;
				}
			}
			if (step > 0) {
				at += step;
				continue;
			}
			const next = Math.min(end, (Math.floor(at / leaf) + 1) * leaf);
			for (; at < next; at++) {
				count += fits(values[at] ?? Number.NaN) ? 1 : 0;
			}
		}
		return count;
	}

	/** The level of the largest whole block that begins here and fits; -1 when none does. */
	#largestBlock(at: number, end: number): number {
		let index = -1;
		for (const { size, low } of this.#levels) {
			if (at % size !== 0 || at + size > end || at / size >= low.length) {
				break;
			}
			index++;
		}
		return index;
	}

	#push(index: number, found: Extremes, values: Float64Array): void {
		const its = this.#levels[index] ?? level((this.#levels[index - 1]?.size ?? leaf) * fan);
		this.#levels[index] = its;
		its.low.push(found.low < 0 ? none : found.low);
		its.high.push(found.high < 0 ? none : found.high);
		its.gap.push(found.gap < 0 ? none : found.gap);
		const { length } = its.low;
		if (length % fan === 0) {
			const whole: Extremes = { low: -1, high: -1, gap: -1 };
			for (let block = length - fan; block < length; block++) {
				merge(values, its, block, whole);
			}
			this.#push(index + 1, whole, values);
		}
	}
}

function isClearBlock(
	values: Float64Array,
	{ low, high, gap }: Level,
	block: number,
	isClear: (low: number, high: number, hasGap: boolean) => boolean,
): boolean {
	const lowest = low.at(block);
	return isClear(
		lowest === none ? Infinity : (values[lowest] ?? Number.NaN),
		lowest === none ? -Infinity : (values[high.at(block)] ?? Number.NaN),
		gap.at(block) !== none,
	);
}

function merge(values: Float64Array, its: Level, block: number, found: Extremes): void {
	const low = its.low.at(block);
	if (low !== none) {
		const high = its.high.at(block);
		if (found.low < 0) {
			found.low = low;
			found.high = high;
		} else {
			found.low = (values[low] ?? 0) < (values[found.low] ?? 0) ? low : found.low;
			found.high = (values[high] ?? 0) > (values[found.high] ?? 0) ? high : found.high;
		}
	}
	const gap = its.gap.at(block);
	found.gap = found.gap < 0 && gap !== none ? gap : found.gap;
}

function scan(values: Float64Array, start: number, end: number, found: Extremes): void {
	let { low, high, gap } = found;
	let lowest = low < 0 ? Infinity : (values[low] ?? 0);
	let highest = high < 0 ? -Infinity : (values[high] ?? 0);
	for (let i = start; i < end; i++) {
		const value = values[i] ?? Number.NaN;
		// Most values are neither: only what would be an extreme is asked whether it is finite.
		if (value < lowest || value > highest || Number.isNaN(value)) {
			if (!Number.isFinite(value)) {
				gap = gap < 0 ? i : gap;
				continue;
			}
			if (value < lowest) {
				lowest = value;
				low = i;
			}
			if (value > highest) {
				highest = value;
				high = i;
			}
		}
	}
	found.low = low;
	found.high = high;
	found.gap = gap;
}
