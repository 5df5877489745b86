import type { Comparison } from '../comparison';

/** Stands for a tie among labels; in no label. */
export const noWinner = '\n';

/** What the user said of two models on a prompt, where their vote says it: best, or best over worst. */
export function voteOn(
	comparison: Comparison,
	promptId: string,
	label: string,
	reference: string,
): string | undefined {
	// A vote for a third model says nothing of these two; the next voter's may.
	const vote = comparison.votes.find(
		one =>
			one.promptId === promptId &&
			one.order.includes(label) &&
			one.order.includes(reference) &&
			(one.verdict !== 'best' || one.best === label || one.best === reference),
	);
	return vote?.verdict === 'best' ? vote.best : vote && noWinner;
}
