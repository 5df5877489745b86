import { comparability } from '../comparability/comparability';
import { goodDirection, metricDelta } from '../comparability/metricDelta';
import { formatDuration, formatNumber } from '../metrics/format';
import type { TableCell, TextTable } from '../metrics/export/textTable';
import { columnTitle, columnValues, type TableColumn } from './tableColumn';
import { cellOf, type TableRun } from './tableRun';

/**
 * The table as plain rows and columns, to be set as Markdown or LaTeX. With a baseline a further
 * column behind each metric has the difference, or why there is none.
 */
export function tableText(
	runs: readonly TableRun[],
	columns: readonly TableColumn[],
	baseline: TableRun | undefined,
): TextTable {
	const compared = (column: TableColumn): boolean =>
		baseline !== undefined && column.kind === 'metric';
	return {
		columns: [
			{ title: 'Run' },
			...columns.flatMap(column => {
				const title = columnTitle(column);
				const isNumber = columnValues(column) !== 'text' && columnValues(column) !== 'time';
				return compared(column)
					? [
							{ title, isNumber },
							{ title: 'difference', isNumber },
						]
					: [{ title, isNumber }];
			}),
		],
		rows: runs.map(run => [
			run.summary.name,
			...columns.flatMap(column =>
				compared(column) && baseline !== undefined
					? [plainCell(run, column), differenceCell(run, baseline, column)]
					: [plainCell(run, column)],
			),
		]),
		notes:
			baseline === undefined || !columns.some(compared)
				? []
				: [
						`Differences are to “${baseline.summary.name}”, only where eval set, template, mask, β, loss and lengths are on record and the same.`,
					],
	};
}

function plainCell(run: TableRun, column: TableColumn): TableCell {
	const value = cellOf(run, column);
	if (typeof value !== 'number') {
		return value;
	}
	switch (columnValues(column)) {
		case 'time':
			return new Date(value).toISOString().slice(0, 16).replace('T', ' ');
		case 'duration':
			return formatDuration(value);
		default:
			return { value };
	}
}

function differenceCell(run: TableRun, baseline: TableRun, column: TableColumn): TableCell {
	const [value, base] = [cellOf(run, column), cellOf(baseline, column)];
	const isSame = run.summary.id === baseline.summary.id;
	if (isSame || column.kind !== 'metric' || typeof value !== 'number' || typeof base !== 'number') {
		return undefined;
	}
	const found = comparability(baseline.conditions(), run.conditions(), column.measured);
	if (!found.isComparable) {
		return found.reasons[0];
	}
	const delta = metricDelta(value, base, goodDirection(column.measured));
	if (delta === undefined) {
		return undefined;
	}
	const { difference, verdict } = delta;
	const text = `${difference > 0 ? '+' : ''}${formatNumber(difference)}`;
	return verdict === undefined || verdict === 'same' ? text : `${text} (${verdict})`;
}
