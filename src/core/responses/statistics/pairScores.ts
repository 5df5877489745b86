import type { Vote } from '../vote';

/** How one prompt speaks between two models. */
export interface PairScore {
	readonly promptId: string;
	/** 1: the first model was better, 0: the second, ½: no difference. Mean over the voters. */
	readonly score: number;
}

/**
 * One score a prompt for two models, in the order in which the prompts were first voted on.
 *
 * Among more than two answers a vote tells only what the best one beats: a vote for a third model
 * says nothing here. By Luce's choice axiom the odds between two models are the same with and without a
 * third (Azari Soufiani et al. 2013, breakings of the top position), so these scores stay unbiased;
 * what is named worst does not enter, for it would not.
 */
export function pairScores(votes: readonly Vote[], first: string, second: string): PairScore[] {
	const byPrompt = new Map<string, { sum: number; votes: number }>();
	for (const vote of inOrder(votes)) {
		const score = scoreOf(vote, first, second);
		if (score !== undefined) {
			const entry = byPrompt.get(vote.promptId) ?? { sum: 0, votes: 0 };
			entry.sum += score;
			entry.votes++;
			byPrompt.set(vote.promptId, entry);
		}
	}
	return [...byPrompt].map(([promptId, entry]) => ({ promptId, score: entry.sum / entry.votes }));
}

/** By time, then by id: ULIDs of one voter go up. */
function inOrder(votes: readonly Vote[]): Vote[] {
	const key = (vote: Vote): string => `${vote.time}\n${vote.id}`;
	return votes.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

function scoreOf(vote: Vote, first: string, second: string): number | undefined {
	if (!vote.order.includes(first) || !vote.order.includes(second)) {
		return undefined;
	}
	if (vote.verdict !== 'best') {
		return 0.5;
	}
	return vote.best === first ? 1 : vote.best === second ? 0 : undefined;
}
