import type { RunMetrics } from '../metrics/runMetrics';
import type { Series } from '../metrics/series';
import type { MeasuredMetric } from '../comparability/comparability';

/** What a table shows of one series. Steps are those of the first point that has the value. */
export interface SeriesDigest extends MeasuredMetric {
	readonly points: number;
	/** As it was logged, so it may be NaN or infinite. */
	readonly last: number;
	readonly lastStep: number;
	/** Of the finite values; absent where there is none. */
	readonly lowest?: number;
	readonly lowestStep?: number;
	readonly highest?: number;
	readonly highestStep?: number;
}

/** In the order in which the metrics first appeared. */
export type MetricDigest = readonly SeriesDigest[];

export function digestOf(metrics: Pick<RunMetrics, 'series'>): MetricDigest {
	return metrics.series.filter(series => series.length > 0).map(digestSeries);
}

function digestSeries(series: Series): SeriesDigest {
	const { metric, kind, dataset, values } = series;
	const steps = series.x('step');
	let low = -1;
	let high = -1;
	for (let i = 0; i < values.length; i++) {
		const value = values[i] ?? Number.NaN;
		if (Number.isFinite(value)) {
			low = low < 0 || value < (values[low] ?? 0) ? i : low;
			high = high < 0 || value > (values[high] ?? 0) ? i : high;
		}
	}
	const end = values.length - 1;
	return {
		metric,
		kind,
		...(dataset === undefined ? {} : { dataset }),
		points: values.length,
		last: values[end] ?? Number.NaN,
		lastStep: steps[end] ?? Number.NaN,
		...(low < 0
			? {}
			: {
					lowest: values[low],
					lowestStep: steps[low],
					highest: values[high],
					highestStep: steps[high],
				}),
	} as SeriesDigest;
}
