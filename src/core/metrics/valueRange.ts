import type { Panel } from './panels';
import type { XRange } from './reduction';

/** The most that a value of the panel can be, where there is such a thing. */
export function wholeOf({ isShare, unit }: Pick<Panel, 'isShare' | 'unit'>): number | undefined {
	return isShare === true ? 1 : unit === '%' ? 100 : undefined;
}

/**
 * The ends of the value axis: all values with a little air, but not below 0 for values that never
 * are, nor beyond the whole of shares. Finite for all finite values.
 *
 * @param whole 1 of shares, 100 of percentages
 */
export function valueRange(
	extent: XRange | undefined,
	logarithmic: boolean,
	whole: number | undefined,
): XRange {
	if (!extent) {
		return { min: 0, max: 1 };
	}
	const { min, max } = extent;
	if (logarithmic) {
		// Of values as far apart as numbers can be the quotient is none.
		const air = Math.min(max / min, 1e300) ** 0.05;
		const low = Math.max(min, 1e-300);
		const high = (factor: number): number => Math.min(max * factor, Number.MAX_VALUE);
		return max > min ? { min: low / air, max: high(air) } : { min: low / 2, max: high(2) };
	}
	// By halves, as the distance of two numbers may be beyond all numbers.
	const air = max > min ? (max / 2 - min / 2) * 0.12 : Math.max(Math.abs(max) * 0.1, 1e-9);
	const low = Math.max(min >= 0 ? 0 : -Number.MAX_VALUE, min - air);
	const high = Math.min(max + air, Number.MAX_VALUE);
	return { min: low, max: whole !== undefined && max <= whole ? Math.min(whole, high) : high };
}
