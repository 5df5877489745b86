import { basename } from 'node:path';
import { askedTexts } from '../../../core/dataset/clean/normalisedPrompt';
import { PromptOverlap, type OverlapRule } from '../../../core/dataset/near/promptOverlap';
import type { RecognisedRow } from '../../../core/dataset/example';
import { OpenRows } from '../work/datasetRows';

/** Where a prompt of a row stands in an evaluation or another set. Rows count from 1. */
export interface PromptPlace {
	readonly path: string;
	readonly row: number;
	/** Share of the known prompt's words that were found. */
	readonly share: number;
}

/** The prompts of evaluations and other sets, to find them in the rows of a dataset. */
export class PromptSets {
	readonly #overlap: PromptOverlap;
	readonly #places: { readonly path: string; readonly row: number }[] = [];
	readonly sets: { readonly path: string; readonly prompts: number }[] = [];

	private constructor(rule: OverlapRule) {
		this.#overlap = new PromptOverlap(rule);
	}

	/** Throws a WindsockError for a file that cannot be read. */
	static async read(
		paths: readonly string[],
		rule: OverlapRule,
		signal?: AbortSignal,
	): Promise<PromptSets> {
		const sets = new PromptSets(rule);
		for (const path of paths) {
			const before = sets.#overlap.count;
			const dataset = await OpenRows.open({ path });
			try {
				for await (const { from, rows } of dataset.portions('reading prompts', signal)) {
					rows.forEach((bytes, i) => sets.#add(path, from + i + 1, dataset.recognise(bytes)));
				}
			} finally {
				await dataset.close();
			}
			sets.sets.push({ path, prompts: sets.#overlap.count - before });
		}
		return sets;
	}

	/** The prompt that a row repeats most fully. */
	find(row: RecognisedRow): PromptPlace | undefined {
		let best: PromptPlace | undefined;
		for (const text of askedTexts(row)) {
			const found = this.#overlap.find(text);
			const place = found && this.#places[found.prompt];
			if (found && place && found.share > (best?.share ?? 0)) {
				best = { ...place, share: found.share };
			}
		}
		return best;
	}

	#add(path: string, row: number, recognised: RecognisedRow): void {
		for (const text of askedTexts(recognised)) {
			this.#overlap.add(text);
			this.#places.push({ path, row });
		}
	}
}

/** Words of the finding: `mt_bench.jsonl, row 12`, with the share where it is not whole. */
export function placeText({ path, row, share }: PromptPlace): string {
	const part = share === 1 ? '' : ` (${Math.floor(share * 100)}% of it)`;
	return `${basename(path)}, row ${row}${part}`;
}
