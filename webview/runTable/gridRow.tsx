import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { ShownColumn } from '../../src/protocol/runTable';
import { Cell } from './cell';
import type { TableRow } from './state';

export interface GridRowProps {
	readonly row: TableRow;
	/** From 1, below the heading. */
	readonly index: number;
	readonly top: number | undefined;
	readonly columns: readonly ShownColumn[];
	readonly widths: readonly number[];
	readonly baseline: TableRow | undefined;
	readonly isSelected: boolean;
	readonly onPick: (index: number, column: number, event: MouseEvent) => void;
	readonly onOpen: (index: number) => void;
	readonly onMenu: (index: number, event: MouseEvent) => void;
}

/** One run. Its cells are made anew only when something in them changes, not when the grid scrolls. */
export function GridRow(props: GridRowProps): JSX.Element {
	const { row, index, columns, widths, baseline } = props;
	const isBaseline = baseline?.shown.id === row.shown.id;
	const cells = useMemo(
		() =>
			columns.map((column, i) => (
				<Cell
					key={column.id}
					id={cellId(index, i)}
					index={i}
					column={column}
					width={widths[i] ?? 100}
					value={row.values[i]}
					baseline={isBaseline ? undefined : baseline?.values[i]}
					remark={i === 0 ? undefined : row.shown.remarks?.[i - 1]}
					isPending={row.shown.isPending === true}
					isPin={isBaseline && i === 0}
				/>
			)),
		[row, index, columns, widths, baseline, isBaseline],
	);
	return (
		<div
			role="row"
			aria-rowindex={index + 1}
			aria-selected={props.isSelected}
			class={`grid-row${isBaseline ? ' grid-baseline' : ''}${index % 2 === 0 ? ' grid-even' : ''}`}
			style={props.top === undefined ? {} : { top: `${props.top}px` }}
			data-testid={isBaseline ? 'baseline' : 'row'}
			data-run={row.shown.id}
			onClick={event => {
				const cell = (event.target as Element).closest('[aria-colindex]');
				props.onPick(index, Number(cell?.getAttribute('aria-colindex') ?? 1) - 1, event);
			}}
			onContextMenu={event => props.onMenu(index, event)}
			onDblClick={() => props.onOpen(index)}
		>
			{cells}
		</div>
	);
}

export function cellId(row: number, column: number): string {
	return `cell-${row}-${column}`;
}
