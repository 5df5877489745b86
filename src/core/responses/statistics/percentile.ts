/**
 * The value that a share of the sorted values lies below, between neighbours by a straight line (type 7
 * of Hyndman & Fan 1996, as numpy does). Beside an infinite value there is no line: that value it is.
 */
export function percentile(sorted: ArrayLike<number>, share: number): number {
	const place = share * (sorted.length - 1);
	const below = sorted[Math.floor(place)] ?? Number.NaN;
	const above = sorted[Math.ceil(place)] ?? Number.NaN;
	if (place === Math.floor(place) || below === above) {
		return below;
	}
	if (!Number.isFinite(below) || !Number.isFinite(above)) {
		return Number.isFinite(below) ? above : below;
	}
	return below + (above - below) * (place - Math.floor(place));
}
