import { seededRandom } from '../shuffle';
import type { ComparisonGroup } from './comparisonGroups';

/**
 * Win tables of as many groups as there are, drawn with replacement. Groups that say the same are counted
 * together (FastChat's collapse to unique results), so that a round costs one count per group and the
 * sums of wins only per pattern.
 */
export function resampledWins(
	groups: readonly ComparisonGroup[],
	models: number,
	rounds: number,
	seed: number,
): Float64Array[] {
	const { patterns, patternOf } = collapse(groups);
	const random = seededRandom(seed);
	const counts = new Uint32Array(patterns.length);
	const size = patternOf.length;
	return Array.from({ length: rounds }, () => {
		counts.fill(0);
		for (let i = 0; i < size; i++) {
			const pattern = patternOf[(random() * size) | 0] ?? 0;
			counts[pattern] = (counts[pattern] ?? 0) + 1;
		}
		const wins = new Float64Array(models * models);
		for (const [i, pattern] of patterns.entries()) {
			for (const { winner, loser, weight } of pattern) {
				const cell = winner * models + loser;
				wins[cell] = (wins[cell] ?? 0) + weight * (counts[i] ?? 0);
			}
		}
		return wins;
	});
}

function collapse(groups: readonly ComparisonGroup[]): {
	readonly patterns: readonly ComparisonGroup[];
	/** By group. */
	readonly patternOf: Uint32Array;
} {
	const patterns: ComparisonGroup[] = [];
	const places = new Map<string, number>();
	const patternOf = Uint32Array.from(groups, group => {
		const key = group
			.map(({ winner, loser, weight }) => `${winner}>${loser}:${weight}`)
			.toSorted()
			.join();
		const place = places.get(key) ?? patterns.length;
		if (place === patterns.length) {
			places.set(key, place);
			patterns.push(group);
		}
		return place;
	});
	return { patterns, patternOf };
}
