import { summariseComparison, type Comparison } from '../../core/responses/comparison';
import { comparisonStatistics } from '../../core/responses/statistics/comparisonStatistics';
import type { ChatMessage } from '../../core/responses/promptSet';
import { withoutSpent } from '../../core/responses/spentPrompts';
import { compareRatings } from '../../core/responses/statistics/ratingOrder';
import type { Tally } from '../../protocol/responseDiff';

export function tallyOf(
	whole: Comparison,
	isSpent: (messages: readonly ChatMessage[]) => boolean,
): Tally {
	const { unspent: comparison, spent } = withoutSpent(whole, isSpent);
	const summary = summariseComparison(comparison);
	const statistics = comparisonStatistics(comparison);
	const rated = new Map(statistics.ratings?.map(rating => [rating.label, rating]));
	return {
		rows: summary.models
			.map(({ label, ref, wins, decided, winRate }) => ({
				label,
				ref,
				wins,
				decided,
				interval: winRate && { low: winRate.low, high: winRate.high },
				rating: rated.get(label),
			}))
			.toSorted((a, b) => compareRatings(a.rating, b.rating)),
		ties: summary.votes.ties,
		bothBad: summary.votes.bothBad,
		voters: summary.votes.voters,
		skips: summary.votes.skips,
		afterTally: summary.votes.afterTally,
		statistics,
		...(spent ? { spent } : {}),
	};
}
