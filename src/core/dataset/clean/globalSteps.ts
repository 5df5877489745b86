import { drawFor } from './seededDraw';
import type { Hash } from '../exampleId';
import { textsOf } from '../example';
import { sayingOf } from '../rowScan';
import { NearTexts } from './nearTexts';
import { normalisePrompt } from './normalisedPrompt';
import { dropped, kept, type StepOutcome, type WorkRow } from './workRow';

/**
 * A step that has to have seen all rows before it can judge one. First each row is shown to
 * `take` in order, then `close` is called once, then `judge` is asked for each row.
 */
export interface GlobalStep {
	take(row: WorkRow): void;
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
export class NearDuplicates implements GlobalStep {
	readonly #near: NearTexts;
	readonly #later = new Map<number, number>();

	constructor(threshold: number) {
		this.#near = new NearTexts(threshold);
	}

	take(row: WorkRow): void {
		const text = normalisePrompt(textsOf(row.recognised.example).join('\n'));
		const first = this.#near.add(row.index, text).find(earlier => !this.#later.has(earlier));
		if (first !== undefined) {
			this.#later.set(row.index, first);
		}
	}

	close(): void {
		this.#near.forget();
	}

	judge(row: WorkRow): StepOutcome {
		const first = this.#later.get(row.index);
		return first === undefined ? kept : dropped(`nearly the same as row ${first + 1}`);
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
