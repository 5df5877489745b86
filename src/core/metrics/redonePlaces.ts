/**
 * For each stretch the place from which a later one went over it again; infinite where none did. In
 * one pass, since a log whose clock or tokens waver has a stretch for every few points.
 *
 * @param firsts where each stretch begins; undefined or NaN where nobody knows
 */
export function redonePlaces(firsts: readonly (number | undefined)[]): Float64Array {
	const places = new Float64Array(firsts.length);
	let least = Infinity;
	for (let n = firsts.length - 1; n >= 0; n--) {
		places[n] = least;
		const first = firsts[n] ?? Number.NaN;
		least = Number.isNaN(first) ? least : Math.min(least, first);
	}
	return places;
}
