import { kindOf, type PackedPoints } from './packedPoints';
import { Series, type SeriesKind } from './series';

/** Something that happened at a step and is marked on the axis. */
export interface Marker {
	readonly kind: 'checkpoint' | 'attempt' | 'note';
	readonly step: number;
	readonly epoch: number;
	readonly time: number;
	readonly text: string;
}

/** Train and eval lines of one metric share a name: TRL logs `eval_loss` where training logs `loss`. */
export function metricName(name: string, kind: SeriesKind): string {
	return kind === 'eval' && name.startsWith('eval_') ? name.slice('eval_'.length) : name;
}

function keyOf(metric: string, kind: SeriesKind, dataset: string | undefined): string {
	return dataset === undefined ? `${kind} ${metric}` : `${kind} ${metric} ${dataset}`;
}

/** Every number one run has logged, as series by metric and kind, appended by deltas. */
export class RunMetrics {
	readonly #series = new Map<string, Series>();
	readonly #markers: Marker[] = [];
	readonly #summary = new Map<string, number>();
	/** Metrics that lines of single steps carry: what TRL logs of them is the same again. */
	readonly #ofEachStep = new Set<string>();
	#lastLine = 0;
	#attempt = 0;

	/** Number of the last line taken in, 0 before the first. */
	get lastLine(): number {
		return this.#lastLine;
	}

	get markers(): readonly Marker[] {
		return this.#markers;
	}

	/** Totals that the trainer logs once at the end. */
	get summary(): ReadonlyMap<string, number> {
		return this.#summary;
	}

	/** In the order in which they first appeared. */
	get series(): readonly Series[] {
		return [...this.#series.values()];
	}

	get(metric: string, kind: SeriesKind, dataset?: string): Series | undefined {
		return this.#series.get(keyOf(metric, kind, dataset));
	}

	/** Takes lines in; those already known (by line number) are passed over. */
	append(packed: PackedPoints): void {
		const known = this.#lastLine;
		for (const [row, n] of packed.n.entries()) {
			if (n > known) {
				this.#markAttempt(packed, row);
				this.#lastLine = n;
			}
		}
		const labels = new Map(packed.labels.map(({ row, label }) => [row, label]));
		for (const { name, row: rows, value: values } of packed.metrics) {
			for (const [i, row] of rows.entries()) {
				if ((packed.n[row] ?? 0) > known) {
					this.#take(packed, row, name, values[i] ?? Number.NaN, labels.get(row));
				}
			}
		}
		for (const [row, label] of labels) {
			const bare = !packed.metrics.some(metric => metric.row.includes(row));
			// That a run goes on shows as its new attempt.
			if (
				bare &&
				label !== 'resumed' &&
				(packed.n[row] ?? 0) > known &&
				kindOf(packed, row) === 'marker'
			) {
				this.#mark('note', packed, row, label);
			}
		}
	}

	#take(
		packed: PackedPoints,
		row: number,
		name: string,
		value: number,
		label: string | undefined,
	): void {
		const kind = kindOf(packed, row);
		if (kind === 'summary') {
			this.#summary.set(name, value);
		} else if (kind === 'marker') {
			const isCheckpoint = name === 'checkpoint';
			const text = isCheckpoint ? `checkpoint ${value}` : (label ?? name);
			this.#mark(isCheckpoint ? 'checkpoint' : 'note', packed, row, text);
		} else if (kind !== 'check' && !(kind === 'train' && this.#ofEachStep.has(name))) {
			this.#seriesFor(name, kind, label).push(
				packed.attempt[row] ?? 1,
				packed.step[row] ?? Number.NaN,
				packed.epoch[row] ?? Number.NaN,
				packed.time[row] ?? Number.NaN,
				value,
			);
		}
	}

	/** All of a single step's numbers but its loss are what training lines have of it as well. */
	#seriesFor(name: string, kind: SeriesKind, label: string | undefined): Series {
		if (kind === 'step' && name !== 'loss') {
			this.#ofEachStep.add(name);
			return this.#of(name, 'train');
		}
		return this.#of(metricName(name, kind), kind, kind === 'eval' ? label : undefined);
	}

	#of(metric: string, kind: SeriesKind, dataset?: string): Series {
		const key = keyOf(metric, kind, dataset);
		const found = this.#series.get(key) ?? new Series(metric, kind, dataset);
		this.#series.set(key, found);
		return found;
	}

	#markAttempt(packed: PackedPoints, row: number): void {
		const attempt = packed.attempt[row] ?? 1;
		if (this.#attempt !== 0 && attempt !== this.#attempt) {
			this.#mark('attempt', packed, row, `resumed, attempt ${attempt}`);
		}
		this.#attempt = attempt;
	}

	#mark(kind: Marker['kind'], packed: PackedPoints, row: number, text: string): void {
		this.#markers.push({
			kind,
			step: packed.step[row] ?? Number.NaN,
			epoch: packed.epoch[row] ?? Number.NaN,
			time: packed.time[row] ?? Number.NaN,
			text,
		});
	}
}
