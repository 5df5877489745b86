import type { Axis, Series } from './series';

/**
 * Index of the logged point nearest to `at`; of several equally near the newest, so that a restart
 * shows what counts now. -1 when no point has a place on this axis.
 */
export function nearestPoint(series: Series, axis: Axis, at: number): number {
	const x = series.x(axis);
	let best = -1;
	let distance = Infinity;
	const look = (i: number): void => {
		const far = Math.abs((x[i] ?? Number.NaN) - at);
		if (far <= distance) {
			best = i;
			distance = far;
		}
	};
	if (series.rows.hasUnknown(axis)) {
		for (let i = 0; i < x.length; i++) {
			look(i);
		}
		return best;
	}
	for (const { start, end } of series.stretches()) {
		const after = firstAfter(x, at, start, end);
		if (after > start) {
			look(after - 1);
		}
		if (after < end) {
			look(after);
			// Of several at one place the newest.
			look(firstAfter(x, x[after] ?? at, after, end) - 1);
		}
	}
	return best;
}

/** The first index of a rising part of which the place is beyond `at`, or there as well. */
function firstAfter(
	x: Float64Array,
	at: number,
	start: number,
	end: number,
	there = false,
): number {
	let low = start;
	let high = end;
	while (low < high) {
		const middle = (low + high) >>> 1;
		const place = x[middle] ?? 0;
		if (there ? place < at : place <= at) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

/**
 * The logged place `by` places further on (negative: back; infinite: the last or the first) over
 * some series, or the first or last when it ends. Without `from` it begins at the end that `by`
 * comes from.
 */
export function placeFrom(
	all: readonly Series[],
	axis: Axis,
	from: number | undefined,
	by: number,
): number | undefined {
	const first = nextPlace(all, axis, -Infinity, 1);
	const last = nextPlace(all, axis, Infinity, -1);
	if (from === undefined || !Number.isFinite(by)) {
		const isFirst = Number.isFinite(by) ? by > 0 : by < 0;
		return isFirst ? first : last;
	}
	let at = from;
	for (let left = Math.abs(by); left > 0; left--) {
		at = nextPlace(all, axis, at, Math.sign(by)) ?? at;
	}
	return at;
}

/** The nearest place beyond `from` in a direction. */
function nextPlace(
	all: readonly Series[],
	axis: Axis,
	from: number,
	direction: number,
): number | undefined {
	let best: number | undefined;
	const look = (at: number | undefined): void => {
		if (
			at !== undefined &&
			!Number.isNaN(at) &&
			(direction > 0 ? at > from : at < from) &&
			(best === undefined || (direction > 0 ? at < best : at > best))
		) {
			best = at;
		}
	};
	for (const series of all) {
		const x = series.x(axis);
		if (series.rows.hasUnknown(axis)) {
			x.forEach(look);
			continue;
		}
		for (const { start, end } of series.stretches()) {
			const i =
				direction > 0 ? firstAfter(x, from, start, end) : firstAfter(x, from, start, end, true) - 1;
			look(i >= start && i < end ? x[i] : undefined);
		}
	}
	return best;
}
