import { formatNumber } from '../format';

/** A measured number, with what is known about how sure it is. */
export interface MeasuredCell {
	readonly value: number;
	/** How many rows, prompts or games it was measured on. */
	readonly n?: number;
	/** Bounds of its 95% interval. */
	readonly interval?: { readonly low: number; readonly high: number };
}

export type TableCell = string | MeasuredCell | undefined;

export interface TableColumn {
	readonly title: string;
	/** Numbers stand right, words left. */
	readonly isNumber?: boolean;
}

/** A table for a paper, a README or a message: plain rows and columns, words and numbers. */
export interface TextTable {
	readonly columns: readonly TableColumn[];
	readonly rows: readonly (readonly TableCell[])[];
	/** Sentences that belong below it. */
	readonly notes: readonly string[];
}

/** The parts of a cell as text, for whoever sets them in its own way. Without a value all is empty. */
export interface CellText {
	readonly value: string;
	/** Half of a symmetric interval. */
	readonly plusMinus?: string;
	/** The bounds of any other. */
	readonly bounds?: readonly [string, string];
	readonly n?: string;
}

/** An interval whose halves differ by less than this share of its width is written as ±. */
const symmetric = 0.02;

export function cellText(cell: TableCell): CellText {
	if (cell === undefined) {
		return { value: '' };
	}
	if (typeof cell === 'string') {
		return { value: cell };
	}
	const { value, n, interval } = cell;
	const count = n === undefined ? {} : { n: formatNumber(n) };
	if (!interval || !Number.isFinite(interval.high - interval.low) || !Number.isFinite(value)) {
		return { value: formatNumber(value), ...count };
	}
	const width = interval.high - interval.low;
	const digits = decimalsFor(width / 2, value);
	const fixed = (number: number): string =>
		digits === undefined ? formatNumber(number) : withMinus(number.toFixed(digits));
	const up = interval.high - value;
	const down = value - interval.low;
	return Math.abs(up - down) <= symmetric * width
		? { value: fixed(value), plusMinus: fixed(width / 2), ...count }
		: { value: fixed(value), bounds: [fixed(interval.low), fixed(interval.high)], ...count };
}

/** So many decimals that half of the interval keeps two digits; none where exponents read better. */
function decimalsFor(half: number, value: number): number | undefined {
	const isOdd = !(half > 0) || half < 1e-6 || Math.abs(value) >= 1e9;
	return isOdd ? undefined : Math.max(0, 1 - Math.floor(Math.log10(half)));
}

function withMinus(text: string): string {
	return text.replace('-', '−');
}

/** The n that all measured cells of a column share, to be said once in its heading. */
export function sharedCount(table: TextTable, column: number): number | undefined {
	const counts = new Set<number | undefined>();
	for (const row of table.rows) {
		const cell = row[column];
		if (typeof cell === 'object') {
			counts.add(cell.n);
		}
	}
	return counts.size === 1 ? [...counts][0] : undefined;
}
