import type { RecognisedRow } from '../example';
import type { Hash } from '../exampleId';
import { normalisePrompt, promptOf } from './normalisedPrompt';
import type { NearTexts } from './nearTexts';
import { drawFor } from './seededDraw';

export type Side = 'train' | 'test';

export interface SplitOptions {
	/** Share of prompts on the test side. */
	readonly test: number;
	readonly seed: number;
	readonly hash: Hash;
	/** Keeps prompts together that are nearly the same. */
	readonly near?: NearTexts;
}

/**
 * Decides for one row after the other on which side it belongs. All rows of one prompt stand on one
 * side. Without near duplicates the side depends on the prompt alone. With them a prompt follows
 * the first earlier one that it is near to; one that is near to prompts on both sides belongs on
 * neither. No answer depends on later rows, so that a row that is added moves no other.
 */
export class PromptSplit {
	readonly #sides = new Map<string, Side | 'neither'>();
	readonly #prompts: (Side | 'neither')[] = [];

	constructor(private readonly options: SplitOptions) {}

	sideOf(row: RecognisedRow, bytes: Uint8Array): Side | 'neither' {
		const prompt = promptKey(row, bytes);
		const key = this.options.hash(prompt);
		return this.#sides.get(key) ?? this.#decide(key, prompt);
	}

	#decide(key: string, prompt: string): Side | 'neither' {
		const { test, seed, hash, near } = this.options;
		const drawn: Side = drawFor(seed, key, hash) < test ? 'test' : 'train';
		const neighbours = near?.add(prompt) ?? [];
		const theirs = neighbours.map(at => this.#prompts[at]).filter(side => side !== 'neither');
		const [first] = theirs;
		const side = first === undefined ? drawn : theirs.every(s => s === first) ? first : 'neither';
		this.#sides.set(key, side);
		this.#prompts.push(side);
		return side;
	}
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A row that asks nothing is told apart by all that it says. */
function promptKey(row: RecognisedRow, bytes: Uint8Array): string {
	const prompt = promptOf(row);
	return prompt === undefined ? `\n${decoder.decode(bytes).trim()}` : normalisePrompt(prompt);
}
