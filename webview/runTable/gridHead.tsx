import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { ShownColumn, TableView } from '../../src/protocol/runTable';
import { Icon } from '../shared/components/icon';
import { cellId } from './gridRow';

export interface GridHeadProps {
	readonly columns: readonly ShownColumn[];
	readonly widths: readonly number[];
	readonly sort: TableView['sort'];
	readonly onSort: (column: number) => void;
	readonly onMenu: (column: number, at: DOMRect) => void;
	readonly onWidth: (column: ShownColumn, width: number) => void;
}

export function GridHead(props: GridHeadProps): JSX.Element {
	return (
		<div role="row" aria-rowindex={1} class="grid-head" data-testid="head">
			{props.columns.map((column, index) => (
				<Heading key={column.id} column={column} index={index} head={props} />
			))}
		</div>
	);
}

function Heading(props: {
	readonly column: ShownColumn;
	readonly index: number;
	readonly head: GridHeadProps;
}): JSX.Element {
	const { column, index, head } = props;
	const { sort } = head;
	const isSorted = sort?.column === column.id;
	const menu = (event: MouseEvent): void => {
		event.preventDefault();
		event.stopPropagation();
		const heading = (event.currentTarget as Element).closest('[role="columnheader"]');
		head.onMenu(index, (heading ?? (event.currentTarget as Element)).getBoundingClientRect());
	};
	return (
		<div
			id={cellId(0, index)}
			role="columnheader"
			aria-colindex={index + 1}
			aria-sort={isSorted ? (sort.descending ? 'descending' : 'ascending') : 'none'}
			class={[
				'cell heading',
				index === 0 ? 'cell-name' : '',
				['number', 'duration', 'mixed'].includes(column.values) ? 'heading-number' : '',
			].join(' ')}
			style={{ width: `${head.widths[index]}px` }}
			title={`${column.title}${goodWords(column)}\nClick to sort`}
			data-testid={`heading-${column.id}`}
			onClick={() => head.onSort(index)}
			onContextMenu={menu}
		>
			<span class="heading-title">{column.title}</span>
			{isSorted && <Icon name={sort.descending ? 'down' : 'up'} />}
			<span class="heading-menu" aria-hidden="true" onClick={menu}>
				⋯
			</span>
			<Edge column={column} width={head.widths[index] ?? 100} onWidth={head.onWidth} />
		</div>
	);
}

function goodWords({ good }: ShownColumn): string {
	return good === undefined ? '' : good === 'up' ? ' (higher is better)' : ' (lower is better)';
}

/** The right edge of a heading, to draw the column wider. */
function Edge(props: {
	readonly column: ShownColumn;
	readonly width: number;
	readonly onWidth: GridHeadProps['onWidth'];
}): JSX.Element {
	const start = useRef<{ x: number; width: number } | undefined>(undefined);
	return (
		<span
			class="edge"
			aria-hidden="true"
			onClick={event => event.stopPropagation()}
			onPointerDown={event => {
				start.current = { x: event.clientX, width: props.width };
				event.currentTarget.setPointerCapture(event.pointerId);
			}}
			onPointerMove={event => {
				if (start.current !== undefined) {
					const { x, width } = start.current;
					props.onWidth(props.column, width + event.clientX - x);
				}
			}}
			onPointerUp={() => (start.current = undefined)}
			onPointerCancel={() => (start.current = undefined)}
		/>
	);
}
