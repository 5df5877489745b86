import { messageFor } from '../../core/base/errorMessages';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { RowId } from '../../core/dataset/overlay';
import type { DatasetModel } from '../../node/dataset/datasetModel';
import type { DatasetView } from '../../node/dataset/datasetView';
import {
	changeRow,
	deleteRows,
	duplicateRows,
	insertRow,
	moveRows,
} from '../../node/dataset/rowEditing';
import type { Answer, DatasetHost, RowRange, RowsAction } from '../../protocol/datasetEditor';
import type { DatasetDocument } from './datasetDocument';

type Requests = DatasetHost['requests'];

/** What a page asks for that changes rows. */
export function rowRequests(document: DatasetDocument, view: DatasetView) {
	const { model } = document;
	return {
		changeRow: async ({ id, stamp, change }: Requests['changeRow']['params']) =>
			answerOf(await document.change(() => changeRow(model, id, change, stamp))),
		actOnRows: async ({ ranges, action }: Requests['actOnRows']['params']) => {
			const ids = idsOf(model, view, ranges);
			return answerOf(ids.ok ? await act(document, view, ids.value, action) : ids);
		},
		insertRow: async ({
			after,
		}: Requests['insertRow']['params']): Promise<Requests['insertRow']['result']> => {
			const before = after === undefined ? undefined : model.overlay.positionOf(after);
			const position = before === undefined ? 0 : before + 1;
			const done = await document.change(() => insertRow(model, position));
			if (!done.ok) {
				return answerOf(done) as Answer<never>;
			}
			view.include(model.rowAt(position).id);
			return { ok: true, value: { index: view.indexOf(position) ?? 0 } };
		},
	};
}

export function answerOf(result: Result<void>): Answer<null> {
	return result.ok ? { ok: true, value: null } : { ok: false, message: messageFor(result.error) };
}

/** The rows that the page means. Refused when it shows others than there are now. */
function idsOf(
	model: DatasetModel,
	view: DatasetView,
	ranges: readonly RowRange[],
): Result<RowId[]> {
	const ids: RowId[] = [];
	for (const { from, to, first, last } of ranges) {
		const own: (RowId | undefined)[] = [];
		for (let index = from; index < to; index++) {
			const position = view.position(index);
			own.push(position === undefined ? undefined : model.rowAt(position).id);
		}
		const isSame = (shown: RowId | undefined, now: RowId | undefined): boolean =>
			now !== undefined && (shown === undefined || shown === now);
		if (!isSame(first, own[0]) || !isSame(last, own.at(-1))) {
			return err(new WindsockError('fileChanged', { path: model.file.path }));
		}
		ids.push(...own.filter(id => id !== undefined));
	}
	return ok(ids);
}

async function act(
	document: DatasetDocument,
	view: DatasetView,
	ids: readonly RowId[],
	action: RowsAction,
): Promise<Result<void>> {
	switch (action.kind) {
		case 'delete':
			return document.change(model => deleteRows(model, ids));
		case 'duplicate': {
			const done = await document.change(model => duplicateRows(model, ids));
			for (const id of ids) {
				const position = document.model.overlay.positionOf(id);
				if (done.ok && position !== undefined) {
					view.include(document.model.rowAt(position + 1).id);
				}
			}
			return done;
		}
		case 'move':
			return document.change(model => moveRows(model, ids, targetOf(model, view, ids, action.to)));
		case 'label':
			return document.setLabels(ids, action.label ?? undefined);
	}
}

/** Up and down go by what the page shows: past the row that stands there, filtered ones included. */
function targetOf(
	model: DatasetModel,
	view: DatasetView,
	ids: readonly RowId[],
	to: number | 'up' | 'down',
): number {
	if (typeof to === 'number') {
		return to - 1;
	}
	const positions = ids.map(id => model.overlay.positionOf(id) ?? 0).sort((a, b) => a - b);
	const [first = 0] = positions;
	const last = positions.at(-1) ?? 0;
	const edge = view.indexOf(to === 'up' ? first : last);
	const beside = edge === undefined ? undefined : view.position(edge + (to === 'up' ? -1 : 1));
	if (beside === undefined) {
		return first;
	}
	return to === 'up' ? beside : beside - ids.length + 1;
}
