import { WindsockError } from '../../../core/base/errors';
import { err, ok, type Result } from '../../../core/base/result';
import type { Statement } from '../../../core/dataset/annotation';
import type { Overlay, RowId } from '../../../core/dataset/overlay';
import type { UndoableChange } from '../editableDataset';
import type { RowAnnotations } from './rowAnnotations';
import type { NamedRows } from '../rowNames';

/** What annotating needs of an open dataset. */
export interface AnnotatedDataset {
	readonly file: { readonly path: string };
	readonly overlay: Overlay;
	readonly labels: RowAnnotations | undefined;
	readonly areLabelsLoaded: boolean;
	readonly namedRows: NamedRows;
	touch(): void;
}

export interface AnnotatedRow {
	readonly change: UndoableChange;
	/** Done when it is on the disk; it counts before that. */
	readonly written: Promise<Result<void>>;
}

/** Says something about a row. Undoing it, in whatever session, appends that it is taken back. */
export function annotateRow(
	model: AnnotatedDataset,
	row: RowId,
	statement: Statement,
): Result<AnnotatedRow> {
	const { labels } = model;
	const base = model.overlay.row(row)?.base;
	if (!labels || !model.areLabelsLoaded || base === undefined) {
		const reason = labels
			? 'labels can be set once all rows are checked, on rows that are saved'
			: 'it is not a file on disk, so there is no place for labels';
		return err(new WindsockError('formatUnsupported', { path: model.file.path, reason }));
	}
	let said = labels.say(model.namedRows, row, base, statement);
	model.touch();
	const change: UndoableChange = {
		title: titleOf(statement),
		undo: async () => orThrow(await takeBack(model, row, said.event)),
		redo: async () => {
			const at = model.overlay.row(row)?.base;
			if (at !== undefined) {
				said = labels.say(model.namedRows, row, at, statement);
				model.touch();
				orThrow(await said.written);
			}
		},
	};
	return ok({ change, written: said.written });
}

/** Takes back something that was said; nothing when that was done already. */
export function takeBack(
	model: AnnotatedDataset,
	row: RowId,
	event: string,
): Promise<Result<void>> {
	const base = model.overlay.row(row)?.base;
	if (!model.labels || base === undefined) {
		return Promise.resolve(ok());
	}
	const written = model.labels.undo(model.namedRows, row, base, event);
	model.touch();
	return written;
}

/** Words for the undo menu. */
function titleOf(statement: Statement): string {
	switch (statement.kind) {
		case 'label':
			return statement.value === null ? 'Remove Label' : labelTitles[statement.value];
		case 'rating':
			return statement.value === null ? 'Remove Rating' : `Rate ${statement.value}`;
		case 'tag':
			return statement.on ? 'Add Tag' : 'Remove Tag';
		case 'note':
			return statement.value === '' ? 'Remove Note' : 'Write Note';
		case 'skip':
			return 'Skip';
	}
}

const labelTitles = { keep: 'Keep', drop: 'Drop', fix: 'Fix' } as const;

function orThrow(result: Result<void>): void {
	if (!result.ok) {
		throw result.error;
	}
}
