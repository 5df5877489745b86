import type { Stroke } from './figure';

export interface Place {
	/** Tenths of a pixel. */
	readonly x: number;
	readonly y: number;
}

/** Where the points of a stroke stand; an undefined entry is a gap. */
export function placesOf(
	stroke: Stroke,
	xAt: (value: number) => number,
	yAt: (value: number) => number,
): readonly (Place | undefined)[] {
	const places: (Place | undefined)[] = [];
	for (let i = 0; i < stroke.x.length; i++) {
		const x = Math.round(xAt(stroke.x[i] ?? Number.NaN) * 10);
		const y = Math.round(yAt(stroke.y[i] ?? Number.NaN) * 10);
		const isPoint = Number.isFinite(x) && Number.isFinite(y);
		const last = places.at(-1);
		if (!isPoint) {
			if (places.length > 0 && last !== undefined) {
				places.push(undefined);
			}
		} else if (last === undefined || last.x !== x || last.y !== y) {
			places.push({ x, y });
		}
	}
	return places;
}

/** The path through the places, as short as SVG can say it: relative, tenths of a pixel. */
export function pathData(places: readonly (Place | undefined)[]): string {
	let data = '';
	let before: Place | undefined;
	let command = '';
	for (const place of places) {
		if (place === undefined) {
			before = undefined;
			continue;
		}
		if (before === undefined) {
			data += `M${pair(place.x, place.y)}`;
			command = 'M';
		} else {
			const step = pair(place.x - before.x, place.y - before.y);
			data +=
				command === 'l' && step.startsWith('-') ? step : command === 'l' ? ` ${step}` : `l${step}`;
			command = 'l';
		}
		before = place;
	}
	return data;
}

function pair(x: number, y: number): string {
	const second = tenths(y);
	return `${tenths(x)}${second.startsWith('-') ? '' : ' '}${second}`;
}

/** 12 → 1.2, 5 → .5, −5 → -.5. */
export function tenths(value: number): string {
	const whole = Math.trunc(value / 10);
	const rest = Math.abs(value % 10);
	const sign = value < 0 && whole === 0 ? '-' : '';
	if (rest === 0) {
		return String(whole);
	}
	return `${sign}${whole === 0 ? '' : whole}.${rest}`;
}
