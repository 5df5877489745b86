import type { Check } from './check';

/** Known to the scan of the whole file only. */
export const lengthOutlier: Check = {
	code: 'lengthOutlier',
	severity: 'warning',
	shortName: 'unusual length',
	otherNames: ['length'],
	sentence: detail =>
		`The replies are far longer or shorter than others in the file${detail ? `: ${detail}` : ''}.`,
};

/** Files with fewer rows have no usual length. */
const fewestRows = 20;
/** Robust standard deviations of the logarithm beyond which a length is unusual. */
const beyond = 3.5;
/** Median absolute deviation of a normal distribution with standard deviation 1. */
const normalMad = 0.6745;
/**
 * The least spread of the logarithm that is assumed: in a file of nearly equal lengths a reply is
 * unusual from about eight times the length on, or an eighth.
 */
const leastSpread = 0.6;

/** Characters of replies that are usual in a file. */
export interface UsualLengths {
	readonly shortest: number;
	readonly longest: number;
}

/** Buckets to one unit of the natural logarithm: 1.6% of a length each. */
const perUnit = 64;
const bucketCount = 23 * perUnit;

/** How many rows have replies of each length, on a logarithmic scale. A few kilobytes. */
export class LengthHistogram {
	readonly #counts = new Uint32Array(bucketCount);
	#rows = 0;

	/** Rows without replies have no length. */
	add(length: number): void {
		if (length > 0) {
			const bucket = Math.round(Math.log(length) * perUnit);
			this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
			this.#rows++;
		}
	}

	/**
	 * The lengths within 3.5 robust standard deviations of the median, on a logarithmic scale
	 * (Iglewicz and Hoaglin's modified z-score). `undefined` in a file with few rows.
	 */
	usual(): UsualLengths | undefined {
		if (this.#rows < fewestRows) {
			return undefined;
		}
		const median = middleOf(this.#counts, this.#rows);
		const deviations = new Uint32Array(bucketCount);
		for (const [bucket, count] of this.#counts.entries()) {
			const deviation = Math.abs(bucket - median);
			deviations[deviation] = (deviations[deviation] ?? 0) + count;
		}
		const spread = middleOf(deviations, this.#rows) / perUnit / normalMad;
		const reach = beyond * Math.max(leastSpread, spread);
		const middle = median / perUnit;
		return { shortest: Math.exp(middle - reach), longest: Math.exp(middle + reach) };
	}
}

/** The bucket of the middle row. */
function middleOf(counts: Uint32Array, rows: number): number {
	let before = 0;
	for (const [bucket, count] of counts.entries()) {
		before += count;
		if (before * 2 >= rows) {
			return bucket;
		}
	}
	return 0;
}
