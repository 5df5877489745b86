import { redonePlaces } from '../redonePlaces';
import type { Figure, FigureLine, Stroke } from './figure';
import { markPath } from './figureMarks';
import { seriesColor, type FigurePaint } from './figurePaint';
import { round, xPlace, yPlace, type Plot } from './figurePlot';
import { pathData, placesOf, tenths, type Place } from './svgPath';

/** Lines that stand behind come first; nothing is drawn outside the axes. */
export function plotLines(figure: Figure, plot: Plot, paint: FigurePaint): string {
	const behind = figure.lines.filter(({ isFaint }) => isFaint === true);
	const front = figure.lines.filter(({ isFaint }) => isFaint !== true);
	const groups = [...behind, ...front].map(line => lineGroup(line, figure, plot, paint));
	return figure.isCut ? cut(groups.join('\n'), plot) : groups.join('\n');
}

/** An inner picture shows nothing outside of itself, and needs no name on the page for that. */
function cut(markup: string, plot: Plot): string {
	const air = 5;
	const [x, y] = [round(plot.left - air), round(plot.top - air)];
	const width = round(plot.right - plot.left + 2 * air);
	const height = round(plot.bottom - plot.top + 2 * air);
	return `<svg x="${x}" y="${y}" width="${width}" height="${height}" viewBox="${x} ${y} ${width} ${height}">\n${markup}\n</svg>`;
}

/** A bar for each interval, with a stroke across at its ends. */
function barsPath({ bars }: FigureLine, figure: Figure, plot: Plot): string {
	const xAt = xPlace(figure, plot);
	const yAt = yPlace(figure, plot);
	const strokes = bars.flatMap(({ x, low, high }) => {
		const [at, bottom, top] = [round(xAt(x)), round(yAt(low)), round(yAt(high))];
		return [at, bottom, top].every(Number.isFinite)
			? [`M${round(at - 3)} ${bottom}h6m-3 0V${top}m-3 0h6`]
			: [];
	});
	return strokes.length === 0 ? '' : `<path d="${strokes.join('')}" stroke-width="1.25"/>`;
}

function lineGroup(line: FigureLine, figure: Figure, plot: Plot, paint: FigurePaint): string {
	const color = seriesColor(paint, line.color);
	const at = (stroke: Stroke): readonly (Place | undefined)[] =>
		placesOf(stroke, xPlace(figure, plot), yPlace(figure, plot));
	const isSmoothed = line.smoothed.length > 0;
	const raw = strokes(line.logged, at, {
		width: isSmoothed || line.isFaint === true ? 1 : 1.75,
		opacity: line.isFaint === true ? 0.45 : isSmoothed ? 0.3 : 1,
		dash: isSmoothed || line.isFaint === true ? [] : line.dash,
		hasDots: line.hasDots && !isSmoothed,
	});
	const smooth = strokes(line.smoothed, at, {
		width: 1.75,
		opacity: 1,
		dash: line.dash,
		hasDots: line.hasDots,
	});
	const end = endMark(line, at, color);
	return `<g fill="none" stroke="${color}" stroke-linejoin="round" class="s${line.color % paint.series.length}">${raw}${smooth}${barsPath(line, figure, plot)}${end}</g>`;
}

interface Look {
	readonly width: number;
	readonly opacity: number;
	readonly dash: readonly number[];
	readonly hasDots: boolean;
}

/** What a restart went over again stays visible, fainter, behind what counts now. */
function strokes(
	stretches: readonly Stroke[],
	at: (stroke: Stroke) => readonly (Place | undefined)[],
	look: Look,
): string {
	const redoneFroms = redonePlaces(stretches.map(({ x }) => x[0]));
	return stretches
		.map((stroke, i) => {
			const redoneFrom = redoneFroms[i] ?? Infinity;
			let split = 0;
			while (split < stroke.x.length && !((stroke.x[split] ?? 0) >= redoneFrom)) {
				split++;
			}
			const kept = { x: part(stroke.x, 0, split + 1), y: part(stroke.y, 0, split + 1) };
			const redone = { x: part(stroke.x, split), y: part(stroke.y, split) };
			return (
				(redone.x.length > 0 ? drawn(at(redone), { ...look, opacity: look.opacity * 0.4 }) : '') +
				drawn(at(kept), look)
			);
		})
		.join('');
}

function part(values: ArrayLike<number>, start: number, end?: number): readonly number[] {
	return Array.from(values).slice(start, end);
}

function drawn(places: readonly (Place | undefined)[], look: Look): string {
	const points = places.filter(place => place !== undefined);
	if (points.length === 0) {
		return '';
	}
	const isLone = (i: number): boolean =>
		places[i] !== undefined && places[i - 1] === undefined && places[i + 1] === undefined;
	const dots = look.hasDots ? points : places.filter((_, i) => isLone(i));
	const opacity = look.opacity === 1 ? '' : ` stroke-opacity="${round(look.opacity * 10) / 10}"`;
	const dash = look.dash.length === 0 ? '' : ` stroke-dasharray="${look.dash.join(' ')}"`;
	const path =
		points.length > 1
			? `<path d="${pathData(places)}" stroke-width="${look.width}"${opacity}${dash}/>`
			: '';
	// A line of no length with round ends is a dot.
	const dotted = dots.map(place => `M${tenths(place?.x ?? 0)} ${tenths(place?.y ?? 0)}h0`).join('');
	return dotted === ''
		? path
		: `${path}<path d="${dotted}" stroke-width="4" stroke-linecap="round"${opacity}/>`;
}

function endMark(
	line: FigureLine,
	at: (stroke: Stroke) => readonly (Place | undefined)[],
	color: string,
): string {
	const newest = (line.smoothed.length > 0 ? line.smoothed : line.logged).at(-1);
	const end = newest && at(newest).findLast(place => place !== undefined);
	return end === undefined || line.mark === undefined
		? ''
		: markPath(line.mark, end.x / 10, end.y / 10, color);
}
