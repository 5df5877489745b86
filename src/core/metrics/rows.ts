import { float64Column, type Column } from './column';

/**
 * What the horizontal axis can be: optimizer steps, epochs, tokens and samples trained on, active
 * time in seconds since the run began, and the clock of the host in Unix seconds.
 */
export type Axis = 'step' | 'epoch' | 'tokens' | 'samples' | 'time' | 'wall';

export const axes: readonly Axis[] = ['step', 'epoch', 'tokens', 'samples', 'time', 'wall'];

/** Where a line of metrics stands on each axis; NaN, or what is not finite, where it is unknown. */
export type Position = Readonly<Record<Axis, number>>;

export const unknownPosition: Position = {
	step: Number.NaN,
	epoch: Number.NaN,
	tokens: Number.NaN,
	samples: Number.NaN,
	time: Number.NaN,
	wall: Number.NaN,
};

interface AxisColumn {
	readonly column: Column;
	/** Some row has no place on this axis. */
	hasUnknown: boolean;
	/** Of the newest row with a place, in this stretch. */
	last: number;
	min: number;
	max: number;
}

function axisColumn(): AxisColumn {
	return {
		column: float64Column(),
		hasUnknown: false,
		last: Number.NaN,
		min: Infinity,
		max: -Infinity,
	};
}

/**
 * The positions of the lines of one kind, shared by all series that were logged with them. A new
 * attempt begins a new stretch, and so does any axis that goes back (steps done again, a clock set
 * back), so that within a stretch every axis rises or stands still.
 */
export class Rows {
	readonly #axes: Readonly<Record<Axis, AxisColumn>> = {
		step: axisColumn(),
		epoch: axisColumn(),
		tokens: axisColumn(),
		samples: axisColumn(),
		time: axisColumn(),
		wall: axisColumn(),
	};
	/** The first row of each stretch. */
	readonly #starts: number[] = [];
	readonly #attempts: number[] = [];

	get length(): number {
		return this.#axes.step.column.length;
	}

	get starts(): readonly number[] {
		return this.#starts;
	}

	/** The attempt of each stretch. */
	get attempts(): readonly number[] {
		return this.#attempts;
	}

	x(axis: Axis): Float64Array {
		return this.#axes[axis].column.values;
	}

	hasUnknown(axis: Axis): boolean {
		return this.#axes[axis].hasUnknown;
	}

	/** The smallest and the largest known place; `min` above `max` when there is none. */
	extent(axis: Axis): { readonly min: number; readonly max: number } {
		return this.#axes[axis];
	}

	reserve(more: number): void {
		for (const axis of axes) {
			this.#axes[axis].column.reserve(more);
		}
	}

	/** @returns the index of the new row */
	push(attempt: number, position: Position): number {
		const row = this.length;
		const begins =
			attempt !== this.#attempts.at(-1) ||
			axes.some(axis => position[axis] < this.#axes[axis].last);
		if (begins) {
			this.#starts.push(row);
			this.#attempts.push(attempt);
		}
		for (const axis of axes) {
			const its = this.#axes[axis];
			const at = Number.isFinite(position[axis]) ? position[axis] : Number.NaN;
			its.column.push(at);
			if (Number.isNaN(at)) {
				its.hasUnknown = true;
				its.last = begins ? at : its.last;
			} else {
				its.last = at;
				its.min = Math.min(its.min, at);
				its.max = Math.max(its.max, at);
			}
		}
		return row;
	}

	/** Some of the rows, which from then on grow apart from these. */
	copy(rows: Iterable<number>): Rows {
		const copy = new Rows();
		let stretch = -1;
		for (const row of rows) {
			while ((this.#starts[stretch + 1] ?? Infinity) <= row) {
				stretch++;
			}
			copy.push(this.#attempts[stretch] ?? 1, this.at(row));
		}
		return copy;
	}

	/** The place of the newest row of a step; undefined when there is none. */
	newestOf(step: number): Position | undefined {
		const steps = this.x('step');
		for (let i = this.#starts.length - 1; i >= 0; i--) {
			const start = this.#starts[i] ?? 0;
			const row = lastUpTo(steps, start, this.#starts[i + 1] ?? steps.length, step);
			if (row >= start && steps[row] === step) {
				return this.at(row);
			}
		}
		return undefined;
	}

	at(row: number): Position {
		const at = (axis: Axis): number => this.#axes[axis].column.at(row);
		return {
			step: at('step'),
			epoch: at('epoch'),
			tokens: at('tokens'),
			samples: at('samples'),
			time: at('time'),
			wall: at('wall'),
		};
	}
}

/** Index of the last of rising numbers that is not above `most`; `start - 1` when none is. */
function lastUpTo(rising: Float64Array, start: number, end: number, most: number): number {
	let low = start;
	let high = end;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((rising[middle] ?? Infinity) <= most) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low - 1;
}
