import type { GoodDirection } from '../core/comparability/metricDelta';
import type { WireCell } from '../core/runTable/cellOnWire';
import type { MatrixSection } from '../core/runTable/inputsMatrix';
import type { ColumnValues } from '../core/runTable/tableColumn';
import type { Side } from './rpc';

/** A column as the page shows it. The names of the runs stand before all others. */
export interface ShownColumn {
	readonly id: string;
	readonly title: string;
	readonly values: ColumnValues;
	/** Holds values of a metric, which have a difference to the baseline. */
	readonly isMetric: boolean;
	/** Which way the metric is better; absent where neither is. */
	readonly good?: GoodDirection;
}

/** Why a cell shows no difference to the baseline, or what to know about the one it shows. */
export interface DeltaRemark {
	readonly isComparable: boolean;
	/** Empty where a difference would say nothing and needs no word, as of a learning rate. */
	readonly texts: readonly string[];
}

export interface ShownRow {
	readonly id: string;
	readonly name: string;
	/** One a column. */
	readonly cells: readonly WireCell[];
	/** One a column, while a baseline is pinned; null where a difference is shown as it is. */
	readonly remarks?: readonly (DeltaRemark | null)[];
	/** Its files have not been read yet. */
	readonly isPending?: true;
}

/** How the table is looked at; kept for the workspace. */
export interface TableView {
	/** Column to sort by, “name” or an id of `columns`; newest first without one. */
	readonly sort?: { readonly column: string; readonly descending: boolean };
	readonly filter: string;
	/** Pixels by column. */
	readonly widths: Readonly<Record<string, number>>;
	/** Unix milliseconds of the last change by a person: of two copies the newer one counts. */
	readonly changedAt?: number;
}

export interface TableSnapshot {
	readonly columns: readonly ShownColumn[];
	/** Newest first. */
	readonly rows: readonly ShownRow[];
	readonly baseline?: string;
	readonly view: TableView;
	/** Rows to select, where the table was opened for them. */
	readonly selected?: readonly string[];
	readonly pending: number;
}

/** At most one of these in 250 ms. */
export interface TableUpdate {
	/** Rows that take the place of those with the same id. */
	readonly rows: readonly ShownRow[];
	/** Runs of which files are still to be read. */
	readonly pending: number;
}

/** What the page listens to. Nothing is sent while it is hidden. */
export interface RunTablePage extends Side {
	requests: Record<never, never>;
	notifications: {
		tableTaken: TableSnapshot;
		rowsChanged: TableUpdate;
	};
}

/** What the extension host does for the page. */
export interface RunTableHost extends Side {
	requests: {
		/** In what runs differ by what is on record; null where one of them is gone. */
		compareInputs: {
			readonly params: { readonly runIds: readonly string[] };
			readonly result: readonly MatrixSection[] | null;
		};
	};
	notifications: {
		viewChanged: TableView;
		/** Without a run the baseline is let go. */
		baselinePinned: { readonly runId?: string };
		/** Lets the user choose columns in the editor's own list. */
		columnPickerOpened: Record<never, never>;
		columnsArranged: { readonly ids: readonly string[] };
		metricsAsked: { readonly runIds: readonly string[] };
		/** The inputs of two runs in the diff editor, with what their hosts know. */
		inputsDiffAsked: { readonly before: string; readonly after: string };
		/** The rows of two runs' datasets in the diff editor. */
		dataDiffAsked: {
			readonly before: string;
			readonly after: string;
			readonly split: 'train' | 'eval';
		};
		/** These rows with the columns shown, as text for elsewhere. */
		copyAsked: { readonly runIds: readonly string[] };
		/** The log of a run at its end. */
		logAsked: { readonly runId: string };
		/** Names of runs, as text for elsewhere. */
		namesCopied: { readonly names: readonly string[] };
		launchAsked: Record<never, never>;
	};
}
