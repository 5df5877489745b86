import { formatNumber } from '../format';
import type { FigureLine } from './figure';
import { markPath } from './figureMarks';
import { seriesColor, type FigurePaint } from './figurePaint';
import { escapeMarkup, fitText, textWidth } from './svgText';

export interface KeyPlace {
	readonly left: number;
	readonly top: number;
	readonly width: number;
	readonly paint: FigurePaint;
}

const size = 11;
const rowHeight = 16;
const sample = 22;
const gap = 14;
const mostRows = 4;

/** The key of a figure: a piece of each line with its name and newest value, in rows that wrap. */
export function figureKey(
	lines: readonly FigureLine[],
	place: KeyPlace,
): { readonly markup: string; readonly bottom: number } {
	const parts: string[] = [];
	let x = place.left;
	let row = 1;
	for (const [i, line] of lines.entries()) {
		const value = line.last === undefined ? '' : ` ${formatNumber(line.last)}`;
		const room = Math.min(320, place.width - sample - 6 - textWidth(value, size));
		const name = fitText(line.name, size, room);
		const width = sample + 6 + textWidth(name, size) + textWidth(value, size) * 1.06;
		if (x > place.left && x + width > place.left + place.width) {
			if (row === mostRows) {
				parts.push(
					words(`and ${lines.length - i} more`, '', x, place.top + row * rowHeight - 4, place),
				);
				break;
			}
			x = place.left;
			row++;
		}
		const y = place.top + row * rowHeight - 4;
		parts.push(sampleOf(line, x, y - 4, place.paint), words(name, value, x + sample + 6, y, place));
		x += width + gap;
	}
	return { markup: parts.join('\n'), bottom: place.top + row * rowHeight };
}

function sampleOf(line: FigureLine, x: number, y: number, paint: FigurePaint): string {
	const color = seriesColor(paint, line.color);
	const dash = line.dash.length === 0 ? '' : ` stroke-dasharray="${line.dash.join(' ')}"`;
	const weight = line.isFaint === true ? '1.25" stroke-opacity=".6' : '2';
	const at = (value: number): number => Math.round(value * 10) / 10;
	const mark = line.mark === undefined ? '' : markPath(line.mark, at(x + sample / 2), at(y), color);
	return `<g fill="none" stroke="${color}" class="s${line.color % paint.series.length}"><path d="M${at(x)} ${at(y)}h${sample}" stroke-width="${weight}"${dash}/>${mark}</g>`;
}

function words(name: string, value: string, x: number, y: number, { paint }: KeyPlace): string {
	const strong =
		value === ''
			? ''
			: `<tspan font-weight="600" fill="${paint.text}" class="t">${escapeMarkup(value)}</tspan>`;
	return `<text x="${Math.round(x * 10) / 10}" y="${y}" font-size="${size}" fill="${paint.muted}" class="m">${escapeMarkup(name)}${strong}</text>`;
}
