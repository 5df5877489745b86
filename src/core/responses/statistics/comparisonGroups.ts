import type { Vote } from '../vote';

/** `weight` wins of one model over another; a tie is half a win each way. */
export interface WeightedWin {
	/** Places in the list of models. */
	readonly winner: number;
	readonly loser: number;
	readonly weight: number;
}

/** What is drawn together: all that was said about one prompt. */
export type ComparisonGroup = readonly WeightedWin[];

/**
 * Votes as comparisons of two, one group per prompt: the best answer beat each other one shown; a tie
 * and all bad are half a win each way between any two. A prompt counts once, however many voters
 * it had. What else could be read from a vote stays out, as in `pairScores`.
 */
export function comparisonsByPrompt(
	votes: readonly Vote[],
	labels: readonly string[],
): ComparisonGroup[] {
	const place = new Map(labels.map((label, i) => [label, i]));
	const byPrompt = Map.groupBy(votes, ({ promptId }) => promptId);
	return [...byPrompt.values()].map(own =>
		own.flatMap(vote => winsOf(vote, place, 1 / own.length)),
	);
}

function winsOf(vote: Vote, place: ReadonlyMap<string, number>, weight: number): WeightedWin[] {
	const shown = vote.order.flatMap(label => place.get(label) ?? []);
	if (vote.verdict === 'best') {
		const winner = place.get(vote.best ?? '');
		return winner === undefined
			? []
			: shown.filter(loser => loser !== winner).map(loser => ({ winner, loser, weight }));
	}
	return shown.flatMap(winner =>
		shown.filter(loser => loser !== winner).map(loser => ({ winner, loser, weight: weight / 2 })),
	);
}

/** Sums of wins: row times `models` plus column is how often the row's model beat the column's. */
export function winTable(groups: readonly ComparisonGroup[], models: number): Float64Array {
	const wins = new Float64Array(models * models);
	for (const { winner, loser, weight } of groups.flat()) {
		const cell = winner * models + loser;
		wins[cell] = (wins[cell] ?? 0) + weight;
	}
	return wins;
}
