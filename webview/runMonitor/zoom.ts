import type { XRange } from '../../src/core/metrics/reduction';

/** Each turn of a wheel or press of a key shows so much less. */
const factor = 1.25;
/** The smallest part of the whole axis that can be shown: beyond it places lose their digits. */
const smallest = 1e-9;

/**
 * A range within the whole axis, as wide as it was where that is possible; undefined when it would
 * be all of it, which follows a live run.
 */
export function within(range: XRange, whole: XRange): XRange | undefined {
	const all = whole.max - whole.min;
	const width = Math.max(range.max - range.min, all * smallest);
	if (!(width < all)) {
		return undefined;
	}
	const min = Math.min(Math.max(range.min, whole.min), whole.max - width);
	return { min, max: min + width };
}

/** Shows less (`steps` above 0) or more around a place, which stays where it is on the screen. */
export function zoomAround(
	range: XRange,
	whole: XRange,
	at: number,
	steps: number,
): XRange | undefined {
	const scale = factor ** -steps;
	return within({ min: at + (range.min - at) * scale, max: at + (range.max - at) * scale }, whole);
}

/** Moves by a share of what is shown. */
export function pan(range: XRange, whole: XRange, share: number): XRange | undefined {
	const by = (range.max - range.min) * share;
	return within({ min: range.min + by, max: range.max + by }, whole);
}

/** Moves one end, up to near the other or the end of the axis. */
export function movedEdge(
	range: XRange,
	whole: XRange,
	edge: 'min' | 'max',
	to: number,
): XRange | undefined {
	const least = (whole.max - whole.min) / 200;
	return edge === 'min'
		? within({ ...range, min: Math.max(whole.min, Math.min(to, range.max - least)) }, whole)
		: within({ ...range, max: Math.min(whole.max, Math.max(to, range.min + least)) }, whole);
}

/** Moves just so far that a place is shown. */
export function reveal(range: XRange, whole: XRange, at: number): XRange | undefined {
	const by = at < range.min ? at - range.min : at > range.max ? at - range.max : 0;
	return by === 0 ? range : within({ min: range.min + by, max: range.max + by }, whole);
}
