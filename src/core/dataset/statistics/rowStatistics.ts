import { messagesOf, messageText } from '../example';
import { isObject } from '../messageShapes';
import { quoted } from '../query/printQuery';
import { characterCount, type QueryRow } from '../query/queryRow';
import { plainStep } from '../query/queryTokens';
import { charactersOf, marginOf, turnsOf } from '../query/rowMeasures';
import { ColumnTally, type PackedTally } from './columnTally';

/**
 * Columns by what a query calls them: `turns`, `chars`, `margin`, `field.meta.source`; `len.user` is
 * the length of the messages of a role.
 */
export type PackedStatistics = ReadonlyMap<string, PackedTally>;

/** Rows with hundreds of fields have no columns that a person would read. */
const mostColumns = 60;
const deepest = 3;

/** What the rows of a dataset are like, counted row by row. */
export class RowStatistics {
	readonly #columns = new Map<string, ColumnTally>();

	add(row: QueryRow): void {
		this.#count('turns', turnsOf(row.example));
		this.#count('chars', charactersOf(row.example));
		const margin = marginOf(row.example);
		if (margin !== undefined) {
			this.#count('margin', margin);
		}
		for (const message of messagesOf(row.example)) {
			if (message.role !== 'unknown') {
				this.#count(`len.${message.role}`, characterCount(messageText(message)));
			}
		}
		if (isObject(row.value)) {
			this.#countFields(row.value, 'field', 1);
		}
	}

	addAll(packed: PackedStatistics): void {
		for (const [name, tally] of packed) {
			this.#column(name)?.addAll(tally);
		}
	}

	pack(): PackedStatistics {
		return new Map([...this.#columns].map(([name, tally]) => [name, tally.pack()]));
	}

	get columns(): ReadonlyMap<string, ColumnTally> {
		return this.#columns;
	}

	/** Lists hold dialogues and the like; they are no columns. */
	#countFields(value: Readonly<Record<string, unknown>>, way: string, depth: number): void {
		for (const [key, inner] of Object.entries(value)) {
			const name = `${way}.${plainStep.test(key) ? key : quoted(key)}`;
			if (typeof inner === 'number') {
				this.#count(name, inner);
			} else if (typeof inner === 'string') {
				this.#count(name, inner.length > 200 ? inner : quoted(inner));
			} else if (typeof inner === 'boolean' || inner === null) {
				this.#count(name, String(inner));
			} else if (isObject(inner) && depth < deepest) {
				this.#countFields(inner, name, depth + 1);
			}
		}
	}

	#count(name: string, value: number | string): void {
		this.#column(name)?.add(value);
	}

	#column(name: string): ColumnTally | undefined {
		const known = this.#columns.get(name);
		if (known || this.#columns.size >= mostColumns) {
			return known;
		}
		const tally = new ColumnTally();
		this.#columns.set(name, tally);
		return tally;
	}
}
