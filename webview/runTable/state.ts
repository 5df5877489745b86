import { batch, computed, signal } from '@preact/signals';
import { fromWire } from '../../src/core/runTable/cellOnWire';
import type { MatrixSection } from '../../src/core/runTable/inputsMatrix';
import { parseTableFilter, type FilterColumn } from '../../src/core/runTable/tableFilter';
import type { CellValue } from '../../src/core/runTable/tableRun';
import { sortedOrder } from '../../src/core/runTable/tableSort';
import type {
	ShownColumn,
	ShownRow,
	TableSnapshot,
	TableUpdate,
	TableView,
} from '../../src/protocol/runTable';

/** The first column, which has no id of its own among those of the host. */
export const nameColumn: ShownColumn = {
	id: 'name',
	title: 'Name',
	values: 'text',
	isMetric: false,
};

/** A place in the grid: row 0 is the heading, column 0 the name. */
export interface GridPlace {
	readonly row: number;
	readonly column: number;
}

export interface ShownInputs {
	readonly runIds: readonly string[];
	/** Undefined while they are being compared, null where one of the runs is gone. */
	readonly sections: readonly MatrixSection[] | null | undefined;
}

/** A row with its cells as values, the name first. */
export interface TableRow {
	readonly shown: ShownRow;
	readonly values: readonly CellValue[];
}

/** Everything the page shows. */
export class TableState {
	readonly loaded = signal(false);
	readonly columns = signal<readonly ShownColumn[]>([nameColumn]);
	readonly rows = signal<readonly TableRow[]>([]);
	readonly baseline = signal<string | undefined>(undefined);
	readonly view = signal<TableView>({ filter: '', widths: {} });
	readonly pending = signal(0);
	readonly selected = signal<ReadonlySet<string>>(new Set());
	readonly active = signal<GridPlace>({ row: 1, column: 0 });
	readonly inputs = signal<ShownInputs | undefined>(undefined);
	#hasView = false;
	/** Where a range of rows begins that Shift extends. */
	#anchor: string | undefined;

	readonly filter = computed(() =>
		parseTableFilter(this.view.value.filter, this.columns.value satisfies readonly FilterColumn[]),
	);
	readonly pinned = computed(() =>
		this.rows.value.find(({ shown }) => shown.id === this.baseline.value),
	);
	/** As they stand in the grid: the baseline first, then what the filter lets through, in order. */
	readonly shown = computed<readonly TableRow[]>(() => {
		const { sort } = this.view.value;
		const pinned = this.pinned.value;
		const { matches } = this.filter.value;
		const found = this.rows.value.filter(row => row !== pinned && matches(row.values));
		const column = this.columns.value.findIndex(({ id }) => id === sort?.column);
		const order =
			sort === undefined || column < 0
				? found
				: sortedOrder(
						found.map(({ values }) => values[column]),
						sort.descending,
					).flatMap(index => found[index] ?? []);
		return pinned === undefined ? order : [pinned, ...order];
	});

	/** Rows that the filter lets through; the baseline stands there also where it is none of them. */
	readonly matching = computed(() => {
		const pinned = this.pinned.value;
		const isMatch = pinned === undefined || this.filter.value.matches(pinned.values);
		return this.shown.value.length - (isMatch ? 0 : 1);
	});

	/**
	 * Goes on as the page was left, which the host may not have heard of in time. After a window was
	 * opened again the editor may have kept an older picture of the page than the host has.
	 */
	restore(view: TableView | undefined, selected: readonly string[]): void {
		this.selected.value = new Set(selected);
		if (view !== undefined) {
			this.view.value = view;
			this.#hasView = true;
		}
	}

	takeTable(table: TableSnapshot): void {
		batch(() => {
			this.columns.value = [nameColumn, ...table.columns];
			this.rows.value = table.rows.map(rowOf);
			this.baseline.value = table.baseline;
			this.pending.value = table.pending;
			// Once somebody typed or dragged, also before it was hidden, the page knows better.
			const isNewer = (table.view.changedAt ?? 0) > (this.view.value.changedAt ?? 0);
			if (!this.loaded.value && (!this.#hasView || isNewer)) {
				this.view.value = table.view;
			}
			const known = new Set(table.rows.map(({ id }) => id));
			this.selected.value = new Set(
				(table.selected ?? [...this.selected.value]).filter(id => known.has(id)),
			);
			this.loaded.value = true;
			this.#keepActive();
		});
	}

	takeUpdate({ rows, pending }: TableUpdate): void {
		batch(() => {
			if (rows.length > 0) {
				const changed = new Map(rows.map(row => [row.id, row]));
				this.rows.value = this.rows.value.map(row => {
					const now = changed.get(row.shown.id);
					return now === undefined ? row : rowOf(now);
				});
			}
			this.pending.value = pending;
			this.#keepActive();
		});
	}

	/** Turns from ascending to descending to the order of launch. */
	sortBy(column: string, descending?: boolean): void {
		const { sort, ...view } = this.view.value;
		const isSame = sort?.column === column;
		const next = descending ?? (isSame ? (sort.descending ? undefined : true) : false);
		this.changeView(next === undefined ? view : { ...view, sort: { column, descending: next } });
	}

	setFilter(filter: string): void {
		batch(() => {
			this.changeView({ ...this.view.value, filter });
			this.#keepActive();
		});
	}

	setWidth(column: string, width: number): void {
		const { widths, ...view } = this.view.value;
		this.changeView({
			...view,
			widths: { ...widths, [column]: Math.round(Math.min(800, Math.max(48, width))) },
		});
	}

	/** As a person wants it from now on. */
	changeView(view: TableView): void {
		this.view.value = { ...view, changedAt: Date.now() };
	}

	moveTo(place: GridPlace): void {
		this.active.value = {
			row: Math.max(0, Math.min(this.shown.value.length, place.row)),
			column: Math.max(0, Math.min(this.columns.value.length - 1, place.column)),
		};
	}

	/** `row` counts from 1, as in the grid. */
	selectRow(row: number, mode: 'one' | 'toggle' | 'extend'): void {
		const shown = this.shown.value;
		const id = shown[row - 1]?.shown.id;
		if (id === undefined) {
			return;
		}
		if (mode === 'extend' && this.#anchor !== undefined) {
			const from = shown.findIndex(one => one.shown.id === this.#anchor);
			const [start, end] = [Math.min(from, row - 1), Math.max(from, row - 1)];
			this.selected.value = new Set(
				shown.slice(Math.max(0, start), end + 1).map(one => one.shown.id),
			);
			return;
		}
		this.#anchor = id;
		if (mode === 'toggle') {
			const next = new Set(this.selected.value);
			if (!next.delete(id)) {
				next.add(id);
			}
			this.selected.value = next;
			return;
		}
		this.selected.value = new Set([id]);
	}

	selectAll(): void {
		this.selected.value = new Set(this.shown.value.map(({ shown }) => shown.id));
	}

	clearSelection(): void {
		this.selected.value = new Set();
	}

	/** The selected runs in the order of the grid. */
	chosen(): readonly string[] {
		const ids = this.shown.value.map(({ shown }) => shown.id);
		return ids.filter(id => this.selected.value.has(id));
	}

	#keepActive(): void {
		this.moveTo(this.active.value);
	}
}

function rowOf(shown: ShownRow): TableRow {
	return { shown, values: [shown.name, ...shown.cells.map(fromWire)] };
}
