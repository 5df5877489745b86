import { signal } from '@preact/signals';
import type { Label } from '../../src/core/dataset/annotation';
import type { RowChange } from '../../src/core/dataset/edit/rowChange';
import type { RowDetail, RowRange, RowsAction } from '../../src/protocol/datasetEditor';
import type { DatasetPageModel, HostChannel } from './pageModel';
import { isMarked, markedCount, marksAfter, type MarkedRange, type PickMode } from './rowMarks';

/** Where the focus goes once the page shows what a change made. */
export type FocusAfter =
	{ readonly message: number; readonly edit?: boolean } | { readonly field: string } | undefined;

/** Changes of the row that is shown and of the rows that are marked. */
export class RowEditor {
	/** Rows marked beside the one that is shown; empty when it stands alone. */
	readonly marks = signal<readonly MarkedRange[]>([]);
	/** Taken by the element that it names once that is drawn. */
	readonly focus = signal<FocusAfter>(undefined);
	#anchor: number | undefined;

	constructor(
		private readonly model: DatasetPageModel,
		private readonly host: HostChannel,
	) {}

	get canEdit(): boolean {
		return this.model.snapshot.value?.dataset.readOnly === undefined;
	}

	/** Makes a change of the row that is shown. Says whether it was made. */
	async change(
		change: RowChange,
		said: string,
		options: { readonly detail?: RowDetail; readonly focus?: FocusAfter } = {},
	): Promise<boolean> {
		const detail = options.detail ?? this.model.detail.value;
		if (!detail || !this.canEdit) {
			return false;
		}
		const { stamp, summary } = detail;
		const answer = await this.host.request('changeRow', { id: summary.id, stamp, change });
		if (!answer.ok) {
			this.model.problem.value = answer.message;
			return false;
		}
		this.model.problem.value = undefined;
		this.model.editing.value = undefined;
		this.model.announcement.value = said;
		await this.model.reload();
		this.focus.value = options.focus;
		if (options.focus && 'message' in options.focus && options.focus.edit === true) {
			this.model.startEditing({ message: options.focus.message, block: 0 });
		}
		return true;
	}

	/** Picks a row as lists do: with Ctrl in addition, with Shift all up to it. */
	async pick(index: number, mode: PickMode): Promise<void> {
		const anchor = this.#anchor ?? this.model.selected.value;
		this.marks.value = marksAfter(this.marks.value, mode, index, anchor);
		this.#anchor = mode === 'extend' ? anchor : index;
		await this.model.select(index);
	}

	clearMarks(): void {
		this.marks.value = [];
		this.#anchor = undefined;
	}

	isMarked(index: number): boolean {
		return isMarked(this.marks.value, index);
	}

	/** Rows that an action is about: the marked ones, or the one that is shown. */
	get count(): number {
		return markedCount(this.marks.value) || (this.model.selected.value === undefined ? 0 : 1);
	}

	async act(action: RowsAction, said: string): Promise<void> {
		const ranges = this.#ranges();
		if (ranges.length === 0 || (action.kind !== 'label' && !this.canEdit)) {
			return;
		}
		const answer = await this.host.request('actOnRows', { ranges, action });
		if (!answer.ok) {
			this.model.problem.value = answer.message;
			return;
		}
		this.model.announcement.value = said;
		if (action.kind === 'label') {
			await this.model.reload();
			return;
		}
		this.clearMarks();
		const [first] = ranges;
		if (action.kind === 'move') {
			await this.#follow(first?.first);
		} else {
			await this.model.showRow(action.kind === 'delete' ? (first?.from ?? 0) : (first?.to ?? 0));
		}
	}

	/** Adds a row behind the one that is shown, and shows it. */
	async insertRow(): Promise<void> {
		if (!this.canEdit) {
			return;
		}
		const after = this.model.detail.value?.summary.id;
		const answer = await this.host.request('insertRow', { after });
		if (!answer.ok) {
			this.model.problem.value = answer.message;
			return;
		}
		this.clearMarks();
		this.model.announcement.value = 'Row added.';
		await this.model.showRow(answer.value.index);
	}

	async label(label: Label): Promise<void> {
		if (markedCount(this.marks.value) < 2) {
			await this.model.toggleLabel(label);
			return;
		}
		const isOn = this.model.detail.value?.summary.label === label;
		const said = `${this.count} rows ${isOn ? 'without label' : label === 'keep' ? 'kept' : 'dropped'}.`;
		await this.act({ kind: 'label', label: isOn ? null : label }, said);
	}

	async showChanges(): Promise<void> {
		await this.host.request('showChanges', null);
	}

	/** A moved row stays the one that is shown. */
	async #follow(id: number | undefined): Promise<void> {
		const index = id === undefined ? undefined : await this.host.request('findRow', { id });
		await this.model.showRow(index ?? this.model.selected.value ?? 0);
	}

	#ranges(): RowRange[] {
		const { selected } = this.model;
		const shown = selected.value;
		const marks =
			this.marks.value.length > 0
				? this.marks.value
				: shown === undefined
					? []
					: [{ from: shown, to: shown + 1 }];
		return marks.map(({ from, to }) => ({
			from,
			to,
			first: this.model.row(from)?.id,
			last: this.model.row(to - 1)?.id,
		}));
	}
}
