/** What the horizontal axis can be. Time is active time in seconds since the run began. */
export type Axis = 'step' | 'epoch' | 'time';

/**
 * Where a number comes from: the training itself, its loss on held-out rows, the machine, or an
 * `evaluation` of checkpoints by a command. `step` is the loss of each single step, where `train`
 * has means over several.
 */
export type SeriesKind = 'step' | 'train' | 'eval' | 'system' | 'evaluation';

/** A column of numbers that grows by doubling; `values` is a view that the next push may replace. */
class Column {
	#store = new Float64Array(64);
	#length = 0;

	push(value: number): void {
		if (this.#length === this.#store.length) {
			const larger = new Float64Array(this.#store.length * 2);
			larger.set(this.#store);
			this.#store = larger;
		}
		this.#store[this.#length++] = value;
	}

	get values(): Float64Array {
		return this.#store.subarray(0, this.#length);
	}
}

/** A half-open range of points that one line may connect. */
export interface Stretch {
	readonly start: number;
	readonly end: number;
}

/**
 * All logged values of one metric of one run, as columns. A new attempt begins a new stretch, and
 * so does a step, epoch or time that goes back, so that no line is ever drawn backwards. NaN and
 * infinite values stay in place; an unknown epoch is NaN.
 */
export class Series {
	readonly #columns = {
		step: new Column(),
		epoch: new Column(),
		time: new Column(),
		value: new Column(),
	};
	readonly #starts: number[] = [];
	#attempt = 0;
	#last = { step: -Infinity, epoch: -Infinity, time: -Infinity };
	#length = 0;

	constructor(
		readonly metric: string,
		readonly kind: SeriesKind,
		/** The held-out file, where a run has several. */
		readonly dataset?: string,
	) {}

	get length(): number {
		return this.#length;
	}

	get values(): Float64Array {
		return this.#columns.value.values;
	}

	x(axis: Axis): Float64Array {
		return this.#columns[axis].values;
	}

	/** Step of the newest point, or undefined while there is none. */
	get lastStep(): number | undefined {
		return this.#length === 0 ? undefined : this.#last.step;
	}

	push(attempt: number, step: number, epoch: number, time: number, value: number): void {
		const last = this.#last;
		const back = step < last.step || epoch < last.epoch || time < last.time;
		const begins = this.#length === 0 || attempt !== this.#attempt || back;
		if (begins) {
			this.#starts.push(this.#length);
		}
		this.#attempt = attempt;
		const unknownEpoch = Number.isNaN(epoch) && !begins;
		this.#last = { step, epoch: unknownEpoch ? last.epoch : epoch, time };
		this.#columns.step.push(step);
		this.#columns.epoch.push(epoch);
		this.#columns.time.push(time);
		this.#columns.value.push(value);
		this.#length++;
	}

	stretches(): readonly Stretch[] {
		return this.#starts.map((start, i) => ({ start, end: this.#starts[i + 1] ?? this.#length }));
	}
}
