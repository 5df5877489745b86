import { formatCount, formatNumber } from '../format';
import { axisTicks, axisWord } from './axisTicks';
import type { Figure } from './figure';
import { figureKey } from './figureKey';
import type { FigurePaint } from './figurePaint';
import { plotLines } from './figureLines';
import { plotMarkers } from './figureMarkers';
import { round, xPlace, yPlace, type Plot } from './figurePlot';
import { escapeMarkup, fitText, textWidth } from './svgText';

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

const font = `system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif`;
const tickSize = 11;

/**
 * The figure as one SVG document without a script or a style sheet: words are text, colours are
 * attributes, and their classes let a page around it give others. The same figure gives the same
 * bytes.
 */
export function figureSvg(figure: Figure, options: SvgOptions): string {
	const { paint, width } = options;
	// A page around it has its own space.
	const padding = options.isUntitled === true ? 2 : 12;
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
	const key = figureKey(figure.key, { left: padding, top: y, width: inner, paint });
	parts.push(key.markup);
	y = key.bottom + 8;
	const left =
		padding + 6 + Math.max(22, ...figure.scale.ticks.map(({ text }) => textWidth(text, tickSize)));
	const plot = { left, right: width - padding - 16, top: y, bottom: y + options.height - 22 };
	parts.push(
		axes(figure, plot, paint),
		plotLines(figure, plot, paint),
		plotMarkers(figure, plot, paint),
	);
	y = plot.bottom + 29;
	const notes = figure.notes.flatMap(note =>
		wrapped(note, inner - textWidth(axisWord(figure.axis), tickSize) - 16),
	);
	for (const [i, note] of notes.entries()) {
		parts.push(mutedText(note, padding, y + i * 15, paint, 'start'));
	}
	const height = Math.ceil(y + Math.max(0, notes.length - 1) * 15 + 4 + padding);
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
		mutedText(axisWord(figure.axis), plot.right + 14, plot.bottom + 29, paint, 'end'),
	].join('\n');
}
