import type { Comparison } from '../comparison';
import { seedOf } from '../shuffle';
import type { Vote } from '../vote';
import { comparisonRatings } from './comparisonRatings';
import { consistency, type Consistency } from './consistency';
import { heldOutPick, type HeldOutPick } from './heldOutPick';
import { leftChoice, type LeftChoice } from './leftChoice';
import { lookOf, type Look } from './look';
import { modelPair, type ModelPair } from './modelPair';
import type { Rating } from './ratings';
import { referenceDifferences, type ReferenceDifference } from './referenceDifferences';
import { repeatedVotes } from './repeatedVotes';
import { voterAgreement, type VoterAgreement } from './voterAgreement';

export interface StatisticsSlice {
	/** Absent for all prompts. */
	readonly tag?: string;
	/** Prompts with a vote. */
	readonly prompts: number;
	/** Each two models that votes speak about, in the order of the comparison. */
	readonly pairs: readonly ModelPair[];
}

/** What the votes of a comparison come to. Intervals are 95%. */
export interface ComparisonStatistics {
	/** All prompts first, then each tag of ten prompts with votes or more. */
	readonly slices: readonly StatisticsSlice[];
	/** Of three models or more; by label, in the order of the comparison. */
	readonly ratings?: readonly Rating[];
	/** Two models that met the first one, where there are three or more. */
	readonly againstReference: readonly ReferenceDifference[];
	readonly leftChoice?: LeftChoice;
	readonly agreement: readonly VoterAgreement[];
	readonly consistency: Consistency;
	readonly pick?: HeldOutPick;
	readonly look: Look;
}

const fewestPrompts = 10;
const rounds = 1000;

export function comparisonStatistics(comparison: Comparison): ComparisonStatistics {
	const { header, votes } = comparison;
	const labels = header.models.map(({ label }) => label);
	const seed = seedOf(header.id);
	const tags = [...new Set(comparison.prompts.flatMap(prompt => prompt.tags))];
	const slices = [
		slice(comparison, labels, votes),
		...tags
			.map(tag => {
				const ids = new Set(
					comparison.prompts.filter(one => one.tags.includes(tag)).map(({ id }) => id),
				);
				return slice(
					comparison,
					labels,
					votes.filter(({ promptId }) => ids.has(promptId)),
					tag,
				);
			})
			.filter(({ prompts }) => prompts >= fewestPrompts),
	];
	return {
		slices,
		ratings: comparisonRatings(comparison),
		againstReference: referenceDifferences(votes, labels, { rounds, seed }),
		leftChoice: leftChoice(votes),
		agreement: voterAgreement(votes),
		consistency: consistency(repeatedVotes(comparison)),
		look: lookOf(comparison),
		pick: heldOutPick(votes, labels, header.id),
	};
}

function slice(
	comparison: Comparison,
	labels: readonly string[],
	votes: readonly Vote[],
	tag?: string,
): StatisticsSlice {
	return {
		...(tag === undefined ? {} : { tag }),
		prompts: new Set(votes.map(({ promptId }) => promptId)).size,
		pairs: labels.flatMap((second, i) =>
			labels.slice(0, i).flatMap(first => modelPair(comparison, votes, second, first) ?? []),
		),
	};
}
