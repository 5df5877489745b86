import type { Polyline } from '../../../src/core/metrics/drawing';

/**
 * For each stretch the place from which a later one went over it again; infinite where none did. In
 * one pass, since a log whose clock or tokens waver has a stretch for every few points.
 */
export function redonePlaces({ x, starts }: Pick<Polyline, 'x' | 'starts'>): Float64Array {
	const places = new Float64Array(starts.length);
	let least = Infinity;
	for (let n = starts.length - 1; n >= 0; n--) {
		places[n] = least;
		const first = x[starts[n] ?? 0] ?? Infinity;
		least = Number.isNaN(first) ? least : Math.min(least, first);
	}
	return places;
}
