import type { Stretch } from './series';

/**
 * Exponential moving average with TensorBoard's correction of the start bias
 * (tensorboard/webapp/widgets/line_chart_v2/…/data_transformer.ts). A value that is not finite is
 * kept and does not count; each stretch starts anew. A point's result depends only on the points
 * before it, so later points never change what was drawn. To be computed before any reduction.
 *
 * @param weight 0 (as logged) to below 1
 */
export function smooth(
	values: Float64Array,
	stretches: readonly Stretch[],
	weight: number,
): Float64Array {
	const smoothed = new Float64Array(values.length);
	for (const { start, end } of stretches) {
		let average = 0;
		let bias = 1;
		for (let i = start; i < end; i++) {
			const value = values[i] ?? Number.NaN;
			if (!Number.isFinite(value)) {
				smoothed[i] = value;
				continue;
			}
			average = average * weight + (1 - weight) * value;
			bias *= weight;
			smoothed[i] = average / (1 - bias);
		}
	}
	return smoothed;
}
