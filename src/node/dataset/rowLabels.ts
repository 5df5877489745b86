import type { Result } from '../../core/base/result';
import { ok } from '../../core/base/result';
import type { AnnotationEvent, Label } from '../../core/dataset/annotation';
import { contentHash, idByContent, idByField, idValue } from '../../core/dataset/exampleId';
import type { Overlay, RowId } from '../../core/dataset/overlay';
import { keyOf, type ScanTable } from '../../core/dataset/rowScan';
import type { AnnotationStore } from './annotationStore';
import { sha256 } from './hash';

/** What names the rows of a file: its scan and the bytes of its rows. */
export interface NamedRows {
	readonly scan: ScanTable;
	readRow(base: number): Promise<Uint8Array>;
}

/**
 * The labels of the rows of an open dataset. In memory they hang on rows, so an edit does not lose
 * them; in the annotation file they hang on example ids, which follow what is on disk.
 */
export class RowLabels {
	readonly #labels = new Map<RowId, Label>();
	/** Name that the annotation file knows a labelled row by. */
	readonly #names = new Map<RowId, string>();
	#kept = 0;
	/** Labels of examples that are not in this file (any more); they stay in their file. */
	#detached = new Map<string, Label>();

	constructor(
		private readonly store: AnnotationStore,
		private readonly now: () => Date,
	) {}

	get keptCount(): number {
		return this.#kept;
	}

	get droppedCount(): number {
		return this.#labels.size - this.#kept;
	}

	get detachedCount(): number {
		return this.#detached.size;
	}

	of(id: RowId): Label | undefined {
		return this.#labels.get(id);
	}

	labelled(label: Label): RowId[] {
		return [...this.#labels].filter(([, own]) => own === label).map(([id]) => id);
	}

	/** Reads the annotation file and finds the rows that it speaks of. The scan has to be complete. */
	async load(rows: NamedRows, overlay: Overlay): Promise<Result<void>> {
		const read = await this.store.labels();
		if (!read.ok) {
			return read;
		}
		const baseToId = new Map<number, RowId>();
		for (const run of overlay.runs()) {
			for (let i = 0; run.kind === 'base' && i < run.to - run.from; i++) {
				baseToId.set(run.from + i, run.id + i);
			}
			if (run.kind === 'own' && run.base !== undefined) {
				baseToId.set(run.base, run.id);
			}
		}
		const places = findRows([...read.value.keys()], rows.scan);
		this.#labels.clear();
		this.#names.clear();
		this.#detached = new Map();
		for (const [name, label] of read.value) {
			const base = places.get(name);
			const id = base === undefined ? undefined : baseToId.get(base);
			if (id === undefined) {
				this.#detached.set(name, label);
			} else {
				this.#labels.set(id, label);
				this.#names.set(id, name);
			}
		}
		this.#count();
		return ok();
	}

	/** Sets or takes off a label; done when it is on the disk. */
	async set(
		rows: NamedRows,
		id: RowId,
		base: number,
		label: Label | undefined,
	): Promise<Result<void>> {
		const name = this.#names.get(id) ?? (await nameOf(rows, base));
		const event = { kind: 'label', id: name, value: label ?? null, time: this.#time() } as const;
		const written = await this.store.append([event]);
		if (written.ok) {
			this.#names.set(id, name);
			if (label) {
				this.#labels.set(id, label);
			} else {
				this.#labels.delete(id);
			}
			this.#count();
		}
		return written;
	}

	/** After a save: rows that are called otherwise now take their labels along. */
	async renamed(rows: NamedRows, overlay: Overlay): Promise<Result<void>> {
		const events: Rename[] = [];
		for (const [id, before] of this.#names) {
			const base = overlay.row(id)?.base;
			if (base === undefined || !this.#labels.has(id)) {
				continue;
			}
			const after = await nameOf(rows, base);
			if (after !== before) {
				events.push({ kind: 'renamed', id: before, newId: after, time: this.#time() });
				this.#names.set(id, after);
			}
		}
		return this.store.append(inFreeOrder(events));
	}

	#time(): string {
		return this.now().toISOString();
	}

	#count(): void {
		this.#kept = this.labelled('keep').length;
	}
}

/** The name of a row of the file. */
export async function nameOf(rows: NamedRows, base: number): Promise<string> {
	const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await rows.readRow(base));
	const field = rows.scan.idField;
	if (field !== undefined) {
		const value = idValue(parsed(text), field);
		if (value !== undefined) {
			return idByField(field, value);
		}
	}
	return idByContent(contentHash(text, sha256), rows.scan.occurrenceOf(base));
}

/** Where the named examples stand in the file. */
function findRows(names: readonly string[], scan: ScanTable): Map<string, number> {
	const found = new Map<string, number>();
	const byId: { name: string; key: number; nth: number }[] = [];
	const byContent: { name: string; key: number; nth: number }[] = [];
	for (const name of names) {
		const content = /^sha256:([0-9a-f]{64})(?:#(\d+))?$/.exec(name);
		if (content) {
			byContent.push({ name, key: keyOf(content[1] ?? ''), nth: Number(content[2] ?? 1) - 1 });
		} else if (scan.idField !== undefined && name.startsWith(`${scan.idField}:`)) {
			byId.push({ name, key: keyOf(sha256(name.slice(scan.idField.length + 1))), nth: 0 });
		}
	}
	for (const [wanted, by] of [
		[byId, 'id'],
		[byContent, 'content'],
	] as const) {
		const rows = scan.rowsByKey(new Set(wanted.map(({ key }) => key)), by);
		for (const { name, key, nth } of wanted) {
			const row = rows.get(key)?.[nth];
			if (row !== undefined) {
				found.set(name, row);
			}
		}
	}
	return found;
}

type Rename = Extract<AnnotationEvent, { kind: 'renamed' }>;

/**
 * Orders renames so that none takes a name that another still has: when the first of two equal
 * rows goes, `#3 → #2` must come after `#2 → ` its new name. A ring (two rows that swapped their
 * content) is opened by a name in between.
 */
function inFreeOrder(events: readonly Rename[]): Rename[] {
	const waiting = [...events];
	const ordered: Rename[] = [];
	while (waiting.length > 0) {
		const taken = new Set(waiting.map(event => event.id));
		const free = waiting.findIndex(event => !taken.has(event.newId));
		const [next] = waiting.splice(Math.max(0, free), 1);
		if (next && free < 0) {
			const between = `${next.id}~`;
			ordered.push({ ...next, newId: between });
			waiting.push({ ...next, id: between });
		} else if (next) {
			ordered.push(next);
		}
	}
	return ordered;
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
