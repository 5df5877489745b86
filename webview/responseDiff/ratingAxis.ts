import type { Rating, RatingInterval } from '../../src/core/responses/statistics/ratings';
import type { TallyRow } from '../../src/protocol/responseDiff';

/** Ends of an axis on which all ratings and the bounds they have stand, a twentieth free beside them. */
export function ratingAxis(ratings: readonly Rating[]): readonly [number, number] {
	const places = ratings.flatMap(({ rating, interval }) =>
		[rating, interval?.low, interval?.high].filter(value => value !== undefined),
	);
	if (places.length === 0) {
		return [0, 1];
	}
	const [low, high] = [Math.min(...places), Math.max(...places)];
	const free = Math.max(1, (high - low) / 20);
	return [low - free, high + free];
}

/** 0 at the low end of the axis, 1 at the high one. */
export function placeOn([low, high]: readonly [number, number], value: number): number {
	return (value - low) / (high - low);
}

export function intervalWords({ low, high }: RatingInterval): string {
	if (low === undefined && high === undefined) {
		return 'Too few votes';
	}
	if (low === undefined) {
		return `At most ${Math.round(high ?? 0)}`;
	}
	return high === undefined
		? `At least ${Math.round(low)}`
		: `${Math.round(low)}–${Math.round(high)}`;
}

/** Prompts won of those decided; a part of one where voters differ. */
export function winsWords({ wins, decided }: Pick<TallyRow, 'wins' | 'decided'>): string {
	return `${Number.isInteger(wins) ? wins : wins.toFixed(1)} of ${decided}`;
}
