import type { MetricDigest } from '../runTable/metricDigest';
import { comparability, isResult, type MeasuredMetric } from './comparability';
import { goodDirection, metricDelta } from './metricDelta';
import type { RunConditions } from './runConditions';

/** One run as far as its numbers go. */
export interface MeasuredRun {
	readonly conditions: () => RunConditions;
	readonly digest?: MetricDigest;
}

/** The last values of one metric in two runs; the difference only where it means something. */
export interface MetricComparison extends MeasuredMetric {
	readonly before: number;
	readonly after: number;
	readonly difference?: number;
	/** Absent where neither direction is good by itself. */
	readonly verdict?: 'better' | 'worse' | 'same';
	/** What stands in the place of the difference. */
	readonly reasons?: readonly string[];
	/** What is otherwise and does not forbid the difference. */
	readonly notes?: readonly string[];
}

/** The results that both runs have, in the order of the first. */
export function compareMetrics(before: MeasuredRun, after: MeasuredRun): MetricComparison[] {
	return (before.digest ?? []).filter(isResult).flatMap((old): MetricComparison[] => {
		const now = after.digest?.find(
			one => one.metric === old.metric && one.kind === old.kind && one.dataset === old.dataset,
		);
		if (now === undefined) {
			return [];
		}
		const { metric, kind, dataset } = old;
		const measured = { metric, kind, ...(dataset === undefined ? {} : { dataset }) };
		const values = { ...measured, before: old.last, after: now.last };
		const found = comparability(before.conditions(), after.conditions(), measured);
		if (!found.isComparable) {
			return [{ ...values, reasons: found.reasons }];
		}
		const delta = metricDelta(now.last, old.last, goodDirection(measured));
		return [{ ...values, ...delta, ...(found.notes.length === 0 ? {} : { notes: found.notes }) }];
	});
}
