import type { MetricPoint } from '../training/runLibrary';
import type { Marker } from './marker';
import { nearestPoint } from './nearestPoint';
import { kindOf, type PackedPoints } from './packedPoints';
import { markersOfNotes, seriesOfScores } from './remarkedSeries';
import { noRemarks, type RunRemarks } from './remarks';
import { Rows, unknownPosition, type Axis, type Position } from './rows';
import { Series, type SeriesKind } from './series';

export type { Marker } from './marker';

/** Train and eval lines of one metric share a name: TRL logs `eval_loss` where training logs `loss`. */
export function metricName(name: string, kind: SeriesKind): string {
	return kind === 'eval' && name.startsWith('eval_') ? name.slice('eval_'.length) : name;
}

function keyOf(metric: string, kind: SeriesKind, dataset: string | undefined): string {
	return dataset === undefined ? `${kind} ${metric}` : `${kind} ${metric} ${dataset}`;
}

/** Running totals that place a line on the axes of tokens and of samples. */
const totals: readonly (readonly ['tokens' | 'samples', readonly string[]])[] = [
	['tokens', ['num_tokens', 'eval_num_tokens', 'num_input_tokens_seen', 'total_tokens']],
	['samples', ['num_samples', 'eval_num_samples', 'samples_seen']],
];

/** Every number one run has logged, as series by metric and kind, appended by deltas. */
export class RunMetrics {
	readonly #series = new Map<string, Series>();
	/** By `rowsKey`. */
	readonly #rows = new Map<string, Rows>();
	readonly #markers: Marker[] = [];
	readonly #summary = new Map<string, number>();
	/** Metrics that lines of single steps carry: what TRL logs of them is the same again. */
	readonly #ofEachStep = new Set<string>();
	#remarks: RunRemarks = noRemarks;
	#scores = new Map<string, Series>();
	#notes: readonly Marker[] = [];
	#lastLine = 0;
	#attempt = 0;
	/** The newest totals, which hold for other lines of the same step too. */
	readonly #totals = {
		tokens: { attempt: 0, step: Number.NaN, value: Number.NaN },
		samples: { attempt: 0, step: Number.NaN, value: Number.NaN },
	};

	/** Number of the last line taken in, 0 before the first. */
	get lastLine(): number {
		return this.#lastLine;
	}

	get markers(): readonly Marker[] {
		return this.#notes.length === 0 ? this.#markers : [...this.#markers, ...this.#notes];
	}

	/** Totals that the trainer logs once at the end. */
	get summary(): ReadonlyMap<string, number> {
		return this.#summary;
	}

	/** In the order in which they first appeared. */
	get series(): readonly Series[] {
		return [...this.#series.values(), ...this.#scores.values()];
	}

	/** Counts of what people and judges said, so that a reader sees when that changed. */
	get remarks(): RunRemarks {
		return this.#remarks;
	}

	set remarks(remarks: RunRemarks) {
		this.#remarks = remarks;
		this.#placeRemarks();
	}

	/** How many series there are; a panel may have come when it rises. */
	get count(): number {
		return this.#series.size + this.#scores.size;
	}

	get(metric: string, kind: SeriesKind, dataset?: string): Series | undefined {
		const key = keyOf(metric, kind, dataset);
		return this.#series.get(key) ?? this.#scores.get(key);
	}

	/**
	 * Where a step stands on all axes, by the newest line of it; where none is, only as a step. Lines
	 * with a loss come first: others may count something else than optimizer steps.
	 */
	placeOf(step: number): Position {
		const kinds = ['step', 'train', 'eval'] as const;
		const losses = kinds.map(kind =>
			newestOf(this.#series.get(keyOf('loss', kind, undefined)), step),
		);
		const lines = kinds.map(kind => this.#rows.get(kind)?.newestOf(step));
		return (
			[...losses, ...lines].find(position => position !== undefined) ??
			this.#markers.findLast(marker => marker.kind === 'checkpoint' && marker.step === step) ?? {
				...unknownPosition,
				step,
			}
		);
	}

	/** From the first to the last known place of any series; undefined when there is none. */
	extent(axis: Axis): { readonly min: number; readonly max: number } | undefined {
		let min = Infinity;
		let max = -Infinity;
		for (const rows of new Set(this.series.map(series => series.rows))) {
			const extent = rows.extent(axis);
			min = Math.min(min, extent.min);
			max = Math.max(max, extent.max);
		}
		return min <= max ? { min, max } : undefined;
	}

	/** Takes lines in; those already known (by line number) are passed over. */
	append(packed: PackedPoints): void {
		const known = this.#lastLine;
		const labels = new Map(packed.labels.map(({ row, label }) => [row, label]));
		const { places, others } = this.#place(packed, known, labels);
		const bare = new Set(labels.keys());
		for (const { name, row: rows, value: values } of packed.metrics) {
			let reserved: Series | undefined;
			for (const [i, row] of rows.entries()) {
				bare.delete(row);
				const place = places[row] ?? -1;
				if (place === unplaced) {
					continue;
				}
				const kind = kindOf(packed, row);
				const value = values[i] ?? Number.NaN;
				const label = labels.size === 0 ? undefined : labels.get(row);
				if (place === notCharted) {
					this.#takeOther(others.get(row) ?? unknownPosition, name, value, kind, label);
				} else if (!(kind === 'train' && this.#ofEachStep.has(name))) {
					const series = this.#seriesFor(name, kind as SeriesKind, label);
					if (series !== reserved) {
						series.reserve(rows.length - i > 64 ? rows.length - i : 0);
						reserved = series;
					}
					this.#push(series, packed, row, place, value, rowsKey(kind, label));
				}
			}
		}
		for (const row of bare) {
			const label = labels.get(row);
			// That a run goes on shows as its new attempt.
			if (
				label !== undefined &&
				label !== 'resumed' &&
				(packed.n[row] ?? 0) > known &&
				kindOf(packed, row) === 'marker'
			) {
				this.#mark('note', label, others.get(row) ?? unknownPosition);
			}
		}
		if (this.#remarks !== noRemarks) {
			this.#placeRemarks();
		}
	}

	/** A checkpoint may be scored or noted before its lines are here. */
	#placeRemarks(): void {
		const placeOf = (step: number): Position => this.placeOf(step);
		const scores = seriesOfScores(this.#remarks.scores, placeOf);
		this.#scores = new Map(
			scores.map(series => [keyOf(series.metric, series.kind, undefined), series]),
		);
		this.#notes = markersOfNotes(this.#remarks.notes, placeOf);
	}

	/** Gives each new line of a chart its row, and each `notCharted` one its position. */
	#place(
		packed: PackedPoints,
		known: number,
		labels: ReadonlyMap<number, string>,
	): { readonly places: Int32Array; readonly others: ReadonlyMap<number, Position> } {
		const others = new Map<number, Position>();
		const places = new Int32Array(packed.n.length).fill(unplaced);
		const found = totals.map(
			([axis, names]) =>
				[
					axis,
					packed.metrics
						.filter(({ name }) => names.includes(name))
						.map(({ row, value }) => ({ row, value, at: 0 })),
				] as const,
		);
		for (const [row, n] of packed.n.entries()) {
			if (n <= known) {
				continue;
			}
			this.#markAttempt(packed, row);
			this.#lastLine = n;
			for (const [axis, columns] of found) {
				for (const column of columns) {
					while ((column.row[column.at] ?? Infinity) < row) {
						column.at++;
					}
					const value = column.value[column.at] ?? Number.NaN;
					if (column.row[column.at] === row && Number.isFinite(value)) {
						const attempt = packed.attempt[row] ?? 1;
						this.#totals[axis] = { attempt, step: packed.step[row] ?? Number.NaN, value };
					}
				}
			}
			const kind = kindOf(packed, row);
			if (kind === 'check' || kind === 'summary' || kind === 'marker') {
				places[row] = notCharted;
				others.set(row, this.#positionOf(packed, row));
				continue;
			}
			const key = rowsKey(kind, labels.get(row));
			const rows = this.#rows.get(key) ?? new Rows();
			if (rows.length === 0) {
				this.#rows.set(key, rows);
				// A kind is either rare or most of what is here.
				rows.reserve(isMostly(packed, row) ? packed.n.length - row : 0);
			}
			places[row] = rows.push(packed.attempt[row] ?? 1, this.#positionOf(packed, row));
		}
		return { places, others };
	}

	#positionOf(packed: PackedPoints, row: number): Position {
		const step = packed.step[row] ?? Number.NaN;
		const attempt = packed.attempt[row] ?? 1;
		const total = (axis: 'tokens' | 'samples'): number => {
			const newest = this.#totals[axis];
			return newest.attempt === attempt && newest.step === step ? newest.value : Number.NaN;
		};
		if (kindOf(packed, row) === 'evaluation') {
			// It is of a checkpoint, so it stands where that was made, whenever it was evaluated.
			const place = this.placeOf(step);
			return { ...place, epoch: packed.epoch[row] ?? place.epoch };
		}
		return {
			step,
			epoch: packed.epoch[row] ?? Number.NaN,
			tokens: total('tokens'),
			samples: total('samples'),
			time: packed.time[row] ?? Number.NaN,
			wall: packed.wall[row] ?? Number.NaN,
		};
	}

	#push(
		series: Series,
		packed: PackedPoints,
		row: number,
		place: number,
		value: number,
		key: string,
	): void {
		const own = this.#rows.get(key);
		if (series.rows === own) {
			series.push(place, value);
			return;
		}
		// Lines of single steps began only after an older version had logged means.
		if (series.rows === this.#rows.get(series.kind)) {
			series.detach();
		}
		const attempt = packed.attempt[row] ?? 1;
		series.push(series.rows.push(attempt, own?.at(place) ?? unknownPosition), value);
	}

	#takeOther(
		position: Position,
		name: string,
		value: number,
		kind: MetricPoint['kind'],
		label: string | undefined,
	): void {
		if (kind === 'summary') {
			this.#summary.set(name, value);
		} else if (kind === 'marker') {
			const isCheckpoint = name === 'checkpoint';
			const text = isCheckpoint ? `checkpoint ${value}` : (label ?? name);
			this.#mark(isCheckpoint ? 'checkpoint' : 'note', text, position);
		}
	}

	/** All of a single step's numbers but its loss are what training lines have of it as well. */
	#seriesFor(name: string, kind: SeriesKind, label: string | undefined): Series {
		if (kind === 'step' && name !== 'loss') {
			this.#ofEachStep.add(name);
			return this.#of(name, 'train', undefined, kind);
		}
		const isPart = kind === 'eval' || (kind === 'system' && label !== machineLabel);
		const part = isPart ? label : undefined;
		return this.#of(metricName(name, kind), kind, part, rowsKey(kind, label));
	}

	#of(metric: string, kind: SeriesKind, dataset: string | undefined, lines: string): Series {
		const key = keyOf(metric, kind, dataset);
		const found = this.#series.get(key);
		if (found) {
			return found;
		}
		const made = new Series(metric, kind, dataset, this.#rows.get(lines) ?? new Rows());
		this.#series.set(key, made);
		return made;
	}

	#markAttempt(packed: PackedPoints, row: number): void {
		const attempt = packed.attempt[row] ?? 1;
		if (this.#attempt !== 0 && attempt !== this.#attempt) {
			this.#mark('attempt', `resumed, attempt ${attempt}`, this.#positionOf(packed, row));
		}
		this.#attempt = attempt;
	}

	#mark(kind: Marker['kind'], text: string, position: Position): void {
		this.#markers.push({ kind, text, ...position });
	}
}

/** The place of the newest point of a step; undefined when there is none. */
function newestOf(series: Series | undefined, step: number): Position | undefined {
	const point = series === undefined ? -1 : nearestPoint(series, 'step', step);
	const position = point < 0 ? undefined : series?.positionOf(point);
	return position?.step === step ? position : undefined;
}

/** Label of the `system` lines that are of the host and of all its GPUs together. */
const machineLabel = 'machine';

/**
 * Which lines stand in rows of their own. Those of the machine are sampled beside the trainer, so
 * that their steps and times are not in order with those of its lines.
 */
function rowsKey(kind: MetricPoint['kind'], label: string | undefined): string {
	return kind === 'system' && label !== undefined ? 'machine' : kind;
}

/** Of lines that were known before, and of those that stand on no chart. */
const unplaced = -1;
const notCharted = -2;

/** Whether more than half of the lines from here on are of the kind of this one. */
function isMostly(packed: PackedPoints, from: number): boolean {
	const kind = packed.kind[from];
	let count = 0;
	for (let row = from; row < packed.kind.length; row++) {
		count += packed.kind[row] === kind ? 1 : 0;
	}
	return count * 2 > packed.kind.length - from;
}
