import { normalQuantile } from './normal';

export interface PlanOptions {
	/** Chance of a difference where there is none. */
	readonly alpha: number;
	/** Chance to see a difference that is there. */
	readonly power: number;
	/** Share of prompts without a better answer. */
	readonly ties: number;
}

const usual: PlanOptions = { alpha: 0.05, power: 0.8, ties: 0 };

/** Beyond this nobody votes; a number would only pretend to be a plan. */
const mostPrompts = 100_000;

/**
 * Prompts to vote on, decided before the first vote, to see that a model's score is `share` and not one
 * half (a tie counts half): two-sided test of one mean (Fleiss, Levin & Paik 2003, 2.2), with the
 * variance that ties leave. Undefined where no number of prompts shows it.
 */
export function plannedPrompts(
	share: number,
	options: Partial<PlanOptions> = {},
): number | undefined {
	const { alpha, power, ties } = { ...usual, ...options };
	const effect = Math.abs(share - 0.5);
	const none = (1 - ties) / 4;
	const there = none - effect * effect;
	if (effect === 0 || there < 0) {
		return undefined;
	}
	const spread =
		normalQuantile(1 - alpha / 2) * Math.sqrt(none) + normalQuantile(power) * Math.sqrt(there);
	const needed = Math.ceil((spread / effect) ** 2);
	return needed > mostPrompts ? undefined : needed;
}

/**
 * About how many more prompts it takes until the scores of two models are told apart with 80% power, if
 * the difference is what was seen so far. Two wins and two losses are added to what was seen (Agresti
 * & Coull 1998), so that three wins of three do not pass for certainty. Undefined where so many
 * prompts are needed that no number would be a plan, or where there are no scores.
 */
export function morePrompts(scores: readonly number[]): number | undefined {
	const seen = scores.length;
	if (seen === 0) {
		return undefined;
	}
	const sum = scores.reduce((total, score) => total + score, 2);
	const squares = scores.reduce((total, score) => total + score * score, 2);
	const mean = sum / (seen + 4);
	const variance = squares / (seen + 4) - mean * mean;
	const factor = normalQuantile(1 - usual.alpha / 2) + normalQuantile(usual.power);
	const needed = (factor * factor * variance) / (mean - 0.5) ** 2;
	return needed > mostPrompts ? undefined : Math.max(0, Math.ceil(needed) - seen);
}
