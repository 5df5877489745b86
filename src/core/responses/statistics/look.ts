import type { Comparison } from '../comparison';

/** Which interval the votes allow. */
export interface Look {
	/** `planned`: every voter set a number before the first vote and reached it. */
	readonly kind: 'planned' | 'anytime';
	/** Prompts that were set, by all voters together, where each set some. */
	readonly prompts?: number;
}

/** An interval for a number of votes is wrong where votes ended because of what they said. */
export function lookOf({ votes, sets }: Comparison): Look {
	const counts = Map.groupBy(
		votes.filter(vote => !vote.afterTally),
		({ voter }) => voter,
	);
	const voters = [...new Set(votes.map(({ voter }) => voter))];
	const plans = voters.flatMap(voter => {
		const plan = sets?.get(voter)?.plan;
		return plan?.look === 'planned' && plan.prompts !== undefined
			? [{ set: plan.prompts, given: counts.get(voter)?.length ?? 0 }]
			: [];
	});
	if (voters.length === 0 || plans.length < voters.length) {
		return { kind: 'anytime' };
	}
	const prompts = Math.max(...plans.map(({ set }) => set));
	const isReached = plans.every(({ set, given }) => given >= set);
	return { kind: isReached ? 'planned' : 'anytime', prompts };
}
