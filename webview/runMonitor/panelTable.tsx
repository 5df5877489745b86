import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatCount, formatExact } from '../../src/core/metrics/format';
import { cellOf, type TableRows } from '../../src/core/metrics/metricTable';
import type { TableColumn, TableQuery } from '../../src/core/metrics/metricTables';
import type { Panel } from '../../src/core/metrics/panels';
import type { Axis } from '../../src/core/metrics/series';
import { Icon, type IconName } from '../shared/components/icon';
import { axisNames } from './axisWords';
import type { MonitorState } from './state';

const pageRows = 100;

/** A column of the table with the words over it. */
export interface NamedColumn extends TableColumn {
	readonly key: string;
	/** Empty with one run. */
	readonly runName: string;
	readonly label: string;
}

/** The logged values of a panel, exactly as logged, a hundred rows at a time from the host. */
export function PanelTable(props: {
	readonly state: MonitorState;
	readonly panel: Panel;
	readonly columns: readonly NamedColumn[];
	readonly load: (query: TableQuery) => Promise<TableRows>;
}): JSX.Element {
	const { state, panel, columns, load } = props;
	const axis = state.view.value.axis;
	const revision = state.revision.value;
	const [start, setStart] = useState<number | 'last'>('last');
	const [rows, setRows] = useState<TableRows>();
	const scroll = useRef<HTMLDivElement>(null);
	const keys = columns.map(column => column.key).join('\n');
	useEffect(() => {
		let isStale = false;
		const query = { axis, columns: columns.map(bare), start, count: pageRows };
		void load(query).then(loaded => {
			if (!isStale) {
				setRows(loaded);
			}
		});
		return () => {
			isStale = true;
		};
	}, [axis, keys, start, revision]);
	if (!rows) {
		return <div class="table-scroll" />;
	}
	const last = Math.max(0, Math.ceil(rows.total / pageRows) - 1) * pageRows;
	const turn = (to: number): void => {
		setStart(to >= last ? 'last' : Math.max(0, to));
		scroll.current?.scrollTo({ top: 0 });
	};
	const turner = (icon: IconName, label: string, to: number): JSX.Element => (
		<button
			type="button"
			class="ws-icon-button"
			aria-label={label}
			title={label}
			disabled={to === rows.start || to < 0 || to > last}
			onClick={() => turn(to)}
		>
			<Icon name={icon} />
		</button>
	);
	return (
		<>
			<div
				class="table-scroll"
				ref={scroll}
				tabIndex={0}
				role="region"
				aria-label={`Values of ${panel.title}`}
				data-testid={`panel-table-${panel.id}`}
			>
				<Values rows={rows} columns={columns} axis={axis} title={panel.title} />
			</div>
			<div class="table-pages">
				{turner('first', 'First rows', 0)}
				{turner('left', 'Rows before', rows.start - pageRows)}
				<span class="number" role="status">
					{rangeText(rows)}
				</span>
				{turner('right', 'Rows after', rows.start + pageRows)}
				{turner('last', 'Newest rows', last)}
				{rows.withoutPosition > 0 && (
					<span>{`${formatCount(rows.withoutPosition)} without ${axisNames[axis].toLowerCase()}`}</span>
				)}
			</div>
		</>
	);
}

function Values(props: {
	readonly rows: TableRows;
	readonly columns: readonly NamedColumn[];
	readonly axis: Axis;
	readonly title: string;
}): JSX.Element {
	const { rows, columns, axis } = props;
	return (
		<table class="values" aria-rowcount={rows.total + 1}>
			<caption class="ws-visually-hidden">{props.title}, values as logged</caption>
			<thead>
				<tr>
					<th scope="col">{headOf(axis)}</th>
					{columns.map(column => (
						<th key={column.key} scope="col" title={`${column.runName} ${column.metric}`.trim()}>
							{column.runName !== '' && <span class="table-run">{column.runName}</span>}
							{column.label}
						</th>
					))}
				</tr>
			</thead>
			<tbody>
				{Array.from(rows.x, (x, row) => (
					<tr key={rows.start + row} aria-rowindex={rows.start + row + 2}>
						<th scope="row">{placeText(axis, x)}</th>
						{columns.map((column, n) => (
							<td key={column.key}>{cellText(cellOf(rows, n, row))}</td>
						))}
					</tr>
				))}
			</tbody>
		</table>
	);
}

function headOf(axis: Axis): string {
	return axis === 'time' ? `${axisNames.time} (s)` : axisNames[axis];
}

/** Exact, but for the clock, which is read by people. */
function placeText(axis: Axis, x: number): string {
	return axis === 'wall' ? new Date(x * 1000).toLocaleString() : formatExact(x);
}

function cellText(value: number | undefined): string {
	return value === undefined ? '' : formatExact(value);
}

function rangeText({ start, x, total }: TableRows): string {
	return x.length === 0
		? 'no rows'
		: `${formatCount(start + 1)}–${formatCount(start + x.length)} of ${formatCount(total)}`;
}

function bare({ source, metric, kind, dataset }: NamedColumn): TableColumn {
	return { source, metric, kind, ...(dataset === undefined ? {} : { dataset }) };
}
