import { setImmediate } from 'node:timers/promises';
import { renamedTo } from '../../core/dataset/annotate/annotationFold';
import {
	contentHash,
	idByContent,
	idByField,
	idFields,
	idValue,
} from '../../core/dataset/exampleId';
import { keyOf, type ScanTable } from '../../core/dataset/rowScan';
import { sha256 } from './hash';

/** What names the rows of a file: its scan and the bytes of its rows. */
export interface NamedRows {
	readonly scan: ScanTable;
	readRow(base: number): Promise<Uint8Array>;
}

/** What annotation files call a row, and the hash of its content. */
export interface RowName {
	readonly name: string;
	readonly hash: string;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Rows between two turns for others. */
const portion = 200;

/** Names of some rows of the file. */
export async function namesOf(
	rows: NamedRows,
	bases: readonly number[],
): Promise<Map<number, RowName>> {
	const named = new Map<number, RowName>();
	const byContent = new Map<number, { hash: string; key: number }>();
	for (const [i, base] of bases.entries()) {
		const { name, hash } = nameByField(rows.scan, await rows.readRow(base));
		if (name === undefined) {
			byContent.set(base, { hash, key: keyOf(hash) });
		} else {
			named.set(base, { name, hash });
		}
		if (i % portion === portion - 1) {
			await setImmediate();
		}
	}
	const keys = new Set([...byContent.values()].map(({ key }) => key));
	const equal = keys.size === 0 ? undefined : rows.scan.rowsByKey(keys, 'content');
	for (const [base, { hash, key }] of byContent) {
		const occurrence = Math.max(0, equal?.get(key)?.indexOf(base) ?? 0);
		named.set(base, { name: idByContent(hash, occurrence), hash });
	}
	return named;
}

/** The name of one row of the file. */
export async function nameOf(rows: NamedRows, base: number): Promise<string> {
	return (await namesOf(rows, [base])).get(base)?.name ?? '';
}

/** Names of all rows in turn, given their bytes; each is cheap, however often a row is repeated. */
export class NamesInTurn {
	#occurrences: Uint32Array | undefined;

	constructor(private readonly scan: ScanTable) {}

	nameOf(row: number, bytes: Uint8Array): string {
		const { name, hash } = nameByField(this.scan, bytes);
		return name ?? idByContent(hash, this.#occurrence(row));
	}

	#occurrence(row: number): number {
		if (!this.#occurrences) {
			const counts = new Map<number, number>();
			this.#occurrences = new Uint32Array(this.scan.count);
			for (let i = 0; i < this.scan.count; i++) {
				const key = this.scan.contentKeyOf(i);
				const before = counts.get(key) ?? 0;
				this.#occurrences[i] = before;
				counts.set(key, before + 1);
			}
		}
		return this.#occurrences[row] ?? 0;
	}
}

/** Name of a row by the file's id field, where it has one, and the hash of its content. */
function nameByField(scan: ScanTable, bytes: Uint8Array): Partial<RowName> & { hash: string } {
	const text = decoder.decode(bytes);
	const hash = contentHash(text, sha256);
	const field = scan.idField;
	const value = field === undefined ? undefined : idValue(parsed(text), field);
	return field === undefined || value === undefined
		? { hash }
		: { name: idByField(field, value), hash };
}

/**
 * Where the named examples stand in the file; those that are not there under their name are looked
 * for under the names that they were given since.
 */
export function findRenamedRows(
	names: Iterable<string>,
	renames: ReadonlyMap<string, string>,
	scan: ScanTable,
): Map<string, number> {
	const all = new Set(names);
	const found = findRows(all, scan);
	const moved = new Map<string, string>();
	for (const name of all) {
		const next = found.has(name) ? name : renamedTo(renames, name);
		if (next !== name) {
			moved.set(name, next);
		}
	}
	const foundMoved = findRows(moved.values(), scan);
	for (const [name, next] of moved) {
		const row = foundMoved.get(next);
		if (row !== undefined) {
			found.set(name, row);
		}
	}
	return found;
}

interface Wanted {
	readonly name: string;
	readonly key: number;
	readonly nth: number;
}

/**
 * Where the named examples stand in the file. A name by a field that is not unique (any more) is
 * found where its value stands only once.
 */
export function findRows(names: Iterable<string>, scan: ScanTable): Map<string, number> {
	const byContent: Wanted[] = [];
	const byField = new Map<(typeof idFields)[number], Wanted[]>();
	for (const name of names) {
		const content = /^sha256:([0-9a-f]{64})(?:#(\d+))?$/.exec(name);
		const field = idFields.find(one => name.startsWith(`${one}:`));
		if (content) {
			byContent.push({ name, key: keyOf(content[1] ?? ''), nth: Number(content[2] ?? 1) - 1 });
		} else if (field !== undefined) {
			const wanted = { name, key: keyOf(sha256(name.slice(field.length + 1))), nth: 0 };
			const others = byField.get(field);
			if (others) {
				others.push(wanted);
			} else {
				byField.set(field, [wanted]);
			}
		}
	}
	const found = new Map<string, number>();
	const take = (wanted: readonly Wanted[], rows: Map<number, number[]>, only: boolean): void => {
		for (const { name, key, nth } of wanted) {
			const own = rows.get(key) ?? [];
			const row = only && own.length > 1 ? undefined : own[nth];
			if (row !== undefined) {
				found.set(name, row);
			}
		}
	};
	take(byContent, scan.rowsByKey(keysOf(byContent), 'content'), false);
	for (const [field, wanted] of byField) {
		take(wanted, scan.rowsByKey(keysOf(wanted), field), true);
	}
	return found;
}

function keysOf(wanted: readonly Wanted[]): Set<number> {
	return new Set(wanted.map(({ key }) => key));
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
