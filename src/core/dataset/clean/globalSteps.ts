import { drawFor } from './seededDraw';
import type { Hash } from '../exampleId';
import { textsOf } from '../example';
import { sayingOf } from '../rowScan';
import { NearDuplicates } from '../near/nearDuplicates';
import { dropped, kept, type StepOutcome, type WorkRow } from './workRow';

/**
 * A step that has to have seen all rows before it can judge one. First each row is shown to
 * `take` in order, then `close` is called once, then `judge` is asked for each row.
 */
export interface GlobalStep {
	take(row: WorkRow): void;
	/** Asked before a further pass: which rows, by their index, it has to see again, if any. */
	again?(): ((index: number) => boolean) | undefined;
	/** Gets those rows, in order. */
	takeAgain?(row: WorkRow): void;
	close(): void;
	judge(row: WorkRow): StepOutcome;
}

/** Of rows that say the same, whatever their ids and other fields, the first one stays. */
export class ExactDuplicates implements GlobalStep {
	readonly #firstSaying = new Map<string, number>();
	readonly #later = new Map<number, number>();

	constructor(private readonly hash: Hash) {}

	take(row: WorkRow): void {
		const saying = sayingOf(row.recognised.example);
		if (saying === undefined) {
			return;
		}
		// The kind stands in front: a text must not equal a dialogue that is spelt like it.
		const key = this.hash(`${row.recognised.example.kind}\n${saying}`);
		const first = this.#firstSaying.get(key);
		if (first === undefined) {
			this.#firstSaying.set(key, row.index);
		} else {
			this.#later.set(row.index, first);
		}
	}

	close(): void {
		this.#firstSaying.clear();
	}

	judge(row: WorkRow): StepOutcome {
		const first = this.#later.get(row.index);
		return first === undefined ? kept : dropped(`says the same as row ${first + 1}`);
	}
}

/**
 * Of rows whose texts are nearly the same, the first one stays. A row is measured against rows that
 * stay, so that a chain of small differences does not end far from where it began.
 */
export class NearDuplicateRows implements GlobalStep {
	readonly #near: NearDuplicates;
	/** Index of the row of each text, ascending. */
	readonly #rows: number[] = [];
	readonly #later = new Map<number, number>();

	constructor(threshold: number) {
		this.#near = new NearDuplicates(threshold);
	}

	take(row: WorkRow): void {
		this.#rows.push(row.index);
		this.#near.add(textsOf(row.recognised.example));
	}

	again(): ((index: number) => boolean) | undefined {
		this.#near.endPass();
		return this.#near.isPending ? index => this.#near.isWanted(this.#textOf(index)) : undefined;
	}

	takeAgain(row: WorkRow): void {
		this.#near.verify(this.#textOf(row.index), textsOf(row.recognised.example));
	}

	close(): void {
		for (const { earlier, later } of this.#near.pairs()) {
			const [first = 0, own = 0] = [this.#rows[earlier], this.#rows[later]];
			if (!this.#later.has(own) && !this.#later.has(first)) {
				this.#later.set(own, first);
			}
		}
	}

	judge(row: WorkRow): StepOutcome {
		const first = this.#later.get(row.index);
		return first === undefined ? kept : dropped(`nearly the same as row ${first + 1}`);
	}

	/** Number of the text of a row; -1 for a row that was not taken. */
	#textOf(index: number): number {
		let [low, high] = [0, this.#rows.length];
		while (low < high) {
			const middle = (low + high) >>> 1;
			if ((this.#rows[middle] ?? 0) < index) {
				low = middle + 1;
			} else {
				high = middle;
			}
		}
		return this.#rows[low] === index ? low : -1;
	}
}

/** The rows with the lowest draws: the same ones whatever else is in the file. */
export class Sample implements GlobalStep {
	readonly #draws: { readonly index: number; readonly draw: number }[] = [];
	#chosen: ReadonlySet<number> = new Set();

	constructor(
		private readonly size: number,
		private readonly seed: number,
		private readonly hash: Hash,
	) {}

	take(row: WorkRow): void {
		this.#draws.push({ index: row.index, draw: drawFor(this.seed, row.id(), this.hash) });
	}

	close(): void {
		const isShare = this.size < 1;
		const chosen = isShare
			? this.#draws.filter(({ draw }) => draw < this.size)
			: this.#draws.sort((a, b) => a.draw - b.draw || a.index - b.index).slice(0, this.size);
		this.#chosen = new Set(chosen.map(({ index }) => index));
		this.#draws.length = 0;
	}

	judge(row: WorkRow): StepOutcome {
		return this.#chosen.has(row.index) ? kept : dropped('not in the sample');
	}
}
