import type { Comparison } from '../comparison';
import { seedOf } from '../shuffle';
import { comparisonsByPrompt } from './comparisonGroups';
import { ratings, type Rating } from './ratings';

/** Of two models their share says it all; undefined for them, and before the first vote. */
export function comparisonRatings({ header, votes }: Comparison): Rating[] | undefined {
	const labels = header.models.map(({ label }) => label);
	return labels.length > 2 && votes.length > 0
		? ratings(comparisonsByPrompt(votes, labels), labels, { rounds: 1000, seed: seedOf(header.id) })
		: undefined;
}
