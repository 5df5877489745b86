/** Share of the standard normal distribution below `x`: Abramowitz & Stegun 26.2.11, to 1e-14. */
export function normalShareBelow(x: number): number {
	if (Math.abs(x) > 8) {
		return x > 0 ? 1 : 0;
	}
	let term = x;
	let sum = x;
	for (let i = 3; Math.abs(term) > 1e-17; i += 2) {
		term *= (x * x) / i;
		sum += term;
	}
	return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

/** The value that a share of the standard normal distribution lies below; `share` is in (0, 1). */
export function normalQuantile(share: number): number {
	let [low, high] = [-8, 8];
	while (high - low > 1e-13) {
		const middle = (low + high) / 2;
		if (normalShareBelow(middle) < share) {
			low = middle;
		} else {
			high = middle;
		}
	}
	return (low + high) / 2;
}
