import type { AnnotationEvent } from '../../../core/dataset/annotation';
import type { Overlay, RowId } from '../../../core/dataset/overlay';
import { namesOf, type NamedRows, type RowName } from '../rowNames';

/** What rows were called before a save that may change it. */
export type RowsBefore = ReadonlyMap<RowId, RowName>;

/** What is known of the rows before a save and is needed after it. */
export interface SaveFacts {
	readonly deleted: ReadonlyMap<RowId, Uint8Array>;
	readonly named: RowsBefore | undefined;
}

type Renamed = Extract<AnnotationEvent, { kind: 'renamed' }>;
export type Rename = Pick<Renamed, 'kind' | 'id' | 'newId' | 'before' | 'after'>;

/**
 * Names of the rows that a save may rename: those that are edited, those that somebody speaks of,
 * and the equals of rows that are edited or go, since equal rows are counted. The others' labels
 * may arrive later, so rows without a label count too.
 *
 * @param rows the file before the save
 * @param spokenOf rows that annotation files know
 */
export async function rowsBefore(
	rows: NamedRows,
	overlay: Overlay,
	spokenOf: Iterable<RowId>,
): Promise<RowsBefore> {
	const bases = new Map<number, RowId>();
	const changed = overlay.changedIds();
	for (const id of [...changed, ...spokenOf]) {
		const base = overlay.row(id)?.base;
		if (base !== undefined) {
			bases.set(base, id);
		}
	}
	const touched = [
		...changed.flatMap(id => overlay.row(id)?.base ?? []),
		...overlay.deletedRows().map(({ base }) => base),
	];
	const keys = new Set(touched.map(base => rows.scan.contentKeyOf(base)));
	if (rows.scan.idField === undefined && keys.size > 0) {
		const equals = [...rows.scan.rowsByKey(keys, 'content').values()].filter(own => own.length > 1);
		for (const [base, id] of idsOf(overlay, new Set(equals.flat()))) {
			bases.set(base, id);
		}
	}
	const names = await namesOf(rows, [...bases.keys()]);
	return new Map(
		[...bases].flatMap(([base, id]) => {
			const name = names.get(base);
			return name ? [[id, name] as const] : [];
		}),
	);
}

/**
 * The renames that a save brought about, in an order in which none takes a name that another still
 * has, and the new names of the rows that annotation files know.
 *
 * @param rows the file after the save
 */
export async function renamesAfter(
	rows: NamedRows,
	overlay: Overlay,
	before: RowsBefore,
	spokenOf: ReadonlyMap<RowId, string>,
): Promise<{ events: Rename[]; names: Map<RowId, string> }> {
	const bases = new Map<RowId, number>();
	for (const id of new Set([...before.keys(), ...spokenOf.keys()])) {
		const base = overlay.row(id)?.base;
		if (base !== undefined) {
			bases.set(id, base);
		}
	}
	const after = await namesOf(rows, [...bases.values()]);
	const events: Rename[] = [];
	const names = new Map<RowId, string>();
	for (const [id, base] of bases) {
		const now = after.get(base);
		const old = before.get(id);
		// A row that is found through an older name stays under it until it is renamed anew.
		const name = spokenOf.get(id) ?? old?.name;
		if (!now || name === undefined) {
			continue;
		}
		if (spokenOf.has(id)) {
			names.set(id, now.name);
		}
		const isEdited = old !== undefined && old.hash !== now.hash;
		if (name !== now.name || isEdited) {
			const hashes = isEdited ? { before: old.hash, after: now.hash } : {};
			events.push({ kind: 'renamed', id: name, newId: now.name, ...hashes });
		}
	}
	return { events: inFreeOrder(events), names };
}

function idsOf(overlay: Overlay, bases: ReadonlySet<number>): Map<number, RowId> {
	const ids = new Map<number, RowId>();
	for (const run of overlay.runs()) {
		if (run.kind === 'own') {
			if (run.base !== undefined && bases.has(run.base)) {
				ids.set(run.base, run.id);
			}
			continue;
		}
		for (const base of bases) {
			if (base >= run.from && base < run.to) {
				ids.set(base, run.id + base - run.from);
			}
		}
	}
	return ids;
}

/**
 * Orders renames so that none takes a name that another still has: when the first of two equal
 * rows goes, `#3 → #2` must come after `#2 → ` its new name. A ring (two rows that swapped their
 * content) is opened by a name in between.
 */
function inFreeOrder(events: readonly Rename[]): Rename[] {
	const ordered = events.filter(event => event.id === event.newId);
	const waiting = new Map(
		events.filter(event => event.id !== event.newId).map(event => [event.id, event]),
	);
	while (waiting.size > 0) {
		const before = waiting.size;
		for (const [id, event] of waiting) {
			if (!waiting.has(event.newId)) {
				ordered.push(event);
				waiting.delete(id);
			}
		}
		const [ringed] = waiting.values();
		if (ringed && waiting.size === before) {
			const between = `${ringed.id}~`;
			ordered.push({ ...ringed, newId: between });
			waiting.delete(ringed.id);
			waiting.set(between, { ...ringed, id: between });
		}
	}
	return ordered;
}
