import { seededRandom } from '../shuffle';
import type { Interval } from '../wilson';
import { percentile } from './percentile';

/** Scores of two models against the same reference on one prompt; absent where none was given. */
export interface ReferenceScores {
	readonly first?: number;
	readonly second?: number;
}

export interface ResamplingOptions {
	readonly rounds: number;
	readonly seed: number;
}

/**
 * Difference of two models' mean scores against one reference, with the 95% percentile interval from
 * drawing whole prompts (Efron & Tibshirani 1993, chapter 13; by prompt as Koehn 2004 does it): what
 * makes a prompt hard for both models cancels. Undefined where a model has no score.
 */
export function referenceDifference(
	prompts: readonly ReferenceScores[],
	{ rounds, seed }: ResamplingOptions = { rounds: 1000, seed: 1 },
): ({ readonly value: number } & Interval) | undefined {
	const value = difference(prompts, i => i);
	if (value === undefined) {
		return undefined;
	}
	const random = seededRandom(seed);
	const drawn: number[] = [];
	for (let round = 0; round < rounds; round++) {
		const one = difference(prompts, () => Math.floor(random() * prompts.length));
		if (one !== undefined) {
			drawn.push(one);
		}
	}
	const sorted = Float64Array.from(drawn).sort();
	return { value, low: percentile(sorted, 0.025), high: percentile(sorted, 0.975) };
}

function difference(
	prompts: readonly ReferenceScores[],
	at: (i: number) => number,
): number | undefined {
	let [first, firsts, second, seconds] = [0, 0, 0, 0];
	for (let i = 0; i < prompts.length; i++) {
		const scores = prompts[at(i)];
		if (scores?.first !== undefined) {
			first += scores.first;
			firsts++;
		}
		if (scores?.second !== undefined) {
			second += scores.second;
			seconds++;
		}
	}
	return firsts === 0 || seconds === 0 ? undefined : first / firsts - second / seconds;
}
