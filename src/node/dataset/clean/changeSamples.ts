import type { TextEdit } from '../../../core/dataset/clean/fixRow';
import { drawFor } from '../../../core/dataset/clean/seededDraw';
import { sha256 } from '../hash';
import type { RowPlace } from './accountingFolder';

/** A changed or dropped row to judge a step by. */
export interface ChangeSample extends RowPlace {
	readonly step: string;
	readonly id: string;
	readonly kind: 'changed' | 'dropped';
	readonly reason: string;
	readonly edits: readonly TextEdit[];
	/** The row as it came into the step. */
	readonly text: string;
}

interface Drawn {
	readonly draw: number;
	readonly sample: ChangeSample;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Draws rows of each step to judge it by: the same ones in every run. */
export class ChangeSamples {
	readonly #drawn = new Map<string, Drawn[]>();

	constructor(
		/** How many to keep, for each step, of what changed, and as many of what was dropped. */
		private readonly most: number,
		private readonly seed: number,
	) {}

	/** Keeps those with the lowest draws. */
	offer(sample: Omit<ChangeSample, 'text'>, bytes: Uint8Array): void {
		if (this.most === 0) {
			return;
		}
		const { step, kind, id } = sample;
		const same = this.#of(`${kind}\n${step}`);
		const draw = drawFor(this.seed, `${step}\n${id}`, sha256);
		if (same.length >= this.most) {
			const worst = same.reduce((a, b) => (a.draw > b.draw ? a : b));
			if (worst.draw <= draw) {
				return;
			}
			same.splice(same.indexOf(worst), 1);
		}
		same.push({ draw, sample: { ...sample, text: decoder.decode(bytes) } });
	}

	/** In the order of the file. */
	all(): ChangeSample[] {
		return [...this.#drawn.values()]
			.flat()
			.map(({ sample }) => sample)
			.sort((a, b) => a.row - b.row);
	}

	#of(key: string): Drawn[] {
		const known = this.#drawn.get(key) ?? [];
		this.#drawn.set(key, known);
		return known;
	}
}
