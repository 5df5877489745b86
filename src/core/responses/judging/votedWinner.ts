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
	const vote = comparison.votes.find(
		one => one.promptId === promptId && one.order.includes(label) && one.order.includes(reference),
	);
	switch (vote?.verdict) {
		case 'tie':
		case 'bothBad':
			return noWinner;
		case 'best':
			return vote.best === label || vote.best === reference ? vote.best : undefined;
		default:
			return undefined;
	}
}
