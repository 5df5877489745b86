import { metricDelta, type MetricDelta } from '../../src/core/comparability/metricDelta';
import { formatDuration, formatNumber } from '../../src/core/metrics/format';
import type { CellValue } from '../../src/core/runTable/tableRun';
import type { DeltaRemark, ShownColumn } from '../../src/protocol/runTable';

/** A value as it stands in a cell; empty where there is none. */
export function cellText(value: CellValue, column: ShownColumn): string {
	if (value === undefined) {
		return '';
	}
	if (typeof value === 'string') {
		return value;
	}
	if (column.values === 'time') {
		return timeText(value);
	}
	return column.values === 'duration' ? formatDuration(value) : formatNumber(value);
}

/** “2026-11-27 08:00”, by the clock of this machine. */
function timeText(milliseconds: number): string {
	const date = new Date(milliseconds);
	const two = (part: number): string => String(part).padStart(2, '0');
	const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
	return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** What a cell says beside its value while a baseline is pinned. */
export type CellDelta =
	| { readonly kind: 'difference'; readonly delta: MetricDelta; readonly notes: readonly string[] }
	| { readonly kind: 'reason'; readonly texts: readonly string[] };

export function cellDelta(
	value: CellValue,
	baseline: CellValue,
	column: ShownColumn,
	remark: DeltaRemark | null | undefined,
): CellDelta | undefined {
	if (!column.isMetric || typeof value !== 'number' || typeof baseline !== 'number') {
		return undefined;
	}
	if (remark?.isComparable === false) {
		return remark.texts.length === 0 ? undefined : { kind: 'reason', texts: remark.texts };
	}
	const delta = metricDelta(value, baseline, column.good);
	return delta && { kind: 'difference', delta, notes: remark?.texts ?? [] };
}

/** “+0.031”, “−1.2”, “±0” */
export function signedText(difference: number): string {
	return difference > 0
		? `+${formatNumber(difference)}`
		: difference === 0
			? '±0'
			: formatNumber(difference);
}

/** Filled where it is better, hollow where it is worse: not by colour alone. */
export function deltaArrow({ difference, verdict }: MetricDelta): string {
	if (difference === 0 || verdict === undefined) {
		return '';
	}
	const isUp = difference > 0;
	return verdict === 'better' ? (isUp ? '▲' : '▼') : isUp ? '△' : '▽';
}
