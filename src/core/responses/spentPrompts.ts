import { normalisePrompt } from '../dataset/clean/normalisedPrompt';
import { summariseComparison, type Comparison } from './comparison';
import type { ChatMessage } from './promptSet';

/** What one prompt is known by, whatever its case, spacing and system prompt. */
export function promptKey(messages: readonly ChatMessage[]): string {
	const asked = messages.filter(({ role }) => role !== 'system' && role !== 'developer');
	const texts = (asked.length > 0 ? asked : messages).map(({ content }) => content);
	return normalisePrompt(texts.join('\n'));
}

/** Votes on prompts that were trained on: they say nothing about models that learnt from them. */
export interface SpentVotes {
	/** Prompts with votes that were exported for training. */
	readonly prompts: number;
	readonly models: readonly {
		readonly label: string;
		readonly wins: number;
		readonly decided: number;
	}[];
}

/** The comparison with the votes that rates may be computed on, and what the others say, apart. */
export function withoutSpent(
	comparison: Comparison,
	isSpent: (messages: readonly ChatMessage[]) => boolean,
): { readonly unspent: Comparison; readonly spent: SpentVotes | undefined } {
	const ids = new Set(
		comparison.prompts.filter(({ messages }) => isSpent(messages)).map(({ id }) => id),
	);
	const votes = comparison.votes.filter(({ promptId }) => ids.has(promptId));
	if (votes.length === 0) {
		return { unspent: comparison, spent: undefined };
	}
	const others = comparison.votes.filter(({ promptId }) => !ids.has(promptId));
	const { models, votes: counted } = summariseComparison({ ...comparison, votes });
	return {
		unspent: { ...comparison, votes: others },
		spent: {
			prompts: counted.prompts,
			models: models.map(({ label, wins, decided }) => ({ label, wins, decided })),
		},
	};
}
