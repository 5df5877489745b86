import type { Result } from '../../core/base/result';
import type { ContainerKind } from '../../core/dataset/container';
import type { Overlay, RowEdit, RowRef } from '../../core/dataset/overlay';
import type { RowMapping } from '../../core/dataset/rowMapping';
import type { ScanTable } from '../../core/dataset/rowScan';

/** A change that VS Code's undo stack can hold. */
export interface UndoableChange {
	/** What it did, for the undo menu. */
	readonly title: string;
	undo(): Promise<void>;
	redo(): Promise<void>;
}

/** A change that is worked out and not made yet. */
export interface PlannedEdit {
	readonly title: string;
	readonly edit: RowEdit;
}

/** What changes of rows need of an open dataset. */
export interface EditableDataset {
	readonly file: {
		readonly path: string;
		readonly kind: ContainerKind;
		readonly scan: ScanTable;
		/** How a person said that the rows are to be read. */
		readonly mapping: RowMapping | undefined;
	};
	readonly overlay: Overlay;
	/** Grows when the file is read anew: its rows may be others. */
	readonly readings: number;
	readonly rowCount: number;
	rowAt(position: number): RowRef;
	readRows(rows: readonly RowRef[]): Promise<Uint8Array[]>;
	/**
	 * Makes a change that is worked out on the rows as they then are: one at a time, and never in the
	 * middle of a save. A plan of `undefined` changes nothing.
	 */
	edit(
		plan: () => Promise<Result<PlannedEdit | undefined>>,
	): Promise<Result<UndoableChange | undefined>>;
	/** Tells that something is different. */
	touch(): void;
}
