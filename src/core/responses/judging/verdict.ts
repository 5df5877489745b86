import type { Comparison } from '../comparison';
import { agreement, type Agreement } from '../statistics/agreement';
import { noWinner, voteOn } from './votedWinner';

/** Which of two models a judge thinks better on a prompt, whatever way it judged. */
export interface Verdict {
	readonly promptId: string;
	readonly models: readonly [string, string];
	/** Absent for a tie. */
	readonly winner?: string;
}

/** How far a judge says what the user's votes say. Undefined without votes on the same. */
export function verdictAgreement(
	comparison: Comparison,
	verdicts: readonly Verdict[],
): Agreement | undefined {
	return agreement(
		besideVotes(comparison, verdicts).map(({ own, winner = noWinner }) => [own, winner] as const),
	);
}

/** Prompts where a vote names one model of two and the judge the other, or only one calls it even. */
export function contradictedVotes(
	comparison: Comparison,
	verdicts: readonly Verdict[],
): ReadonlySet<string> {
	return new Set(
		besideVotes(comparison, verdicts)
			.filter(({ own, winner = noWinner }) => own !== winner)
			.map(({ promptId }) => promptId),
	);
}

function besideVotes(
	comparison: Comparison,
	verdicts: readonly Verdict[],
): (Verdict & { readonly own: string })[] {
	return verdicts.flatMap(verdict => {
		const own = voteOn(comparison, verdict.promptId, ...verdict.models);
		return own === undefined ? [] : [{ ...verdict, own }];
	});
}
