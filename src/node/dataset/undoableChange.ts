import { setImmediate } from 'node:timers/promises';
import { WindsockError } from '../../core/base/errors';
import type { RowEdit, RowId } from '../../core/dataset/overlay';
import type { EditableDataset, PlannedEdit, UndoableChange } from './editableDataset';

type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** Edits of a group that are made between two looks at other work of the thread. */
const portion = 2000;

/** Makes the edit. What is answered undoes and redoes it, over saves, in turn with other changes. */
export async function undoable(
	model: EditableDataset,
	inTurn: InTurn,
	{ title, edit }: PlannedEdit,
): Promise<UndoableChange> {
	let inverse = await applied(model, edit);
	let { readings } = model;
	model.touch();
	const turn = (): Promise<void> =>
		inTurn(async () => {
			await checkFits(model, inverse, readings === model.readings);
			inverse = await applied(model, inverse);
			({ readings } = model);
			model.touch();
		});
	return { title, undo: turn, redo: turn };
}

async function applied(model: EditableDataset, edit: RowEdit): Promise<RowEdit> {
	if (edit.kind !== 'group' || edit.edits.length <= portion) {
		return model.overlay.apply(edit);
	}
	const inverses: RowEdit[] = [];
	for (const [i, one] of edit.edits.entries()) {
		if (i % portion === portion - 1) {
			await setImmediate();
		}
		inverses.push(model.overlay.apply(one));
	}
	return { kind: 'group', edits: inverses.toReversed() };
}

/**
 * After the file was read anew, ids may name other rows: an old change of a text still fits where
 * the row has the very bytes that it left there, and others fit nowhere.
 */
async function checkFits(
	model: EditableDataset,
	edit: RowEdit,
	isSameReading: boolean,
): Promise<void> {
	const edits = edit.kind === 'group' ? edit.edits : [edit];
	const isLost = (id: RowId): boolean => !model.overlay.isDeleted(id);
	if (isSameReading) {
		if (edit.kind === 'restoreRows' && edit.rows.some(({ id }) => isLost(id))) {
			const reason = 'so many rows were deleted before the last save that they were not kept';
			throw new WindsockError('editImpossible', { reason });
		}
		return;
	}
	for (const one of edits) {
		const row = one.kind === 'replace' ? model.overlay.row(one.id) : undefined;
		const [content] = row ? await model.readRows([row]) : [];
		if (one.kind !== 'replace' || !content || Buffer.compare(content, one.before) !== 0) {
			throw new WindsockError('fileChanged', { path: model.file.path });
		}
	}
}
