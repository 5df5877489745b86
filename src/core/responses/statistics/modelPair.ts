import type { Comparison } from '../comparison';
import type { Vote } from '../vote';
import { wilsonInterval, type Interval } from '../wilson';
import { anytimeInterval } from './anytimeInterval';
import {
	lengthControlledShare,
	noLengthControl,
	type LengthControlledShare,
	type NoLengthControl,
} from './lengthControl';
import { meanScore } from './meanScore';
import { pairScores } from './pairScores';
import { morePrompts } from './promptsNeeded';

/** Two models on the prompts where a vote speaks about both. */
export interface ModelPair {
	readonly label: string;
	readonly against: string;
	readonly prompts: number;
	/** Prompts where more voters preferred `label`; `losses` those where fewer did. */
	readonly wins: number;
	readonly losses: number;
	readonly ties: number;
	/** Score of `label`, a tie counting half, with its Wilson interval for a number planned before. */
	readonly share: { readonly value: number; readonly standardError?: number } & Interval;
	/** The interval that holds however often it was looked at while voting went on. */
	readonly anytime: Interval;
	/** `anytime` leaves one half out: looking at it early cannot have made this up. */
	readonly isSeparated: boolean;
	/** About how many more prompts separate the two; absent where no number would be a plan. */
	readonly morePrompts?: number;
	/** Absent where an answer is missing or lengths alone part wins from losses. */
	readonly lengthControlled?: LengthControlledShare;
	/** Why `lengthControlled` is absent. */
	readonly lengthNotEstimable?: NoLengthControl;
}

/** Undefined where no vote speaks about the two. */
export function modelPair(
	comparison: Comparison,
	votes: readonly Vote[],
	label: string,
	against: string,
): ModelPair | undefined {
	const found = pairScores(votes, label, against);
	const scores = found.map(({ score }) => score);
	const mean = meanScore(scores);
	const interval = mean && wilsonInterval(mean.mean * mean.prompts, mean.prompts);
	if (!mean || !interval) {
		return undefined;
	}
	const lengthOf = (model: string, promptId: string): number | undefined =>
		comparison.responses.get(model)?.get(promptId)?.response.length;
	const anytime = anytimeInterval(scores);
	const lengths = found.flatMap(({ promptId, score }) => {
		const [firstLength, secondLength] = [lengthOf(label, promptId), lengthOf(against, promptId)];
		return firstLength === undefined || secondLength === undefined
			? []
			: [{ score, firstLength, secondLength }];
	});
	return {
		label,
		against,
		prompts: mean.prompts,
		wins: scores.filter(score => score > 0.5).length,
		losses: scores.filter(score => score < 0.5).length,
		ties: scores.filter(score => score === 0.5).length,
		share: { value: mean.mean, standardError: mean.standardError, ...interval },
		anytime,
		isSeparated: anytime.low > 0.5 || anytime.high < 0.5,
		morePrompts: morePrompts(scores),
		lengthControlled: lengths.length > 1 ? lengthControlledShare(lengths) : undefined,
		lengthNotEstimable: noLengthControl(lengths),
	};
}
