import { formatCount, formatNumber } from '../format';
import { axisTicks, axisWord } from './axisTicks';
import type { Figure, FigureLine } from './figure';
import { figureKey } from './figureKey';
import { seriesColor, type FigurePaint } from './figurePaint';
import { plotMarkers } from './figureMarkers';
import { markPath } from './figureMarks';
import { pathData, placesOf, tenths, type Place } from './svgPath';
import { escapeMarkup, fitText, textWidth } from './svgText';
import type { Stroke } from './figure';

export interface SvgOptions {
	/** Pixels. */
	readonly width: number;
	/** Of the plot with its axes; title, key and notes come on top. */
	readonly height: number;
	readonly paint: FigurePaint;
	/** Without a title of its own: the page around it has one. */
	readonly isUntitled?: boolean;
	/** Makes ids unique where several stand on one page. */
	readonly id?: string;
}

/** The rectangle between the axes. */
export interface Plot {
	readonly left: number;
	readonly right: number;
	readonly top: number;
	readonly bottom: number;
}

const font = `system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif`;
const tickSize = 11;
const padding = 12;
/** A stretch with no more points than this gets a dot on each, as in the page. */
const fewPoints = 40;

/**
 * The figure as one SVG document without a script or a style sheet: words are text, colours are
 * attributes, and their classes let a page around it give others. The same figure gives the same
 * bytes.
 */
export function figureSvg(figure: Figure, options: SvgOptions): string {
	const { paint, width } = options;
	const inner = width - 2 * padding;
	let y = padding;
	const parts: string[] = [];
	if (options.isUntitled !== true) {
		y += 13;
		const count = countText(figure);
		const room = inner - textWidth(count, tickSize) - 12;
		const unit = figure.unit === undefined ? '' : ` ${figure.unit}`;
		const title = fitText(figure.title, 13.5, room - textWidth(unit, 12));
		parts.push(
			`<text x="${padding}" y="${y}" font-size="13" font-weight="600" fill="${paint.text}" class="t">${escapeMarkup(title)}` +
				(unit === ''
					? ''
					: `<tspan font-weight="400" font-size="11.5" fill="${paint.muted}" class="m">${escapeMarkup(unit)}</tspan>`) +
				'</text>',
			mutedText(count, width - padding, y, paint, 'end'),
		);
		y += 8;
	}
	const key = figureKey(figure.lines, { left: padding, top: y, width: inner, paint });
	parts.push(key.markup);
	y = key.bottom + 8;
	const left =
		padding + 6 + Math.max(22, ...figure.scale.ticks.map(({ text }) => textWidth(text, tickSize)));
	const plot = { left, right: width - padding - 4, top: y, bottom: y + options.height - 22 };
	parts.push(
		axes(figure, plot, paint),
		lines(figure, plot, paint),
		plotMarkers(figure, plot, paint),
	);
	y = plot.bottom + 30;
	for (const note of figure.notes) {
		for (const line of wrapped(note, inner)) {
			parts.push(mutedText(line, padding, y, paint, 'start'));
			y += 15;
		}
	}
	const height = Math.ceil(y - (figure.notes.length > 0 ? 15 : 16) + padding);
	const label = `${figure.title}. ${summaryOf(figure)}`;
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeMarkup(label)}" font-family="${font}">`,
		...(paint.background === undefined
			? []
			: [`<rect width="${width}" height="${height}" fill="${paint.background}" class="b"/>`]),
		...parts,
		'</svg>\n',
	].join('\n');
}

/** What the picture shows in words, for whoever cannot see it. */
function summaryOf(figure: Figure): string {
	return figure.lines
		.flatMap(({ name, last }) => (last === undefined ? [] : [`${name}: ${formatNumber(last)}`]))
		.slice(0, 20)
		.join('; ');
}

export function countText(figure: Figure): string {
	return `${formatCount(figure.drawnPoints)} of ${formatCount(figure.allPoints)} points`;
}

function mutedText(
	text: string,
	x: number,
	y: number,
	paint: FigurePaint,
	anchor: 'start' | 'end' | 'middle',
): string {
	const place = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
	return `<text x="${round(x)}" y="${round(y)}" font-size="${tickSize}"${place} fill="${paint.muted}" class="m">${escapeMarkup(text)}</text>`;
}

export function round(value: number): number {
	return Math.round(value * 10) / 10;
}

function wrapped(text: string, width: number): readonly string[] {
	const lines: string[] = [];
	for (const word of text.split(' ')) {
		const last = lines.at(-1);
		const longer = last === undefined ? word : `${last} ${word}`;
		if (last === undefined || textWidth(longer, tickSize) > width) {
			lines.push(fitText(word, tickSize, width));
		} else {
			lines[lines.length - 1] = longer;
		}
	}
	return lines;
}

export function xPlace(figure: Figure, plot: Plot): (value: number) => number {
	const { min, max } = figure.range;
	return value => plot.left + ((value - min) / (max - min)) * (plot.right - plot.left);
}

function yPlace(figure: Figure, plot: Plot): (value: number) => number {
	return value => plot.bottom - figure.scale.place(value) * (plot.bottom - plot.top);
}

function axes(figure: Figure, plot: Plot, paint: FigurePaint): string {
	const xAt = xPlace(figure, plot);
	const yAt = yPlace(figure, plot);
	const across = figure.scale.ticks.map(({ value }) => {
		const y = round(yAt(value));
		return `M${round(plot.left)} ${y}H${round(plot.right)}`;
	});
	const room = Math.max(2, Math.floor((plot.right - plot.left) / 80));
	const ticks = axisTicks(figure.axis, figure.range, room);
	return [
		`<path d="${across.join('')}" fill="none" stroke="${paint.grid}" class="g"/>`,
		...figure.scale.ticks.map(({ value, text }) =>
			mutedText(text, plot.left - 6, yAt(value) + 4, paint, 'end'),
		),
		`<path d="M${round(plot.left)} ${round(plot.bottom)}H${round(plot.right)}" fill="none" stroke="${paint.muted}" class="a"/>`,
		...ticks.map(({ value, text }) =>
			mutedText(text, xAt(value), plot.bottom + 15, paint, 'middle'),
		),
		mutedText(axisWord(figure.axis), plot.right, plot.bottom + 28, paint, 'end'),
	].join('\n');
}

/** Lines that stand behind come first; nothing is drawn outside the axes. */
function lines(figure: Figure, plot: Plot, paint: FigurePaint): string {
	const behind = figure.lines.filter(({ isFaint }) => isFaint === true);
	const front = figure.lines.filter(({ isFaint }) => isFaint !== true);
	return [...behind, ...front].map(line => lineGroup(line, figure, plot, paint)).join('\n');
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
	});
	const smooth = strokes(line.smoothed, at, { width: 1.75, opacity: 1, dash: line.dash });
	const end = endMark(line, at, color);
	return `<g fill="none" stroke="${color}" stroke-linejoin="round" class="s${line.color % paint.series.length}">${raw}${smooth}${end}</g>`;
}

interface Look {
	readonly width: number;
	readonly opacity: number;
	readonly dash: readonly number[];
}

/** What a restart went over again stays visible, fainter, behind what counts now. */
function strokes(
	stretches: readonly Stroke[],
	at: (stroke: Stroke) => readonly (Place | undefined)[],
	look: Look,
): string {
	return stretches
		.map((stroke, i) => {
			const redoneFrom = Math.min(...stretches.slice(i + 1).map(next => next.x[0] ?? Infinity));
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
	const dots = points.length <= fewPoints ? points : places.filter((_, i) => isLone(i));
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
