import { formatNumber } from '../format';
import type { KeyEntry } from './figure';
import { markPath } from './figureMarks';
import { seriesColor, type FigurePaint } from './figurePaint';
import { round } from './figurePlot';
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
/** Room for “and 120 more”. */
const moreWidth = 84;

/** The key of a figure, in rows that wrap; what does not fit into them is counted. */
export function figureKey(
	entries: readonly KeyEntry[],
	place: KeyPlace,
): { readonly markup: string; readonly bottom: number } {
	const parts: string[] = [];
	const right = place.left + place.width;
	let x = place.left;
	let row = 1;
	for (const [i, entry] of entries.entries()) {
		const value = entry.last === undefined ? '' : ` ${formatNumber(entry.last)}`;
		const begin = sampleWidth(entry) + 6;
		const name = fitText(entry.name, size, Math.min(300, place.width - moreWidth - begin));
		const width = begin + textWidth(name, size) + textWidth(value, size) * 1.08;
		const room = row === mostRows && i < entries.length - 1 ? right - moreWidth : right;
		if (x > place.left && x + width > room) {
			if (row === mostRows) {
				parts.push(words(`and ${entries.length - i} more`, '', x, rowAt(place, row), place.paint));
				break;
			}
			x = place.left;
			row++;
		}
		const y = rowAt(place, row);
		parts.push(
			sampleOf(entry, x, y - 4, place.paint),
			words(name, value, x + begin, y, place.paint),
		);
		x += width + gap;
	}
	return { markup: parts.join('\n'), bottom: place.top + row * rowHeight };
}

function rowAt({ top }: KeyPlace, row: number): number {
	return top + row * rowHeight - 4;
}

function sampleWidth({ dash }: KeyEntry): number {
	return dash === undefined ? 10 : sample;
}

function sampleOf(entry: KeyEntry, x: number, y: number, paint: FigurePaint): string {
	const { color: place, dash, mark } = entry;
	const color = place === undefined ? paint.muted : seriesColor(paint, place);
	const name = place === undefined ? 'a' : `s${place % paint.series.length}`;
	const weight = entry.isFaint === true ? '1.25" stroke-opacity=".6' : '2';
	const dashes =
		dash === undefined || dash.length === 0 ? '' : ` stroke-dasharray="${dash.join(' ')}"`;
	const line =
		dash === undefined
			? ''
			: `<path d="M${round(x)} ${round(y)}h${sample}" stroke-width="${weight}"${dashes}/>`;
	const dot =
		mark === undefined ? '' : markPath(mark, round(x + sampleWidth(entry) / 2), round(y), color);
	return `<g fill="none" stroke="${color}" class="${name}">${line}${dot}</g>`;
}

function words(name: string, value: string, x: number, y: number, paint: FigurePaint): string {
	const strong =
		value === ''
			? ''
			: `<tspan font-weight="600" fill="${paint.text}" class="t">${escapeMarkup(value)}</tspan>`;
	return `<text x="${round(x)}" y="${y}" font-size="${size}" fill="${paint.muted}" class="m">${escapeMarkup(name)}${strong}</text>`;
}
