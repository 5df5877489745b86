import type { Vote } from '../vote';
import type { Interval } from '../wilson';
import { pairScores } from './pairScores';
import { referenceDifference, type ResamplingOptions } from './promptBootstrap';

/** How two models differ in their score against the first one, paired by prompt. */
export interface ReferenceDifference extends Interval {
	readonly label: string;
	readonly against: string;
	readonly reference: string;
	/** Score of `label` less that of `against`. */
	readonly value: number;
	/** Prompts that have a score of either. */
	readonly prompts: number;
}

/** Each two models beside the first. */
export function referenceDifferences(
	votes: readonly Vote[],
	labels: readonly string[],
	options: ResamplingOptions,
): ReferenceDifference[] {
	const [reference, ...others] = labels;
	if (reference === undefined || others.length < 2) {
		return [];
	}
	const scores = new Map(
		others.map(label => [
			label,
			new Map(pairScores(votes, label, reference).map(one => [one.promptId, one.score])),
		]),
	);
	return others.flatMap((label, i) =>
		others.slice(0, i).flatMap(against => {
			const [mine, theirs] = [scores.get(label), scores.get(against)];
			const ids = new Set([...(mine?.keys() ?? []), ...(theirs?.keys() ?? [])]);
			const prompts = [...ids].map(id => ({ first: mine?.get(id), second: theirs?.get(id) }));
			const difference = referenceDifference(prompts, options);
			return difference
				? [{ label, against, reference, prompts: prompts.length, ...difference }]
				: [];
		}),
	);
}
