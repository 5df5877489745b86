import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { compileRewrite, type RowRewrite } from '../../core/dataset/edit/rowRewrite';
import type { RowEdit, RowId, RowRef } from '../../core/dataset/overlay';
import type { EditableDataset, UndoableChange } from './editableDataset';
import { startRewriter, type Rewriter } from './rewriteThread';

/** Rows and bytes that go to the thread at once, and how long it may take over them. */
const portionRows = 200;
const portionBytes = 1 << 20;
const patience = 10_000;
/** Both sides of every changed row are kept for undo. */
const mostBytes = 256 << 20;

/** One row that would be another; without `after` it would be deleted. */
export interface RowAfterRewrite {
	readonly id: RowId;
	/** Place in the dataset when the plan was made, from 1. */
	readonly number: number;
	readonly before: Uint8Array;
	readonly after: Uint8Array | undefined;
	/** The row's own bytes then, to see whether it was changed since. */
	readonly own: Uint8Array | undefined;
}

/** What a change of many rows would do. Nothing is changed yet. */
export interface RewritePlan {
	readonly rows: readonly RowAfterRewrite[];
	/** Occurrences or texts that would be written anew. */
	readonly places: number;
	/** Of `rows`, those that would be deleted, since nothing would be left of them. */
	readonly deleted: number;
	/** The reading of the file that the ids belong to. */
	readonly readings: number;
}

export interface PlanOptions {
	/** The bundled `rewriteWorker.js`. */
	readonly workerFile: string | undefined;
	readonly signal?: AbortSignal;
	/** Rows done so far. */
	readonly report?: (done: number) => void;
}

/** Works out a change of rows. Those that are gone are passed over. */
export async function planRewrite(
	dataset: EditableDataset,
	ids: readonly RowId[],
	rewrite: RowRewrite,
	options: PlanOptions,
): Promise<Result<RewritePlan>> {
	const compiled = compileRewrite(rewrite);
	if (!compiled.ok) {
		return err(new WindsockError('searchInvalid', { reason: compiled.error }));
	}
	const { mapping } = dataset.file;
	const rewriter = startRewriter({ rewrite, mapping }, options.workerFile, patience);
	try {
		return await goThrough(dataset, ids, rewriter, options);
	} finally {
		await rewriter.close();
	}
}

async function goThrough(
	dataset: EditableDataset,
	ids: readonly RowId[],
	rewriter: Rewriter,
	{ signal, report }: PlanOptions,
): Promise<Result<RewritePlan>> {
	const { readings } = dataset;
	const rows: RowAfterRewrite[] = [];
	let places = 0;
	let deleted = 0;
	let bytes = 0;
	for (let from = 0; from < ids.length;) {
		if (signal?.aborted === true) {
			return err(new WindsockError('cancelled'));
		}
		const { refs, contents, to } = await nextPortion(dataset, ids, from);
		const rewritten = await rewriter.rewrite(contents);
		if (rewritten === undefined) {
			const [first, last] = [refs[0], refs.at(-1)].map(ref => numberOf(dataset, ref));
			return err(new WindsockError('searchTooSlow', { path: dataset.file.path, first, last }));
		}
		for (const [i, after] of rewritten.entries()) {
			const [ref, before] = [refs[i], contents[i]];
			if (after === null || !ref || !before) {
				continue;
			}
			const isEmpty = after === 'empty';
			places += isEmpty ? 0 : after.places;
			deleted += Number(isEmpty);
			bytes += before.length + (isEmpty ? 0 : after.bytes.length);
			rows.push({
				id: ref.id,
				number: numberOf(dataset, ref),
				before: Uint8Array.from(before),
				after: isEmpty ? undefined : Uint8Array.from(after.bytes),
				own: ref.bytes,
			});
		}
		if (bytes > mostBytes) {
			const reason = `it would change more than ${mostBytes >> 20} MB at once; show fewer rows, or use a pipeline of “windsock clean”`;
			return err(new WindsockError('editImpossible', { reason }));
		}
		from = to;
		report?.(from);
	}
	return dataset.readings === readings
		? ok({ rows, places, deleted, readings })
		: err(new WindsockError('fileChanged', { path: dataset.file.path }));
}

async function nextPortion(
	dataset: EditableDataset,
	ids: readonly RowId[],
	from: number,
): Promise<{ refs: RowRef[]; contents: Uint8Array[]; to: number }> {
	const to = Math.min(ids.length, from + portionRows);
	const refs = ids.slice(from, to).flatMap(id => dataset.overlay.row(id) ?? []);
	const contents = await dataset.readRows(refs);
	let size = 0;
	const end = contents.findIndex(content => (size += content.length) > portionBytes);
	// At least one row, however large.
	const taken = end === -1 ? refs.length : Math.max(1, end);
	const last = refs[taken - 1];
	const isWhole = taken === refs.length || last === undefined;
	return {
		refs: refs.slice(0, taken),
		contents: contents.slice(0, taken),
		to: isWhole ? to : ids.indexOf(last.id, from) + 1,
	};
}

function numberOf(dataset: EditableDataset, ref: RowRef | undefined): number {
	return (ref === undefined ? 0 : (dataset.overlay.positionOf(ref.id) ?? 0)) + 1;
}

/** Makes a planned change, as one step of undo. Refused when one of its rows is not what it was. */
export function applyRewrite(
	dataset: EditableDataset,
	plan: RewritePlan,
	title: string,
): Promise<Result<UndoableChange | undefined>> {
	return dataset.edit(() => {
		const isStill = ({ id, own }: RowAfterRewrite): boolean => {
			const now = dataset.overlay.row(id);
			return now !== undefined && !dataset.overlay.isDeleted(id) && now.bytes === own;
		};
		if (dataset.readings !== plan.readings || !plan.rows.every(isStill)) {
			return Promise.resolve(err(new WindsockError('fileChanged', { path: dataset.file.path })));
		}
		const edits = plan.rows.flatMap(({ id, before, after }): RowEdit[] =>
			after ? [{ kind: 'replace', id, before, after }] : [],
		);
		const ids = plan.rows.flatMap(({ id, after }) => (after ? [] : [id]));
		const all: RowEdit[] = ids.length > 0 ? [...edits, { kind: 'deleteRows', ids }] : edits;
		const [only] = all;
		const edit = all.length === 1 ? only : ({ kind: 'group', edits: all } as const);
		return Promise.resolve(ok(edit && { title, edit }));
	});
}
