import type { PromptEntry } from '../../src/protocol/responseDiff';

export interface ListedPrompt {
	readonly index: number;
	readonly entry: PromptEntry;
}

/** The prompts whose text, id or tags hold every word of the query. */
export function filterPrompts(prompts: readonly PromptEntry[], query: string): ListedPrompt[] {
	const words = query.toLowerCase().split(/\s+/).filter(Boolean);
	const found: ListedPrompt[] = [];
	for (const [index, entry] of prompts.entries()) {
		const text = `${entry.title}\n${entry.id}\n${entry.tags.join('\n')}`.toLowerCase();
		if (words.every(word => text.includes(word))) {
			found.push({ index, entry });
		}
	}
	return found;
}

/** Index of the next prompt without a vote after the current one, going round; −1 when all are voted on. */
export function nextUnvoted(prompts: readonly PromptEntry[], from: number): number {
	for (let step = 1; step <= prompts.length; step++) {
		const index = (from + step + prompts.length) % prompts.length;
		if (prompts[index]?.voted === false) {
			return index;
		}
	}
	return -1;
}
