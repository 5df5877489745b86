import type { JSX } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { TableActions } from './actions';
import { columnItems } from './columnItems';
import { columnWidths } from './columnWidths';
import { GridHead } from './gridHead';
import { nextPlace } from './gridKeys';
import { cellId, GridRow } from './gridRow';
import { Menu } from './menu';
import { rowItems } from './rowItems';
import type { TableState } from './state';

/** Pixels of a row and of the heading, as in VS Code's own tables. */
export const rowHeight = 24;
/** Rows drawn beyond each edge, so that a step of the wheel shows no gap. */
const overscan = 8;

interface OpenMenu {
	/** Index of a column, or the rows that are selected. */
	readonly of: number | 'rows';
	readonly left: number;
	readonly top: number;
}

/** The runs, of which only those in view are in the page; the heading and the baseline stay. */
export function Grid(props: {
	readonly state: TableState;
	readonly actions: TableActions;
	readonly onFilterColumn: (title: string) => void;
}): JSX.Element {
	const { state, actions } = props;
	const element = useRef<HTMLDivElement>(null);
	const [view, setView] = useState({ top: 0, height: 600, width: 1000 });
	/** Only keys scroll the active cell into view: what is clicked is in sight, and must not jump. */
	const byKey = useRef(false);
	const [menu, setMenu] = useState<OpenMenu | undefined>();
	const rows = state.shown.value;
	const columns = state.columns.value;
	const pinned = state.pinned.value;
	const active = state.active.value;
	const selected = state.selected.value;
	const { widths: setWidths, sort } = state.view.value;
	const widths = useMemo(
		() => columnWidths(columns, setWidths, pinned !== undefined, view.width),
		[columns, setWidths, pinned !== undefined, view.width],
	);
	const width = widths.reduce((sum, one) => sum + one, 0);
	const fixed = pinned === undefined ? 0 : 1;

	useLayoutEffect(() => {
		const measured = element.current;
		if (!measured) {
			return undefined;
		}
		const observer = new ResizeObserver(() => setView(viewOf(measured)));
		observer.observe(measured);
		return () => observer.disconnect();
	}, []);
	useLayoutEffect(() => {
		if (element.current && byKey.current) {
			reveal(element.current, active.row, active.column, widths, fixed);
		}
	}, [active, widths]);

	const first = Math.max(fixed, Math.floor(view.top / rowHeight) - overscan);
	const end = Math.min(rows.length, Math.ceil((view.top + view.height) / rowHeight) + overscan);
	const openMenu = (column: number, at: DOMRect): void =>
		setMenu({ of: column, left: at.left, top: at.bottom });
	/** The rows selected are meant, or, of one that is not among them, that row alone. */
	const openRowMenu = (row: number, left: number, top: number): void => {
		const id = rows[row - 1]?.shown.id;
		if (id !== undefined && !state.selected.value.has(id)) {
			state.selectRow(row, 'one');
		}
		setMenu({ of: 'rows', left, top });
	};
	const onMenu = (row: number, event: MouseEvent): void => {
		event.preventDefault();
		byKey.current = false;
		state.moveTo({ row, column: active.column });
		openRowMenu(row, event.clientX, event.clientY);
	};
	const onPick = (index: number, column: number, event: MouseEvent): void => {
		byKey.current = false;
		const mode = event.shiftKey ? 'extend' : event.ctrlKey || event.metaKey ? 'toggle' : 'one';
		state.moveTo({ row: index, column });
		state.selectRow(index, mode);
	};
	const open = (): void => {
		const chosen = state.chosen();
		if (chosen.length > 0) {
			actions.showMetrics(chosen);
		}
	};
	const onKeyDown = (event: KeyboardEvent): void => {
		const page = Math.max(1, Math.floor(view.height / rowHeight) - 1 - fixed);
		const next = nextPlace(event, active, rows.length, columns.length, page);
		if (next !== undefined) {
			byKey.current = true;
			state.moveTo(next);
			const { row } = state.active.value;
			if (row > 0 && row !== active.row) {
				state.selectRow(row, event.shiftKey ? 'extend' : 'one');
			}
		} else if (!onCommandKey(event)) {
			return;
		}
		event.preventDefault();
		event.stopPropagation();
	};
	const onCommandKey = (event: KeyboardEvent): boolean => {
		const { row, column } = active;
		const isHead = row === 0;
		const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
		if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
			const cell = document.getElementById(cellId(row, column))?.getBoundingClientRect();
			if (cell && isHead) {
				openMenu(column, cell);
			} else if (cell) {
				openRowMenu(row, cell.left + 12, cell.bottom);
			}
		} else if ((event.key === 'Enter' || event.key === ' ') && plain && isHead) {
			state.sortBy(columns[column]?.id ?? 'name');
		} else if (event.key === 'Enter' && plain) {
			if (selected.size === 0) {
				state.selectRow(row, 'one');
			}
			open();
		} else if (event.key === ' ' && !event.altKey) {
			state.selectRow(row, 'toggle');
		} else if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)) {
			state.selectAll();
		} else if (event.key.toLowerCase() === 'b' && plain && !isHead) {
			const id = rows[row - 1]?.shown.id;
			actions.pin(id === state.baseline.value ? undefined : id);
		} else if (event.key === 'Escape' && selected.size > 0) {
			state.clearSelection();
		} else {
			return false;
		}
		return true;
	};

	// Not made anew while rows pass beneath it.
	const head = useMemo(
		() => (
			<GridHead
				columns={columns}
				widths={widths}
				sort={sort}
				onSort={column => {
					state.moveTo({ row: 0, column });
					state.sortBy(columns[column]?.id ?? 'name');
				}}
				onMenu={openMenu}
				onWidth={(column, to) => state.setWidth(column.id, to)}
			/>
		),
		[state, columns, widths, sort],
	);
	const isDrawn = active.row <= fixed || (active.row > first && active.row <= end);
	const drawn = rows
		.slice(first, end)
		.map((row, i) => (
			<GridRow
				key={row.shown.id}
				row={row}
				index={first + i + 1}
				top={(first + i + 1) * rowHeight}
				columns={columns}
				widths={widths}
				baseline={pinned}
				isSelected={selected.has(row.shown.id)}
				onPick={onPick}
				onOpen={open}
				onMenu={onMenu}
			/>
		));
	return (
		<>
			<div
				ref={element}
				class="grid"
				role="grid"
				tabIndex={0}
				aria-label="Runs"
				aria-multiselectable="true"
				aria-rowcount={rows.length + 1}
				aria-colcount={columns.length}
				aria-activedescendant={isDrawn ? cellId(active.row, active.column) : undefined}
				data-testid="grid"
				onScroll={event => setView(viewOf(event.currentTarget))}
				onKeyDown={onKeyDown}
			>
				<div
					class="grid-space"
					role="presentation"
					style={{ height: `${(rows.length + 1) * rowHeight}px`, width: `${width}px` }}
				>
					{head}
					{pinned !== undefined && (
						<GridRow
							row={pinned}
							index={1}
							top={undefined}
							columns={columns}
							widths={widths}
							baseline={pinned}
							isSelected={selected.has(pinned.shown.id)}
							onPick={onPick}
							onOpen={open}
							onMenu={onMenu}
						/>
					)}
					{drawn}
					<ActiveMark active={active} widths={widths} fixed={fixed} />
				</div>
			</div>
			{menu !== undefined && (
				<Menu
					{...(menu.of === 'rows'
						? { label: 'Runs selected', testId: 'row-menu', items: rowItems(state, actions) }
						: {
								label: `Column ${columns[menu.of]?.title ?? ''}`,
								testId: 'column-menu',
								items: columnItems(state, actions, menu.of, widths, props.onFilterColumn),
							})}
					at={menu}
					onClose={() => {
						setMenu(undefined);
						element.current?.focus();
					}}
				/>
			)}
		</>
	);
}

/** The frame around the active cell; an element of its own, so that no row is drawn anew for it. */
function ActiveMark(props: {
	readonly active: { readonly row: number; readonly column: number };
	readonly widths: readonly number[];
	readonly fixed: number;
}): JSX.Element | null {
	const { row, column } = props.active;
	const left = props.widths.slice(0, column).reduce((sum, one) => sum + one, 0);
	const isSticky = row <= props.fixed;
	return (
		<div
			class={`active-mark${isSticky ? ' active-sticky' : ''}${column === 0 ? ' active-name' : ''}`}
			aria-hidden="true"
			style={{
				top: `${row * rowHeight}px`,
				left: `${column === 0 ? 0 : left}px`,
				width: `${props.widths[column]}px`,
				...(isSticky ? { marginTop: `${-rowHeight}px` } : {}),
			}}
		/>
	);
}

function viewOf(grid: HTMLElement): { top: number; height: number; width: number } {
	return { top: grid.scrollTop, height: grid.clientHeight, width: grid.clientWidth };
}

/** Scrolls no further than needed; what stays in place covers nothing. */
function reveal(
	grid: HTMLElement,
	row: number,
	column: number,
	widths: readonly number[],
	fixed: number,
): void {
	if (row > fixed) {
		const covered = (1 + fixed) * rowHeight;
		const top = row * rowHeight;
		if (top - covered < grid.scrollTop) {
			grid.scrollTop = top - covered;
		} else if (top + rowHeight > grid.scrollTop + grid.clientHeight) {
			grid.scrollTop = top + rowHeight - grid.clientHeight;
		}
	}
	if (column > 0) {
		const left = widths.slice(0, column).reduce((sum, one) => sum + one, 0);
		const covered = Math.min(widths[0] ?? 0, grid.clientWidth / 2);
		if (left - covered < grid.scrollLeft) {
			grid.scrollLeft = left - covered;
		} else if (left + (widths[column] ?? 0) > grid.scrollLeft + grid.clientWidth) {
			grid.scrollLeft = left + (widths[column] ?? 0) - grid.clientWidth;
		}
	}
}
