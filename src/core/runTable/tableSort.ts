import { lazy } from '../base/lazy';
import type { CellValue } from './tableRun';

const collator = lazy(() => new Intl.Collator('en', { numeric: true, sensitivity: 'base' }));

/**
 * The order of rows by one column, as indices. Rows that are equal keep their order, whichever way
 * it is sorted; those without a value, and NaN, stand last.
 */
export function sortedOrder(values: readonly CellValue[], descending: boolean): number[] {
	const sign = descending ? -1 : 1;
	return values
		.map((_, index) => index)
		.sort((a, b) => {
			const [x, y] = [values[a], values[b]];
			const missing = Number(isMissing(x)) - Number(isMissing(y));
			return missing !== 0 || isMissing(x) ? missing : sign * compare(x, y);
		});
}

function isMissing(value: CellValue): boolean {
	return value === undefined || Number.isNaN(value);
}

/** Numbers stand before words. */
function compare(x: CellValue, y: CellValue): number {
	if (typeof x === 'number' && typeof y === 'number') {
		return x < y ? -1 : x > y ? 1 : 0;
	}
	return typeof x === 'string' && typeof y === 'string'
		? collator().compare(x, y)
		: Number(typeof x === 'string') - Number(typeof y === 'string');
}
