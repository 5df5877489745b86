import { DisposableStore, type Disposable } from '../../core/base/disposable';
import { comparability } from '../../core/comparability/comparability';
import { goodDirection } from '../../core/comparability/metricDelta';
import type { TextTable } from '../../core/metrics/export/textTable';
import { toWire } from '../../core/runTable/cellOnWire';
import { inputsMatrix, type MatrixSection } from '../../core/runTable/inputsMatrix';
import type { RunTableSource } from '../../core/runTable/runTableSource';
import {
	columnFrom,
	columnId,
	columnTitle,
	columnValues,
	type TableColumn,
} from '../../core/runTable/tableColumn';
import { cellOf, type TableRun } from '../../core/runTable/tableRun';
import { tableText } from '../../core/runTable/tableText';
import { hasEnded } from '../../core/training/runState';
import { Rpc, type MessagePort } from '../../protocol/rpc';
import type {
	DeltaRemark,
	RunTableHost,
	RunTablePage,
	ShownColumn,
	ShownRow,
	TableView,
} from '../../protocol/runTable';
import { TableColumns, type ColumnChoice } from './tableColumns';

/** Milliseconds between two messages. */
const pace = 250;
/** Milliseconds after which the files of a run that goes on are read again. */
const rereadAfter = 2000;
/** Runs that are read at once. */
const readers = 4;

/** What is kept of a table for the workspace. */
export interface TableMemory {
	columns?: readonly string[];
	baseline?: string;
	view?: TableView;
}

export interface RunTableActions {
	/** Keeps what the table is to look like when it is opened again. */
	remember(memory: TableMemory): void;
	pickColumns(): void;
	showMetrics(runIds: readonly string[]): void;
	compareInputs(before: string, after: string): void;
	compareData(before: string, after: string, split: 'train' | 'eval'): void;
	copy(table: TextTable): void;
	showLog(runId: string): void;
	copyNames(names: readonly string[]): void;
	launch(): void;
}

/**
 * The open run table. While its page is there, the files of all runs are read a few at a time, those
 * of unfinished runs again and again, and the page gets the rows that changed.
 */
export class RunTableSession implements Disposable {
	readonly #parts = new DisposableStore();
	readonly #rpc: Rpc<RunTableHost, RunTablePage>;
	readonly #columns: TableColumns;
	readonly #watches = new Map<string, Disposable>();
	/** Runs whose rows the page has of an older state. */
	readonly #dirty = new Set<string>();
	readonly #toRead = new Set<string>();
	readonly #readLater = new Set<string>();
	#memory: TableMemory;
	#sentColumns = '';
	#sentRuns = '';
	#select: readonly string[] | undefined;
	#live = false;
	#reading = 0;
	#flushTimer: ReturnType<typeof setTimeout> | undefined;
	#readTimer: ReturnType<typeof setTimeout> | undefined;

	constructor(
		private readonly source: RunTableSource,
		port: MessagePort,
		memory: TableMemory,
		private readonly actions: RunTableActions,
	) {
		this.#memory = memory;
		this.#columns = new TableColumns(columnsFrom(memory.columns));
		this.#rpc = this.#parts.add(
			new Rpc<RunTableHost, RunTablePage>(
				port,
				{ compareInputs: ({ runIds }) => this.#compareInputs(runIds) },
				{
					viewChanged: view => this.#remember({ view }),
					baselinePinned: ({ runId }) => this.#pin(runId),
					columnPickerOpened: () => actions.pickColumns(),
					columnsArranged: ({ ids }) => this.chooseColumns(ids),
					metricsAsked: ({ runIds }) => actions.showMetrics(runIds),
					inputsDiffAsked: ({ before, after }) => actions.compareInputs(before, after),
					dataDiffAsked: ({ before, after, split }) => actions.compareData(before, after, split),
					copyAsked: ({ runIds }) => actions.copy(this.#text(runIds)),
					logAsked: ({ runId }) => actions.showLog(runId),
					namesCopied: ({ names }) => actions.copyNames(names),
					launchAsked: () => actions.launch(),
				},
				() => this.#begin(),
			),
		);
		this.#parts.add(source.onDidChange(({ runId }) => this.#note(runId)));
		this.#parts.add({ dispose: () => this.hide() });
	}

	/** Ids of the columns in the order in which they stand. */
	get shownColumns(): readonly string[] {
		return this.#columns.shown.map(columnId);
	}

	/** All columns that the runs have something for, by group. */
	columnChoices(): readonly ColumnChoice[] {
		return this.#columns.choices(this.source.list());
	}

	/** Ids of columns in the order to show them. Without any, the usual ones stand again. */
	chooseColumns(ids: readonly string[]): void {
		const columns = columnsFrom(ids);
		this.#columns.choose(columns.length === 0 ? undefined : columns);
		this.#remember({ columns: columns.map(columnId) });
		this.#snapshot();
	}

	/** Selects these rows when the page is there. */
	select(runIds: readonly string[]): void {
		this.#select = runIds;
		this.#snapshot();
	}

	/** The page is out of sight. When it is seen again it is a new page and says that it is ready. */
	hide(): void {
		this.#live = false;
		clearTimeout(this.#flushTimer);
		clearTimeout(this.#readTimer);
		this.#flushTimer = undefined;
		this.#readTimer = undefined;
		this.#toRead.clear();
		this.#readLater.clear();
		for (const watch of this.#watches.values()) {
			watch.dispose();
		}
		this.#watches.clear();
	}

	dispose(): void {
		this.#parts.dispose();
	}

	#begin(): void {
		this.#live = true;
		for (const { summary } of this.source.list()) {
			this.#toRead.add(summary.id);
		}
		this.#snapshot();
		this.#read();
	}

	#snapshot(): void {
		if (!this.#live) {
			return;
		}
		const runs = this.source.list();
		for (const run of runs) {
			this.#columns.note(run);
		}
		this.#dirty.clear();
		const columns = this.#columns.shown;
		this.#sentColumns = columns.map(columnId).join();
		this.#sentRuns = runs.map(({ summary }) => summary.id).join();
		const baseline = this.#baseline();
		this.#rpc.notify('tableTaken', {
			columns: columns.map(shownColumn),
			rows: runs.map(run => shownRow(run, columns, baseline)),
			...(baseline === undefined ? {} : { baseline: baseline.summary.id }),
			view: this.#memory.view ?? { filter: '', widths: {} },
			...(this.#select === undefined ? {} : { selected: this.#select }),
			pending: this.#pending,
		});
		this.#select = undefined;
		this.#followOnly(runs);
	}

	get #pending(): number {
		return this.#toRead.size + this.#reading;
	}

	#baseline(): TableRun | undefined {
		const { baseline } = this.#memory;
		return baseline === undefined ? undefined : this.source.get(baseline);
	}

	#pin(runId: string | undefined): void {
		const { baseline: _, ...rest } = this.#memory;
		this.#memory = rest;
		this.#remember(runId === undefined ? {} : { baseline: runId });
		this.#snapshot();
	}

	#remember(changed: TableMemory): void {
		this.#memory = { ...this.#memory, ...changed };
		this.actions.remember(this.#memory);
	}

	#compareInputs(runIds: readonly string[]): readonly MatrixSection[] | null {
		const inputs = runIds.map(id => this.source.inputs(id));
		const found = inputs.filter(one => one !== undefined);
		return found.length === inputs.length ? inputsMatrix(found) : null;
	}

	#text(runIds: readonly string[]): TextTable {
		const runs = runIds.flatMap(id => this.source.get(id) ?? []);
		return tableText(runs, this.#columns.shown, this.#baseline());
	}

	/** Follows those of the runs that go on, and none besides. */
	#followOnly(runs: readonly TableRun[]): void {
		const present = new Set(runs.map(({ summary }) => summary.id));
		for (const runId of this.#watches.keys()) {
			if (!present.has(runId)) {
				this.#leave(runId);
			}
		}
		for (const run of runs) {
			this.#follow(run);
		}
	}

	#follow({ summary: { id, state } }: TableRun): void {
		if (state === undefined || hasEnded(state)) {
			this.#leave(id);
		} else if (!this.#watches.has(id)) {
			this.#watches.set(id, this.source.watch(id));
		}
	}

	#leave(runId: string): void {
		this.#watches.get(runId)?.dispose();
		this.#watches.delete(runId);
	}

	#note(runId: string): void {
		if (!this.#live) {
			return;
		}
		this.#dirty.add(runId);
		this.#flushLater();
		this.#readLater.add(runId);
		this.#readTimer ??= setTimeout(() => {
			this.#readTimer = undefined;
			for (const id of this.#readLater) {
				this.#toRead.add(id);
			}
			this.#readLater.clear();
			this.#read();
		}, rereadAfter);
	}

	#read(): void {
		while (this.#live && this.#reading < readers) {
			const next = this.#toRead.values().next();
			if (next.done === true) {
				return;
			}
			this.#toRead.delete(next.value);
			this.#reading++;
			void this.#readOne(next.value);
		}
	}

	async #readOne(runId: string): Promise<void> {
		try {
			await this.source.read(runId);
		} finally {
			this.#reading--;
			if (this.#live) {
				this.#dirty.add(runId);
				this.#flushLater();
				this.#read();
			}
		}
	}

	#flushLater(): void {
		this.#flushTimer ??= setTimeout(() => {
			this.#flushTimer = undefined;
			this.#flush();
		}, pace);
	}

	#flush(): void {
		const changed = [...this.#dirty].flatMap(id => this.source.get(id) ?? []);
		for (const run of changed) {
			this.#columns.note(run);
		}
		const { baseline } = this.#memory;
		const isOther =
			this.source.ids().join() !== this.#sentRuns ||
			this.#columns.shown.map(columnId).join() !== this.#sentColumns ||
			// Every difference is one to it.
			(baseline !== undefined && this.#dirty.has(baseline));
		if (isOther) {
			this.#snapshot();
			return;
		}
		this.#dirty.clear();
		const pinned = this.#baseline();
		this.#rpc.notify('rowsChanged', {
			rows: changed.map(run => shownRow(run, this.#columns.shown, pinned)),
			pending: this.#pending,
		});
		for (const run of changed) {
			this.#follow(run);
		}
	}
}

function columnsFrom(ids: readonly string[] | undefined): TableColumn[] {
	return (ids ?? []).flatMap(id => columnFrom(id) ?? []);
}

function shownColumn(column: TableColumn): ShownColumn {
	const good = column.kind === 'metric' ? goodDirection(column.measured) : undefined;
	return {
		id: columnId(column),
		title: columnTitle(column),
		values: columnValues(column),
		isMetric: column.kind === 'metric',
		...(good === undefined ? {} : { good }),
	};
}

function shownRow(
	run: TableRun,
	columns: readonly TableColumn[],
	baseline: TableRun | undefined,
): ShownRow {
	const { id, name } = run.summary;
	return {
		id,
		name,
		cells: columns.map(column => toWire(cellOf(run, column))),
		...(baseline === undefined || baseline.summary.id === id
			? {}
			: { remarks: columns.map(column => remarkOf(run, baseline, column)) }),
		...(run.digest === undefined ? { isPending: true } : {}),
	};
}

function remarkOf(run: TableRun, baseline: TableRun, column: TableColumn): DeltaRemark | null {
	if (column.kind !== 'metric' || typeof cellOf(run, column) !== 'number') {
		return null;
	}
	const found = comparability(baseline.conditions(), run.conditions(), column.measured);
	return found.isComparable
		? found.notes.length === 0
			? null
			: { isComparable: true, texts: found.notes }
		: { isComparable: false, texts: found.reasons };
}
