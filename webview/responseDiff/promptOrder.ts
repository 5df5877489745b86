import type { PromptEntry } from '../../src/protocol/responseDiff';

export interface ListedPrompt {
	readonly index: number;
	readonly entry: PromptEntry;
}

/** What the list can be narrowed to, with the word on its button and what that means. */
export const filters = {
	differs: { word: 'differ', meaning: 'The answers are not all equal' },
	long: { word: 'long', meaning: 'An answer is among the longest tenth of this comparison' },
	refusal: { word: 'refusal', meaning: 'An answer is a refusal' },
	unvoted: { word: 'no vote', meaning: 'You have not voted yet' },
	voted: { word: 'voted', meaning: 'You have voted' },
	disagreement: { word: 'disagree', meaning: 'Voters think differently, or a vote and a judge' },
} as const;

export type Filter = keyof typeof filters;
export const filterNames = Object.keys(filters) as readonly Filter[];

/** @param lanes answers that a prompt has when all are there */
export function passes(entry: PromptEntry, filter: Filter, lanes: number): boolean {
	switch (filter) {
		case 'differs':
			return !entry.equal && entry.answers === lanes && lanes > 1;
		case 'unvoted':
			return !entry.voted;
		default:
			return entry[filter];
	}
}

export interface Narrowing {
	readonly query: string;
	/** All of them have to hold. */
	readonly filters: readonly Filter[];
	/** Empty for any. */
	readonly tag: string;
	readonly lanes: number;
	/** Ids of the prompts that may be listed; absent for all. */
	readonly only?: ReadonlySet<string> | undefined;
}

/** The prompts whose text, id or tags hold every word of the query, and that pass every filter. */
export function filterPrompts(prompts: readonly PromptEntry[], by: Narrowing): ListedPrompt[] {
	const words = by.query.toLowerCase().split(/\s+/).filter(Boolean);
	const found: ListedPrompt[] = [];
	for (const [index, entry] of prompts.entries()) {
		const text = `${entry.title}\n${entry.id}\n${entry.tags.join('\n')}`.toLowerCase();
		if (
			words.every(word => text.includes(word)) &&
			by.filters.every(filter => passes(entry, filter, by.lanes)) &&
			(by.tag === '' || entry.tags.includes(by.tag)) &&
			by.only?.has(entry.id) !== false
		) {
			found.push({ index, entry });
		}
	}
	return found;
}

/** Every tag with the number of prompts that have it, by name. */
export function tagsOf(prompts: readonly PromptEntry[]): [string, number][] {
	const counts = new Map<string, number>();
	for (const tag of prompts.flatMap(entry => entry.tags)) {
		counts.set(tag, (counts.get(tag) ?? 0) + 1);
	}
	return [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * Index of the next prompt without a vote after the current one, going round; −1 when all are voted on. Those
 * that were put off come when nothing else is left.
 */
export function nextUnvoted(prompts: readonly PromptEntry[], from: number): number {
	let least = Infinity;
	for (const { voted, skips } of prompts) {
		least = voted ? least : Math.min(least, skips);
	}
	for (let step = 1; step <= prompts.length; step++) {
		const index = (from + step + prompts.length) % prompts.length;
		const entry = prompts[index];
		if (entry?.voted === false && entry.skips === least) {
			return index;
		}
	}
	return -1;
}
