import { pointKinds, type PackedPoints } from '../../core/metrics/packedPoints';
import type { MetricPoint } from '../../core/training/runLibrary';

/** What a row of values has in common. NaN stands for what its file does not say. */
export interface RowHead {
	/** Number of the line, where the file numbers them; they count from 1 else. */
	readonly n?: number;
	readonly kind: MetricPoint['kind'];
	readonly attempt: number;
	readonly step: number;
	readonly epoch: number;
	readonly time: number;
	readonly wall: number;
	readonly label?: string;
}

type Numbers = Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** Numbers that grow by doubling. */
class Growing<T extends Numbers> {
	#store: T;
	length = 0;

	constructor(private readonly make: (length: number) => T) {
		this.#store = make(16);
	}

	push(value: number): void {
		if (this.length === this.#store.length) {
			const larger = this.make(this.#store.length * 2);
			larger.set(this.#store);
			this.#store = larger;
		}
		this.#store[this.length++] = value;
	}

	setLast(value: number): void {
		this.#store[this.length - 1] = value;
	}

	/** A copy that owns its buffer; nothing is left. */
	take(): T {
		const taken = this.#store.slice(0, this.length) as T;
		this.length = 0;
		return taken;
	}
}

const floats = (): Growing<Float64Array<ArrayBuffer>> => new Growing(n => new Float64Array(n));
const words = (): Growing<Uint32Array<ArrayBuffer>> => new Growing(n => new Uint32Array(n));
const bytes = (): Growing<Uint8Array<ArrayBuffer>> => new Growing(n => new Uint8Array(n));

/** Where the values of one metric gather. */
export class MetricColumn {
	readonly rows: Growing<Uint32Array<ArrayBuffer>> = words();
	readonly values: Growing<Float64Array<ArrayBuffer>> = floats();
	/** The newest row that has a value; −1 before the first. */
	lastRow = -1;

	constructor(readonly name: string) {}
}

/** Gathers what readers find as columns, a million values without an object for each. */
export class PointColumns {
	readonly #columns = {
		n: words(),
		attempt: words(),
		step: floats(),
		epoch: floats(),
		time: floats(),
		wall: floats(),
		kind: bytes(),
	};
	readonly #metrics = new Map<string, MetricColumn>();
	#labels: { row: number; label: string }[] = [];
	#taken = 0;
	#rows = 0;

	/** Rows that were added, also those taken out. */
	get count(): number {
		return this.#taken + this.#rows;
	}

	/** Begins a row; values go into the newest. */
	add(head: RowHead): void {
		const columns = this.#columns;
		columns.n.push(head.n ?? this.count + 1);
		columns.attempt.push(head.attempt);
		columns.step.push(head.step);
		columns.epoch.push(head.epoch);
		columns.time.push(head.time);
		columns.wall.push(head.wall);
		columns.kind.push(pointKinds.indexOf(head.kind));
		if (head.label !== undefined) {
			this.#labels.push({ row: this.#rows, label: head.label });
		}
		this.#rows++;
	}

	/** Whether the newest row is still here. */
	get hasOpenRow(): boolean {
		return this.#rows > 0;
	}

	setEpoch(epoch: number): void {
		this.#columns.epoch.setLast(epoch);
	}

	metric(name: string): MetricColumn {
		let metric = this.#metrics.get(name);
		if (metric === undefined) {
			metric = new MetricColumn(name);
			this.#metrics.set(name, metric);
		}
		return metric;
	}

	/** Whether the newest row has a value of the metric. */
	has(metric: MetricColumn): boolean {
		return metric.lastRow === this.#rows - 1;
	}

	set(metric: MetricColumn, value: number): void {
		metric.lastRow = this.#rows - 1;
		metric.rows.push(metric.lastRow);
		metric.values.push(value);
	}

	/** Takes out what has gathered since the last time. */
	take(): PackedPoints {
		const columns = this.#columns;
		const packed = {
			n: columns.n.take(),
			attempt: columns.attempt.take(),
			step: columns.step.take(),
			epoch: columns.epoch.take(),
			time: columns.time.take(),
			wall: columns.wall.take(),
			kind: columns.kind.take(),
			metrics: [...this.#metrics.values()]
				.filter(metric => metric.rows.length > 0)
				.map(({ name, rows, values }) => ({ name, row: rows.take(), value: values.take() })),
			labels: this.#labels,
		};
		for (const metric of this.#metrics.values()) {
			metric.lastRow = -1;
		}
		this.#labels = [];
		this.#taken += this.#rows;
		this.#rows = 0;
		return packed;
	}
}
