import { mean } from './robust';

/**
 * The position that parts values best into two runs of one level each, by least squares; either has
 * `least` values and more. 0 of too few values.
 *
 * @param values finite
 */
export function changePoint(values: Float64Array, least: number): number {
	const middle = mean(values);
	let [best, at, sum] = [-1, 0, 0];
	for (let i = 1; i + least <= values.length; i++) {
		sum += (values[i - 1] ?? 0) - middle;
		const gain = (sum * sum) / (i * (values.length - i));
		if (i >= least && gain > best) {
			[best, at] = [gain, i];
		}
	}
	return at;
}
