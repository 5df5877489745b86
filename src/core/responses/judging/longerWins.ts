import { answerTurns } from '../answerTurns';
import type { Comparison } from '../comparison';
import { wilsonInterval, type Interval } from '../wilson';
import type { Verdict } from './verdict';

/** How often the longer answer won, of decided pairs of different length; 95% interval. */
export type LongerWins = { readonly value: number; readonly pairs: number } & Interval;

/** Lengths are characters of all turns. Undefined where no such pair is decided. */
export function longerWins(
	comparison: Comparison,
	verdicts: readonly Verdict[],
): LongerWins | undefined {
	const length = (label: string, promptId: string): number => {
		const answer = comparison.responses.get(label)?.get(promptId);
		return answer ? answerTurns(answer).reduce((sum, turn) => sum + turn.length, 0) : 0;
	};
	let [pairs, longer] = [0, 0];
	for (const { promptId, models, winner } of verdicts) {
		const difference = length(models[0], promptId) - length(models[1], promptId);
		if (winner !== undefined && difference !== 0) {
			pairs++;
			longer += difference > 0 === (winner === models[0]) ? 1 : 0;
		}
	}
	const interval = wilsonInterval(longer, pairs);
	return interval && { value: longer / pairs, pairs, ...interval };
}
