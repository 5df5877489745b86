import { BlockPyramid } from './blockPyramid';
import { float64Column, uint32Column, type Column } from './column';
import { axes, type Axis, type Position, type Rows } from './rows';

export type { Axis } from './rows';

/**
 * Where a number comes from: the training itself, its loss on held-out rows, the machine, or an
 * `evaluation` of checkpoints by a command. `step` is the loss of each single step, where `train`
 * has means over several.
 */
export type SeriesKind = 'step' | 'train' | 'eval' | 'system' | 'evaluation';

/** A half-open range of points that one line may connect. */
export interface Stretch {
	readonly start: number;
	readonly end: number;
}

/**
 * All logged values of one metric of one run, in the order in which they were logged, with their
 * places in rows that are shared with other series. NaN and infinite values stay in place.
 */
export class Series {
	#rows: Rows;
	readonly #values = float64Column();
	/** The row of each point; undefined while they are `#firstRow` and those right after it. */
	#rowOf: Column<Uint32Array> | undefined;
	#firstRow = 0;
	readonly #gathered = new Map<Axis, Column>();
	readonly #blocks = new BlockPyramid();
	#stretches: { readonly starts: number; readonly points: number; readonly all: Stretch[] } = {
		starts: 0,
		points: 0,
		all: [],
	};

	constructor(
		readonly metric: string,
		readonly kind: SeriesKind,
		/** The held-out file, or the GPU, where a run has several. */
		readonly dataset: string | undefined,
		rows: Rows,
	) {
		this.#rows = rows;
	}

	get rows(): Rows {
		return this.#rows;
	}

	get length(): number {
		return this.#values.length;
	}

	get values(): Float64Array {
		return this.#values.values;
	}

	/** The extremes of blocks of points, brought up to date. */
	get blocks(): BlockPyramid {
		this.#blocks.extend(this.values);
		return this.#blocks;
	}

	/** Brings the blocks up to date by at most so many points; false when there are more. */
	extendBlocks(points: number): boolean {
		const upTo = this.#blocks.covered + points;
		this.#blocks.extend(this.values, Math.min(this.length, upTo));
		return upTo >= this.length;
	}

	/** NaN where a point's place is unknown; else rising within each stretch. */
	x(axis: Axis): Float64Array {
		const all = this.rows.x(axis);
		if (!this.#rowOf) {
			return all.subarray(this.#firstRow, this.#firstRow + this.length);
		}
		const gathered = this.#gathered.get(axis) ?? float64Column();
		this.#gathered.set(axis, gathered);
		const rowOf = this.#rowOf.values;
		for (let i = gathered.length; i < rowOf.length; i++) {
			gathered.push(all[rowOf[i] ?? 0] ?? Number.NaN);
		}
		return gathered.values;
	}

	positionOf(point: number): Position {
		return this.#rows.at(this.#rowAt(point));
	}

	/** Step of the newest point, or undefined while there is none. */
	get lastStep(): number | undefined {
		return this.length === 0 ? undefined : this.rows.x('step')[this.#rowAt(this.length - 1)];
	}

	/** `row` is above those of all points before. */
	push(row: number, value: number): void {
		const { length } = this;
		if (length === 0) {
			this.#firstRow = row;
		} else if (!this.#rowOf && row !== this.#firstRow + length) {
			this.#rowOf = uint32Column();
			for (let i = 0; i < length; i++) {
				this.#rowOf.push(this.#firstRow + i);
			}
		}
		this.#rowOf?.push(row);
		this.#values.push(value);
	}

	/** Takes its rows apart from those of other series, because its next points stand elsewhere. */
	detach(): void {
		this.#rows = this.#rows.copy(Array.from({ length: this.length }, (_, i) => this.#rowAt(i)));
		this.#rowOf = undefined;
		this.#firstRow = 0;
		this.#gathered.clear();
		this.#stretches = { starts: 0, points: 0, all: [] };
	}

	/** Makes room for so many more points at once. */
	reserve(more: number): void {
		this.#values.reserve(more);
	}

	/**
	 * The rows begin a new stretch where any axis goes back, also when only another series did, such
	 * as one that counts epochs beside those that count steps. Here it is one stretch all the same
	 * where this series goes on, so that its lines and averages do.
	 */
	stretches(): readonly Stretch[] {
		const { starts, attempts } = this.rows;
		const { length } = this;
		if (this.#stretches.starts === starts.length && this.#stretches.points === length) {
			return this.#stretches.all;
		}
		const all: { start: number; end: number }[] = [];
		const ends =
			starts.length > 1 ? new StretchEnds(this.rows, point => this.#rowAt(point)) : undefined;
		let attempt: number | undefined;
		for (const [i, first] of starts.entries()) {
			const start = this.#pointFrom(first);
			const end = i + 1 < starts.length ? this.#pointFrom(starts[i + 1] ?? 0) : length;
			if (end > start) {
				const last = all.at(-1);
				if (last && attempt === attempts[i] && ends?.goesOn(start) === true) {
					last.end = end;
				} else {
					ends?.begin();
					all.push({ start, end });
				}
				attempt = attempts[i];
				ends?.take(start, end);
			}
		}
		this.#stretches = { starts: starts.length, points: length, all };
		return all;
	}

	#rowAt(point: number): number {
		return this.#rowOf?.values[point] ?? this.#firstRow + point;
	}

	/** The first point that stands in this row or a later one. */
	#pointFrom(row: number): number {
		if (!this.#rowOf) {
			return Math.min(this.length, Math.max(0, row - this.#firstRow));
		}
		const rowOf = this.#rowOf.values;
		let low = 0;
		let high = rowOf.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if ((rowOf[middle] ?? 0) < row) {
				low = middle + 1;
			} else {
				high = middle;
			}
		}
		return low;
	}
}

/** Where the newest stretch of a series stands on each axis. */
class StretchEnds {
	readonly #axes: { readonly x: Float64Array; last: number }[];

	constructor(
		rows: Rows,
		private readonly rowAt: (point: number) => number,
	) {
		// On an axis where no row has a place, none goes back.
		this.#axes = axes
			.filter(axis => rows.extent(axis).min <= rows.extent(axis).max)
			.map(axis => ({ x: rows.x(axis), last: Number.NaN }));
	}

	begin(): void {
		for (const axis of this.#axes) {
			axis.last = Number.NaN;
		}
	}

	/** Whether a point goes back on no axis. What cannot be known at it is taken to go back. */
	goesOn(point: number): boolean {
		const row = this.rowAt(point);
		return this.#axes.every(({ x, last }) => Number.isNaN(last) || (x[row] ?? 0) >= last);
	}

	take(start: number, end: number): void {
		for (const axis of this.#axes) {
			let at = end - 1;
			while (at >= start && Number.isNaN(axis.x[this.rowAt(at)])) {
				at--;
			}
			axis.last = at < start ? axis.last : (axis.x[this.rowAt(at)] ?? axis.last);
		}
	}
}
