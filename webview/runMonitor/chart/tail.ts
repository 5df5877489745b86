import type { Polyline } from '../../../src/core/metrics/drawing';
import type { ModelLine } from '../panelModel';
import { isDense } from './columns';
import { pixelsOf, type Projection } from './projection';

/** Pixels around a point that its mark and its strokes may cover. */
const around = 8;

/**
 * The pixel from which a chart looks otherwise than before, as its lines have got more points: the
 * rest of it can stay. Infinity where it looks the same, undefined where it may differ anywhere.
 * Only columns can be drawn from a pixel on: a path that is cut off has other edges than a whole one.
 */
export function changedFrom(
	before: readonly ModelLine[],
	now: readonly ModelLine[],
	projection: Projection,
): number | undefined {
	if (before.length !== now.length) {
		return undefined;
	}
	let least = Infinity;
	const ends: number[] = [];
	for (const [i, line] of now.entries()) {
		const its = before[i];
		const { logged, smoothed } = line.drawn;
		const areColumns = [logged, smoothed ?? logged].every(one => isDense(one, projection));
		const from =
			its && isAlike(its, line) && areColumns ? lineChangedFrom(its, line, projection) : undefined;
		if (from === undefined) {
			return undefined;
		}
		least = Math.min(least, from - around);
		ends.push(endOf(smoothed ?? logged, projection));
	}
	return wholeMarks(least, ends);
}

/** No mark is cut off either. */
function wholeMarks(from: number, ends: readonly number[]): number {
	return ends
		.toSorted((a, b) => b - a)
		.reduce((least, end) => (end + around > least ? Math.min(least, end - around) : least), from);
}

/** The pixel of the newest point that has a place. */
function endOf(line: Polyline, projection: Projection): number {
	const last = lastPlaced(line, line.x.length - 1, projection);
	return pixelsOf(projection).x(line.x[last] ?? Number.NaN);
}

/** The last point of the newest stretch up to one that has a place on the value axis. */
function lastPlaced({ y, starts }: Polyline, from: number, { logarithmic }: Projection): number {
	const first = starts.at(-1) ?? 0;
	let last = from;
	while (last > first && !((y[last] ?? Number.NaN) > (logarithmic ? 0 : -Infinity))) {
		last--;
	}
	return last;
}

function isAlike(a: ModelLine, b: ModelLine): boolean {
	return (
		a.key === b.key &&
		a.color === b.color &&
		a.mark === b.mark &&
		a.dash.join() === b.dash.join() &&
		a.line.kind === b.line.kind
	);
}

function lineChangedFrom(
	{ drawn: before }: ModelLine,
	{ drawn: now, line }: ModelLine,
	projection: Projection,
): number | undefined {
	if (before === now) {
		return Infinity;
	}
	// The bars between two bounds stand at places of other lines.
	if (line.bound !== undefined || !before.smoothed !== !now.smoothed) {
		return undefined;
	}
	const logged = polylineChangedFrom(before.logged, now.logged, projection);
	const smoothed =
		before.smoothed && now.smoothed
			? polylineChangedFrom(before.smoothed, now.smoothed, projection)
			: Infinity;
	return logged === undefined || smoothed === undefined ? undefined : Math.min(logged, smoothed);
}

function polylineChangedFrom(
	before: Polyline,
	now: Polyline,
	projection: Projection,
): number | undefined {
	const first = firstDifference(before, now);
	if (first === undefined) {
		return Infinity;
	}
	const isSameStart =
		before.starts.length === now.starts.length &&
		before.starts.every((start, i) => start === now.starts[i]);
	// A stretch that is new, or starts elsewhere, makes others fainter.
	if (!isSameStart || first <= (now.starts.at(-1) ?? 0) || !isDense(before, projection)) {
		return undefined;
	}
	// The point before is joined with what is new, and may have had the mark.
	const joined = lastPlaced(now, first - 1, projection);
	let place = Infinity;
	for (const { x } of [before, now]) {
		for (let i = joined; i < x.length; i++) {
			const at = x[i] ?? Number.NaN;
			place = at < place ? at : place;
		}
	}
	return pixelsOf(projection).x(place);
}

/** The index of the first point that only one of them has; undefined where they are the same. */
function firstDifference(a: Polyline, b: Polyline): number | undefined {
	const shared = Math.min(a.x.length, b.x.length);
	for (let i = 0; i < shared; i++) {
		if (!Object.is(a.x[i], b.x[i]) || !Object.is(a.y[i], b.y[i])) {
			return i;
		}
	}
	return a.x.length === b.x.length ? undefined : shared;
}
