import type { MetricPoint } from '../../../../src/core/training/runLibrary';

/** A metric line with what a test does not care about filled in. */
export function point(fields: Partial<MetricPoint> & { readonly n: number }): MetricPoint {
	return {
		attempt: 1,
		step: fields.n,
		epoch: fields.n / 100,
		time: fields.n * 2,
		wall: 1_700_000_000 + fields.n,
		kind: 'train',
		values: { loss: 1 / fields.n },
		...fields,
	};
}

/** Train lines 1…count with the given values. */
export function trainLines(
	count: number,
	values: (step: number) => Record<string, number>,
): MetricPoint[] {
	return Array.from({ length: count }, (_, i) => point({ n: i + 1, values: values(i + 1) }));
}
