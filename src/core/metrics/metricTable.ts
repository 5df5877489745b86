import type { Axis, Series } from './series';

/**
 * Rows of a table: a position, and for each column the value logged there. The columns stand one
 * after the other in one array, since VS Code loses all but the first 250 arrays of a message.
 */
export interface TableRows {
	/** Index of the first row. */
	readonly start: number;
	/** How many rows the whole table has. */
	readonly total: number;
	readonly x: Float64Array;
	/** The rows of the first column, then those of the second, and so on. */
	readonly values: Float64Array;
	/** In the same places 1 where something was logged; a value of NaN can have been. */
	readonly isLogged: Uint8Array;
	/** Points whose position on this axis is not known, which no row can stand for. */
	readonly withoutPosition: number;
}

/**
 * Series side by side, one row for each position at which any of them has a point. Where a restart
 * logged a position again, it has a row for each time. Nothing is interpolated.
 */
export class MetricTable {
	readonly #x: Float64Array;
	/** Per column the index of the point of each row, -1 for none. */
	readonly #points: readonly Int32Array[];
	readonly #withoutPosition: number;
	readonly #lengths: readonly number[];

	constructor(
		/** Undefined stands for a column without any point. */
		private readonly series: readonly (Series | undefined)[],
		readonly axis: Axis,
	) {
		this.#lengths = series.map(one => one?.length ?? 0);
		const columns = series.map(one => new Positions(one, axis));
		this.#withoutPosition = columns.reduce((sum, column) => sum + column.unknown, 0);
		const most = columns.reduce((sum, column) => sum + column.count, 0);
		const x = new Float64Array(most);
		const points = columns.map(() => new Int32Array(most).fill(-1));
		let rows = 0;
		for (;;) {
			const at = columns.reduce((least, column) => Math.min(least, column.x), Infinity);
			if (at === Infinity) {
				break;
			}
			x[rows] = at;
			for (const [n, column] of columns.entries()) {
				if (column.x === at) {
					(points[n] ?? new Int32Array())[rows] = column.take();
				}
			}
			rows++;
		}
		// A copy gives back what the worst case would have needed.
		this.#x = x.slice(0, rows);
		this.#points = points.map(column => column.slice(0, rows));
	}

	/** Whether it still is of these series as they are now. */
	isOf(series: readonly (Series | undefined)[], axis: Axis): boolean {
		return (
			axis === this.axis &&
			series.length === this.series.length &&
			series.every((one, n) => one === this.series[n] && (one?.length ?? 0) === this.#lengths[n])
		);
	}

	/** The rows from `start` on, at most `count`; fewer or none beyond the end. */
	rows(start: number, count: number): TableRows {
		const from = Math.max(0, Math.min(Math.floor(start), this.#x.length));
		const to = Math.min(this.#x.length, from + Math.max(0, Math.floor(count)));
		const rows = to - from;
		const values = new Float64Array(rows * this.series.length).fill(Number.NaN);
		const isLogged = new Uint8Array(values.length);
		for (const [column, points] of this.#points.entries()) {
			const logged = this.series[column]?.values;
			for (const [row, point] of points.subarray(from, to).entries()) {
				if (point >= 0) {
					values[column * rows + row] = logged?.[point] ?? Number.NaN;
					isLogged[column * rows + row] = 1;
				}
			}
		}
		return {
			start: from,
			total: this.#x.length,
			x: this.#x.slice(from, to),
			values,
			isLogged,
			withoutPosition: this.#withoutPosition,
		};
	}
}

/** The value of a column in a row of these, undefined where nothing was logged. */
export function cellOf(rows: TableRows, column: number, row: number): number | undefined {
	const at = column * rows.x.length + row;
	return rows.isLogged[at] === 1 ? rows.values[at] : undefined;
}

/** Walks a series by rising position; of equal positions in the order in which they were logged. */
class Positions {
	readonly #x: Float64Array;
	/** Undefined where the points lie in order already. */
	readonly #order: Uint32Array | undefined;
	#next = 0;
	readonly unknown: number;

	constructor(series: Series | undefined, axis: Axis) {
		const x = series?.x(axis) ?? new Float64Array();
		this.#x = x;
		this.#order = isRising(x) ? undefined : orderOf(x);
		this.unknown = x.length - this.count;
	}

	get count(): number {
		return this.#order?.length ?? this.#x.length;
	}

	/** The next position, Infinity after the last. */
	get x(): number {
		return this.#next < this.count ? (this.#x[this.#at()] ?? Infinity) : Infinity;
	}

	/** Index of the point at the next position, which is passed. */
	take(): number {
		const at = this.#at();
		this.#next++;
		return at;
	}

	#at(): number {
		return this.#order ? (this.#order[this.#next] ?? 0) : this.#next;
	}
}

function isRising(x: Float64Array): boolean {
	let last = -Infinity;
	for (const at of x) {
		// Also false for NaN.
		if (!(at >= last)) {
			return false;
		}
		last = at;
	}
	return true;
}

/** The indices of known positions, by position and then by index. */
function orderOf(x: Float64Array): Uint32Array {
	const known = Uint32Array.from(x.keys()).filter(i => Number.isFinite(x[i]));
	return known.sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0) || a - b);
}
