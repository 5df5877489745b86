import { scalarAt } from './jsonPath';
import type { QueryRow } from './queryRow';
import { measureOf } from './rowMeasures';

/** What rows can be put in order by. `findings` counts kinds of findings. */
export type SortKey =
	| { readonly kind: 'turns' | 'chars' | 'margin' | 'findings' | 'format' | 'label' | 'rating' }
	| { readonly kind: 'field'; readonly path: readonly string[] };

export interface RowSort {
	readonly by: SortKey;
	readonly isDescending: boolean;
}

/** So many of the rows, drawn at random. The same seed draws the same rows again. */
export interface RowSample {
	readonly count: number;
	readonly seed: number;
}

/** Which rows are shown, and in which order. Never a change of the file. */
export interface RowSelection {
	/** A filter expression; empty for all rows. */
	readonly query: string;
	readonly sort?: RowSort;
	readonly sample?: RowSample;
}

export const allRows: RowSelection = { query: '' };

export function isAllRows({ query, sort, sample }: RowSelection): boolean {
	return query.trim() === '' && sort === undefined && sample === undefined;
}

/** What a row is put in order by; `undefined` where it has no such thing. */
export type SortValue = string | number | undefined;

/** Of what stands in the row itself; findings and annotations do not. Text is cut: no two rows need more to tell them apart. */
export function sortValueOf(key: SortKey, row: QueryRow): SortValue {
	switch (key.kind) {
		case 'turns':
		case 'chars':
		case 'margin':
			return measureOf(key.kind, row);
		case 'format':
			return row.format;
		case 'field': {
			const value = scalarAt(row.value, key.path);
			return typeof value === 'string'
				? value.slice(0, 200)
				: typeof value === 'boolean'
					? String(value)
					: value;
		}
		default:
			return undefined;
	}
}

/**
 * Places of the values in order: numbers before text, what is missing last whichever way round.
 * Equal values stay in the order in which they came.
 */
export function orderOf(values: readonly SortValue[], isDescending: boolean): Uint32Array {
	const sign = isDescending ? -1 : 1;
	return Uint32Array.from(values.keys()).sort(
		(a, b) => compare(values[a], values[b], sign) || a - b,
	);
}

function compare(a: SortValue, b: SortValue, sign: 1 | -1): number {
	if (a === undefined || b === undefined) {
		return Number(a === undefined) - Number(b === undefined);
	}
	if (typeof a === 'number' && typeof b === 'number') {
		return sign * (a - b);
	}
	if (typeof a === 'string' && typeof b === 'string') {
		return sign * (a < b ? -1 : a > b ? 1 : 0);
	}
	return sign * (typeof a === 'number' ? -1 : 1);
}

/**
 * The number that decides whether a row is drawn: the rows with the least are. Of the row and the
 * seed alone, so that a filter changes no row's luck.
 */
export function luckOf(row: number, seed: number): number {
	let mixed = Math.imul((row ^ Math.floor(row / 2 ** 32)) + 0x9e3779b9, 0x85ebca6b) ^ seed;
	mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
	mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
	return (mixed ^ (mixed >>> 15)) >>> 0;
}
