import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { changedRow, titleOfChange, type RowChange } from '../../core/dataset/edit/rowChange';
import { emptyRow } from '../../core/dataset/edit/emptyRow';
import type { JsonPath } from '../../core/dataset/jsonScanner';
import type { RowEdit, RowId, RowRef } from '../../core/dataset/overlay';
import { patchText, textAt } from '../../core/dataset/rowPatch';
import { formatNames, type StringRange } from '../../core/dataset/example';
import type { EditableDataset, UndoableChange } from './editableDataset';
import { sha256 } from './hash';

type Changed = Promise<Result<UndoableChange | undefined>>;

/** Words that are the same for the same content of a row, to see whether it is still what was shown. */
export function stampOf(bytes: Uint8Array): string {
	return sha256(Buffer.from(bytes).toString('latin1')).slice(0, 16);
}

/**
 * Changes one text in a row, in every place where it stands. Nothing when it is the same.
 *
 * @param change.seen what the editor of the text has seen there; after the file was read anew the
 *   name may mean another row, which the edit must not hit
 */
export function editText(
	model: EditableDataset,
	id: RowId,
	change: {
		readonly paths: readonly JsonPath[];
		readonly text: string;
		readonly seen: string | undefined;
		/** The part of the string at each path that the text is. */
		readonly range?: StringRange | undefined;
	},
): Changed {
	const { paths, text, seen, range } = change;
	return replaceContent(model, id, 'Edit Message', before => {
		if (seen !== undefined && paths.some(path => partAt(before, path, range) !== seen)) {
			return err(new WindsockError('fileChanged', { path: model.file.path }));
		}
		let after: Uint8Array = before;
		for (const path of paths) {
			const patched = patchText(after, path, text, range);
			if (!patched) {
				const row = (model.overlay.positionOf(id) ?? 0) + 1;
				const reason = `no text at ${path.join('.')}`;
				return err(new WindsockError('rowBroken', { path: model.file.path, row, reason }));
			}
			after = patched;
		}
		return ok(after);
	});
}

function partAt(
	row: Uint8Array,
	path: JsonPath,
	range: StringRange | undefined,
): string | undefined {
	const text = textAt(row, path);
	return range ? text?.slice(range.start, range.end) : text;
}

/** @param stamp of the content that the change was made for; another one is left alone */
export function changeRow(
	model: EditableDataset,
	id: RowId,
	change: RowChange,
	stamp: string,
): Changed {
	return replaceContent(model, id, titleOfChange(change), before =>
		stampOf(before) === stamp
			? changedRow(before, change, model.file.kind, model.file.mapping)
			: err(new WindsockError('fileChanged', { path: model.file.path })),
	);
}

function replaceContent(
	model: EditableDataset,
	id: RowId,
	title: string,
	change: (before: Uint8Array) => Result<Uint8Array>,
): Changed {
	return model.edit(async () => {
		const row = model.overlay.row(id);
		if (!row) {
			return err(gone(model));
		}
		const [before = new Uint8Array()] = await model.readRows([row]);
		const after = change(before);
		if (!after.ok || Buffer.compare(before, after.value) === 0) {
			return after.ok ? ok(undefined) : after;
		}
		const edit = {
			kind: 'replace',
			id,
			before: Uint8Array.from(before),
			after: after.value,
		} as const;
		return ok({ title, edit });
	});
}

/** Rows that are gone already are passed over. */
export function deleteRows(model: EditableDataset, ids: readonly RowId[]): Changed {
	return model.edit(() => {
		const present = ids.filter(id => model.overlay.positionOf(id) !== undefined);
		const title = present.length === 1 ? 'Delete Row' : `Delete ${counted(present.length)} Rows`;
		const edit = { kind: 'deleteRows', ids: present } as const;
		return Promise.resolve(ok(present.length === 0 ? undefined : { title, edit }));
	});
}

/** Puts a copy behind each of the rows. */
export function duplicateRows(model: EditableDataset, ids: readonly RowId[]): Changed {
	return model.edit(async () => {
		const rows = inOrder(model, ids);
		const edits: RowEdit[] = [];
		for (const [i, { row, position }] of rows.entries()) {
			const [bytes = new Uint8Array()] = await model.readRows([row]);
			edits.push({ kind: 'insert', position: position + 1 + i, bytes: Uint8Array.from(bytes) });
		}
		const title = rows.length === 1 ? 'Duplicate Row' : `Duplicate ${counted(rows.length)} Rows`;
		return ok(grouped(title, edits));
	});
}

/** A row without content, of the kind that most rows of the dataset are. */
export function insertRow(model: EditableDataset, position: number): Changed {
	return model.edit(async () => {
		const at = Math.max(0, Math.min(position, model.rowCount));
		const neighbour = model.rowCount === 0 ? undefined : model.rowAt(Math.max(0, at - 1));
		const [like] = neighbour ? await model.readRows([neighbour]) : [];
		const bytes = emptyRow(mainFormat(model), like, model.file.mapping);
		return ok({ title: 'Insert Row', edit: { kind: 'insert', position: at, bytes } });
	});
}

/**
 * Moves rows so that the first of them stands at a position, the others behind it in their order.
 *
 * @param to among the rows as they are after the move
 */
export function moveRows(model: EditableDataset, ids: readonly RowId[], to: number): Changed {
	return model.edit(() => {
		const rows = inOrder(model, ids);
		const first = Math.max(0, Math.min(to, model.rowCount - rows.length));
		const isThere = rows.every(({ position }, i) => position === first + i);
		// Taken from the side that they move to, so that none shifts one that is in place already.
		const placed = rows.map(({ row }, i) => ({ id: row.id, position: first + i }));
		const down = (rows[0]?.position ?? 0) < first;
		const edits = (down ? placed.toReversed() : placed).map(({ id, position }): RowEdit => ({
			kind: 'move',
			id,
			position,
		}));
		const title = rows.length === 1 ? 'Move Row' : `Move ${counted(rows.length)} Rows`;
		return Promise.resolve(ok(isThere ? undefined : grouped(title, edits)));
	});
}

/** The rows that are there, in reading order. */
function inOrder(
	model: EditableDataset,
	ids: readonly RowId[],
): { readonly row: RowRef; readonly position: number }[] {
	return ids
		.flatMap(id => {
			const position = model.overlay.positionOf(id);
			return position === undefined ? [] : [{ row: model.rowAt(position), position }];
		})
		.sort((a, b) => a.position - b.position);
}

function mainFormat(model: EditableDataset) {
	const { formatCounts } = model.file.scan;
	const counts = formatNames.map((_, i) => formatCounts[i] ?? 0);
	return formatNames[counts.indexOf(Math.max(...counts))] ?? 'messages';
}

function grouped(title: string, edits: readonly RowEdit[]) {
	const [only] = edits;
	return only && { title, edit: edits.length === 1 ? only : ({ kind: 'group', edits } as const) };
}

function counted(rows: number): string {
	return rows.toLocaleString('en-US');
}

function gone(model: EditableDataset): WindsockError {
	const reason = 'the row is gone';
	return new WindsockError('formatUnsupported', { path: model.file.path, reason });
}
