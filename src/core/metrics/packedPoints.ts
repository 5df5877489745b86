import type { MetricPoint } from '../training/runLibrary';

/** Kinds of points, in the order of the numbers that stand for them. */
export const pointKinds = [
	'train',
	'eval',
	'summary',
	'check',
	'system',
	'marker',
	'step',
	'evaluation',
] as const;

/**
 * Metric lines as columns: about a tenth of the size of the same lines as JSON, and NaN and the
 * infinities survive, which JSON would turn into null. Each array owns its whole buffer.
 */
export interface PackedPoints {
	/** Line numbers, in order; a line that could not be read leaves a hole. */
	readonly n: Uint32Array;
	readonly attempt: Uint32Array;
	readonly step: Float64Array;
	/** NaN where the line has none. */
	readonly epoch: Float64Array;
	readonly time: Float64Array;
	readonly wall: Float64Array;
	/** Index into train, eval, summary, check, system, marker, step, evaluation. */
	readonly kind: Uint8Array;
	/** Per metric: the rows that carry it, and their values. */
	readonly metrics: readonly {
		readonly name: string;
		readonly row: Uint32Array;
		readonly value: Float64Array;
	}[];
	readonly labels: readonly { readonly row: number; readonly label: string }[];
}

export function kindOf(packed: PackedPoints, row: number): MetricPoint['kind'] {
	return pointKinds[packed.kind[row] ?? 0] ?? 'train';
}

export function packPoints(points: readonly MetricPoint[]): PackedPoints {
	const metrics = new Map<string, { rows: number[]; values: number[] }>();
	const labels: { row: number; label: string }[] = [];
	for (const [row, point] of points.entries()) {
		for (const [name, value] of Object.entries(point.values)) {
			const column = metrics.get(name) ?? { rows: [], values: [] };
			metrics.set(name, column);
			column.rows.push(row);
			column.values.push(value);
		}
		if (point.label !== undefined) {
			labels.push({ row, label: point.label });
		}
	}
	return {
		n: Uint32Array.from(points, p => p.n),
		attempt: Uint32Array.from(points, p => p.attempt),
		step: Float64Array.from(points, p => p.step),
		epoch: Float64Array.from(points, p => p.epoch ?? Number.NaN),
		time: Float64Array.from(points, p => p.time),
		wall: Float64Array.from(points, p => p.wall),
		kind: Uint8Array.from(points, p => pointKinds.indexOf(p.kind)),
		metrics: Array.from(metrics, ([name, { rows, values }]) => ({
			name,
			row: Uint32Array.from(rows),
			value: Float64Array.from(values),
		})),
		labels,
	};
}

/** The same points as rows, in their order. */
export function unpackPoints(packed: PackedPoints): readonly MetricPoint[] {
	const labels = new Map(packed.labels.map(({ row, label }) => [row, label]));
	const values = Array.from(packed.n, (): Record<string, number> => ({}));
	for (const { name, row, value } of packed.metrics) {
		for (const [i, at] of row.entries()) {
			const into = values[at];
			if (into) {
				// Names come from files: one may be called __proto__.
				Object.defineProperty(into, name, {
					value: value[i],
					enumerable: true,
					configurable: true,
					writable: true,
				});
			}
		}
	}
	return values.map((of, row) => {
		const epoch = packed.epoch[row] ?? Number.NaN;
		const label = labels.get(row);
		return {
			n: packed.n[row] ?? 0,
			attempt: packed.attempt[row] ?? 1,
			step: packed.step[row] ?? Number.NaN,
			time: packed.time[row] ?? Number.NaN,
			wall: packed.wall[row] ?? Number.NaN,
			kind: kindOf(packed, row),
			values: of,
			...(Number.isNaN(epoch) ? {} : { epoch }),
			...(label === undefined ? {} : { label }),
		};
	});
}
