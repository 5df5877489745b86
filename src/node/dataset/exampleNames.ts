import { contentHash, idByContent, idByField, idValue } from '../../core/dataset/exampleId';
import { keyOf, type ScanTable } from '../../core/dataset/rowScan';
import { sha256 } from './hash';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Names of all rows of one file; each is cheap, however often a row is repeated. */
export class ExampleNames {
	#occurrences: Uint32Array | undefined;

	constructor(private readonly scan: ScanTable) {}

	/** Id of a row of the file, given its bytes. */
	nameOf(row: number, bytes: Uint8Array): string {
		const text = decoder.decode(bytes);
		const field = this.scan.idField;
		const value = field === undefined ? undefined : idValue(parsed(text), field);
		return field !== undefined && value !== undefined
			? idByField(field, value)
			: idByContent(contentHash(text, sha256), this.#occurrence(row));
	}

	/** Where the named examples stand in the file. */
	find(names: Iterable<string>): Map<string, number> {
		const { scan } = this;
		const wanted = [...names].map(name => wantedRow(name, scan.idField));
		const found = new Map<string, number>();
		for (const by of ['id', 'content'] as const) {
			const mine = wanted.filter(one => one?.by === by);
			const rows = scan.rowsByKey(new Set(mine.map(one => one?.key ?? Number.NaN)), by);
			for (const one of mine) {
				const row = one && rows.get(one.key)?.[one.nth];
				if (row !== undefined) {
					found.set(one?.name ?? '', row);
				}
			}
		}
		return found;
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

interface WantedRow {
	readonly name: string;
	readonly key: number;
	readonly nth: number;
	readonly by: 'id' | 'content';
}

function wantedRow(name: string, idField: string | undefined): WantedRow | undefined {
	const content = /^sha256:([0-9a-f]{64})(?:#(\d+))?$/.exec(name);
	if (content) {
		const nth = Number(content[2] ?? 1) - 1;
		return { name, key: keyOf(content[1] ?? ''), nth, by: 'content' };
	}
	return idField !== undefined && name.startsWith(`${idField}:`)
		? { name, key: keyOf(sha256(name.slice(idField.length + 1))), nth: 0, by: 'id' }
		: undefined;
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
