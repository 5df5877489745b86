import type { Comparison } from '../comparison';
import type { Verdict } from '../judging/verdict';
import type { AuditedPair } from './marginAudit';

/** Two answers to a prompt of which somebody prefers one, and the sums of a reward map of both. */
export interface PreferredPair extends AuditedPair {
	readonly promptId: string;
	/** Labels of the models that gave the answers. */
	readonly preferred: string;
	readonly over: string;
}

/** The sum of a first sample by model and prompt; undefined where it was not scored. */
export type SumOf = (label: string, promptId: string) => number | undefined;

/** Each vote's best answer against its worst, or against all others where none was named the worst. */
export function votedPairs(comparison: Comparison, sumOf: SumOf): PreferredPair[] {
	return comparison.votes.flatMap(({ verdict, best, worst, order, promptId }) => {
		if (verdict !== 'best' || best === undefined) {
			return [];
		}
		const others = worst === undefined ? order.filter(label => label !== best) : [worst];
		return others.flatMap(over => pairOf(promptId, best, over, sumOf));
	});
}

/** What a judge prefers; ties prefer nothing. */
export function judgedPairs(verdicts: readonly Verdict[], sumOf: SumOf): PreferredPair[] {
	return verdicts.flatMap(({ promptId, models, winner }) => {
		const over = models.find(label => label !== winner);
		return winner === undefined || over === undefined ? [] : pairOf(promptId, winner, over, sumOf);
	});
}

function pairOf(promptId: string, preferred: string, over: string, sumOf: SumOf): PreferredPair[] {
	const [chosen, rejected] = [sumOf(preferred, promptId), sumOf(over, promptId)];
	return chosen === undefined || rejected === undefined
		? []
		: [{ cluster: promptId, promptId, preferred, over, chosen, rejected }];
}
