import type { Annotation } from '../../core/dataset/annotate/annotationFold';
import type { RowId } from '../../core/dataset/overlay';
import { marksAsked } from '../../core/dataset/query/markTest';
import type { RowSelection, SortKey, SortValue } from '../../core/dataset/query/rowSelection';
import type { DatasetModel } from './datasetModel';
import { RowMarker } from './query/portions';
import type { QueryThread } from './query/queryThread';
import { verdicts, type PortionAnswer, type PortionRun } from './query/queryWork';
import { readQuery, rowSortKey } from './query/searchRows';

/** What edits and annotations a search has seen. */
export interface SeenBySearch {
	readonly edits: ReadonlyMap<RowId, Uint8Array | undefined>;
	readonly said: ReadonlyMap<RowId, Annotation | undefined>;
}

/** More rows than that are not tried again one by one. */
const mostTried = 5000;

export function seenBySearch(model: DatasetModel, selection: RowSelection): SeenBySearch {
	const edits = new Map<RowId, Uint8Array | undefined>();
	for (const { id, bytes } of model.overlay.changedRows()) {
		edits.set(id, bytes);
	}
	const said = new Map<RowId, Annotation | undefined>();
	if (asksForAnnotations(selection)) {
		for (const id of model.labels?.annotatedRows() ?? []) {
			said.set(id, model.labels?.mine(id));
		}
	}
	return { edits, said };
}

/** A search that is done, to be tried again on the rows that were changed since. */
export interface DoneSearch {
	readonly selection: RowSelection;
	readonly seen: SeenBySearch;
	/** Rows that it found. */
	readonly found: readonly RowId[];
	/** Rows that are shown whatever the query says of them. */
	readonly included: ReadonlySet<RowId>;
}

/**
 * How many rows a search would find, leave out or put elsewhere now, since they were edited or
 * annotated after it. `undefined` where so many were changed that they are not tried.
 */
export async function outdatedRows(
	model: DatasetModel,
	{ selection, seen, found, included }: DoneSearch,
	thread: QueryThread,
	signal: AbortSignal,
): Promise<number | undefined> {
	const touched = touchedSince(model, selection, seen);
	if (touched.length === 0) {
		return 0;
	}
	if (touched.length > mostTried) {
		return undefined;
	}
	const ids = new Set(touched);
	const wasFound = new Set(found.filter(id => ids.has(id)));
	const passes = await passing(model, selection.query, touched, thread, signal);
	// Other rows would have been in the draw, but nobody knows which.
	const outdated = new Set(
		touched.filter(id => {
			const isOther = passes.has(id) !== wasFound.has(id);
			return isOther && !included.has(id) && (!selection.sample || wasFound.has(id));
		}),
	);
	if (selection.sort) {
		const still = touched.filter(id => wasFound.has(id) && passes.has(id));
		const { by } = selection.sort;
		for (const id of await movedRows(model, by, still, seen, thread, signal)) {
			outdated.add(id);
		}
	}
	return outdated.size;
}

function asksForAnnotations({ query, sort }: RowSelection): boolean {
	const isSorted = sort?.by.kind === 'label' || sort?.by.kind === 'rating';
	return isSorted || marksAsked(readQuery(query)).annotations;
}

/** Rows that are there and were edited or annotated since. */
function touchedSince(model: DatasetModel, selection: RowSelection, seen: SeenBySearch): RowId[] {
	const now = seenBySearch(model, selection);
	const touched = new Set<RowId>();
	for (const kind of ['edits', 'said'] as const) {
		for (const id of [...now[kind].keys(), ...seen[kind].keys()]) {
			if (now[kind].get(id) !== seen[kind].get(id)) {
				touched.add(id);
			}
		}
	}
	return [...touched].filter(id => model.overlay.positionOf(id) !== undefined);
}

async function passing(
	model: DatasetModel,
	text: string,
	ids: readonly RowId[],
	thread: QueryThread,
	signal: AbortSignal,
): Promise<Set<RowId>> {
	const query = readQuery(text);
	const marker = new RowMarker(model, query);
	const rows = ids.flatMap(id => {
		const row = model.overlay.row(id);
		const position = model.overlay.positionOf(id);
		return row && position !== undefined
			? [{ row, marks: marker.marksOn(row, position + 1, row.bytes !== undefined) }]
			: [];
	});
	const marked = marker.marksOf(rows.map(({ marks }) => marks));
	const isOpen = marked.verdicts?.includes(verdicts.open) === true;
	// What the marks decide about all of them need not be read.
	const contents = isOpen ? await model.readRows(rows.map(({ row }) => row)) : [];
	const runs = rows.map(({ row, marks }, i) =>
		ownRun(row.id, marks.number - 1, contents[i] ?? new Uint8Array(), marks.isEdited),
	);
	const answer = await ask(model, { text, runs, sort: undefined, ...marked }, thread, signal);
	return new Set([...answer.passed].flatMap(place => rows[place]?.row.id ?? []));
}

/** Of rows that are found still, those that what they are put in order by is another of. */
async function movedRows(
	model: DatasetModel,
	by: SortKey,
	ids: readonly RowId[],
	seen: SeenBySearch,
	thread: QueryThread,
	signal: AbortSignal,
): Promise<RowId[]> {
	if (by.kind === 'label' || by.kind === 'rating') {
		const { kind } = by;
		return ids.filter(id => model.labels?.mine(id)?.[kind] !== seen.said.get(id)?.[kind]);
	}
	const sort = rowSortKey(by);
	if (!sort) {
		return [];
	}
	const before = await model.readRows(
		ids.map(id => ({ id, base: model.overlay.row(id)?.base, bytes: seen.edits.get(id) })),
	);
	const after = await model.readRows(ids.flatMap(id => model.overlay.row(id) ?? []));
	const runs = [...before, ...after].map((bytes, i) => ownRun(i, i, bytes, false));
	const { sortValues } = await ask(model, { text: '', runs, sort }, thread, signal);
	const valueOf = (place: number): SortValue => sortValues[place];
	return ids.filter((_, i) => valueOf(i) !== valueOf(ids.length + i));
}

function ownRun(id: RowId, position: number, bytes: Uint8Array, isEdited: boolean): PortionRun {
	return { kind: 'own', id, position, bytes, isEdited };
}

interface Asked extends Partial<ReturnType<RowMarker['marksOf']>> {
	readonly text: string;
	readonly runs: readonly PortionRun[];
	readonly sort: SortKey | undefined;
}

function ask(
	model: DatasetModel,
	{ text, runs, sort, ...marks }: Asked,
	thread: QueryThread,
	signal: AbortSignal,
): Promise<PortionAnswer> {
	const portion = { number: 0, runs, count: runs.length, ...marks };
	const { mapping } = model.file;
	return thread.ask({ kind: 'portion', query: text, sort, portion, mapping }, signal);
}
