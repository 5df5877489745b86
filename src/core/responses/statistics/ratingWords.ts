import type { Rating } from './ratings';

/** Why a model has no rating, for people. */
export const noRatingWords: Readonly<Record<NonNullable<Rating['notEstimable']>, string>> = {
	noVotes: 'no votes',
	unbeaten: 'not estimable: never lost',
	winless: 'not estimable: never won',
	unconnected: 'not estimable: wins and losses do not link it to the others',
};
