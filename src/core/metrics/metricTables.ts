import { MetricTable, type TableRows } from './metricTable';
import type { RunMetrics } from './runMetrics';
import type { Axis, SeriesKind } from './series';

/** One line of a panel as a column. */
export interface TableColumn {
	/** The id of its source. */
	readonly source: string;
	readonly metric: string;
	readonly kind: SeriesKind;
	readonly dataset?: string;
}

export interface TableQuery {
	readonly axis: Axis;
	readonly columns: readonly TableColumn[];
	/** Index of the first row; `last` is that of the last whole page. */
	readonly start: number | 'last';
	readonly count: number;
}

/** Tables open at a time are few; each is as large as its series. */
const kept = 4;
/** No page shows more; a larger question is a mistake. */
const mostRows = 1000;

/** Answers pages of tables; turning pages sorts nothing anew. */
export class MetricTables {
	#tables: readonly MetricTable[] = [];

	/** A column without a series is empty. */
	rows(query: TableQuery, metricsOf: (source: string) => RunMetrics | undefined): TableRows {
		const series = query.columns.map(({ source, metric, kind, dataset }) =>
			metricsOf(source)?.get(metric, kind, dataset),
		);
		const table =
			this.#tables.find(candidate => candidate.isOf(series, query.axis)) ??
			new MetricTable(series, query.axis);
		this.#tables = [table, ...this.#tables.filter(other => other !== table)].slice(0, kept);
		const count = Math.min(mostRows, Math.max(1, query.count));
		const { total } = table.rows(0, 0);
		const start =
			query.start === 'last' ? Math.max(0, Math.ceil(total / count) - 1) * count : query.start;
		return table.rows(start, count);
	}
}
