/** Statistics that a few wild values do not move. All take finite values only. */

/** The middle value; NaN of nothing. */
export function median(values: ArrayLike<number>): number {
	return quantile(values, 0.5);
}

/** The value below which a share of the values lies, between neighbours in proportion. */
export function quantile(values: ArrayLike<number>, share: number): number {
	const sorted = Float64Array.from(values).sort();
	const at = share * (sorted.length - 1);
	const low = sorted[Math.floor(at)] ?? Number.NaN;
	const high = sorted[Math.ceil(at)] ?? Number.NaN;
	return low + (high - low) * (at - Math.floor(at));
}

/** The standard deviation of the bulk: the median distance from the median, as of a normal law. */
export function spread(values: ArrayLike<number>): number {
	const middle = median(values);
	return 1.4826 * median(Array.from(values, value => Math.abs(value - middle)));
}

export function mean(values: ArrayLike<number>): number {
	let sum = 0;
	for (let i = 0; i < values.length; i++) {
		sum += values[i] ?? 0;
	}
	return sum / values.length;
}

/** Standard error of the mean; NaN below two values. */
export function standardError(values: ArrayLike<number>): number {
	const middle = mean(values);
	let sum = 0;
	for (let i = 0; i < values.length; i++) {
		sum += ((values[i] ?? 0) - middle) ** 2;
	}
	return values.length < 2 ? Number.NaN : Math.sqrt(sum / (values.length - 1) / values.length);
}
