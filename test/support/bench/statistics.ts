export function median(values: readonly number[]): number {
	return quantile(values, 0.5);
}

/** The smallest value that at least this share of all does not exceed. */
export function quantile(values: readonly number[], share: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Seconds since a time of `performance.now()`. */
export function seconds(start: number): number {
	return (performance.now() - start) / 1000;
}
