import type { Rating } from './ratings';

/** Compares for a list from the best down: who never lost first, who has no votes last. */
export function compareRatings(a: Rating | undefined, b: Rating | undefined): number {
	const [first, second] = [height(a), height(b)];
	return first === second ? 0 : first > second ? -1 : 1;
}

function height(rating: Rating | undefined): number {
	switch (rating?.notEstimable) {
		case 'unbeaten':
			return Number.MAX_VALUE;
		case 'unconnected':
			return -1e300;
		case 'winless':
			return -1e301;
		default:
			return rating?.rating ?? -Infinity;
	}
}
