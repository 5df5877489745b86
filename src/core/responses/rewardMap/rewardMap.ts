import { sentenceEnds } from '../proseTokens';
import type { ScoredAnswer, ScoredToken } from './scoredAnswer';

/** Some tokens in a row and what they come to. Times β a sum is a part of the reward. */
export interface RatioSum {
	/** Tokens `start` to `stop`. */
	readonly start: number;
	readonly stop: number;
	readonly text: string;
	/** Σ log p(policy) − log p(reference), in nats. */
	readonly sum: number;
	/** By how much `sum` was another one when the policy was scored again. */
	readonly noise: number;
	/** What the template ends the answer with, which counts as well. */
	readonly isEnding: boolean;
}

/** What two models make of one answer. */
export interface RewardMap {
	/** log p(policy) − log p(reference) of each token, in nats. */
	readonly ratios: readonly number[];
	readonly sum: number;
	readonly noise: {
		/** Of the whole sum. */
		readonly sum: number;
		/** The largest difference of one token. */
		readonly largest: number;
	};
	/** In order and without gaps; their sums add up to `sum`. */
	readonly sentences: readonly RatioSum[];
}

export function rewardMap({ tokens, ending }: ScoredAnswer): RewardMap {
	const whole = sumOf(tokens, 0, tokens.length, false);
	const noises = tokens.map(token => Math.abs(token.again - token.policy));
	return {
		ratios: tokens.map(token => token.policy - token.reference),
		sum: whole.sum,
		noise: { sum: whole.noise, largest: Math.max(0, ...noises) },
		sentences: sentencesOf(tokens, ending),
	};
}

function sentencesOf(tokens: readonly ScoredToken[], ending: number): RatioSum[] {
	const text = textOf(tokens.slice(0, ending));
	const ends = sentenceEnds(text);
	const sums: RatioSum[] = [];
	let start = 0;
	let at = 0;
	let sentence = 0;
	for (const [i, token] of tokens.slice(0, ending).entries()) {
		// A token belongs to where its first letter stands; the space before a word is part of it.
		const first = at + Math.max(0, token.text.search(/\S/u));
		while (first >= (ends[sentence] ?? Infinity)) {
			if (i > start) {
				sums.push(sumOf(tokens, start, i, false));
				start = i;
			}
			sentence++;
		}
		at += token.text.length;
	}
	if (ending > start) {
		sums.push(sumOf(tokens, start, ending, false));
	}
	return ending < tokens.length ? [...sums, sumOf(tokens, ending, tokens.length, true)] : sums;
}

function sumOf(
	tokens: readonly ScoredToken[],
	start: number,
	stop: number,
	isEnding: boolean,
): RatioSum {
	const part = tokens.slice(start, stop);
	const sum = part.reduce((total, { policy, reference }) => total + policy - reference, 0);
	const noise = Math.abs(part.reduce((total, { policy, again }) => total + again - policy, 0));
	return { start, stop, text: textOf(part), sum, noise, isEnding };
}

function textOf(tokens: readonly ScoredToken[]): string {
	return tokens.map(({ text }) => text).join('');
}
