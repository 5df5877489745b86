import { formatTick } from '../format';
import type { XRange } from '../reduction';
import { roundTicks, type Tick } from './axisTicks';
import type { ValueScale } from './figure';

const mostTicks = 6;

/** Equal differences are equally far apart. */
export function linearScale(range: XRange): ValueScale {
	// By halves, as the distance of two numbers may be beyond all numbers.
	const span = range.max / 2 - range.min / 2;
	return {
		place: value => (span > 0 ? (value / 2 - range.min / 2) / span : 0.5),
		ticks: roundTicks(range, mostTicks - 1),
	};
}

/** Equal ratios are equally far apart. @param range above 0 */
export function logarithmicScale(range: XRange): ValueScale {
	const low = Math.log10(range.min);
	const span = Math.log10(range.max) - low;
	return {
		place: value => (value > 0 ? (Math.log10(value) - low) / span : Number.NaN),
		ticks: powers(range),
	};
}

/** Powers of ten, or with few of them 1, 2 and 5 of each; within one decade round numbers. */
function powers(range: XRange): readonly Tick[] {
	const first = Math.floor(Math.log10(range.min));
	const last = Math.ceil(Math.log10(range.max));
	const every = Math.max(1, Math.ceil((last - first) / mostTicks));
	const factors = last - first <= 3 ? [1, 2, 5] : [1];
	const ticks: Tick[] = [];
	// At most 632 powers of ten have a float64.
	for (let power = Math.max(first, -324); power <= Math.min(last, 308); power += every) {
		for (const factor of factors) {
			const value = Number(`${factor}e${power}`);
			if (value >= range.min && value <= range.max) {
				ticks.push({ value, text: formatTick(value) });
			}
		}
	}
	return ticks.length >= 2 ? ticks : roundTicks(range, mostTicks - 1);
}
