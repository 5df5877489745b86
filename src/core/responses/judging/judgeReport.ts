import type { Comparison } from '../comparison';
import type { Agreement } from '../statistics/agreement';
import { wilsonInterval, type Interval } from '../wilson';
import { judgedPair, type JudgedPair, type Judgment } from './pairJudge';
import { longerWins, type LongerWins } from './longerWins';
import { verdictAgreement, type Verdict } from './verdict';

/** What a judge found of one model against the reference, and how far the judge can be trusted. */
export interface JudgedModel {
	readonly label: string;
	/** Prompts with a verdict in both orders. */
	readonly prompts: number;
	readonly wins: number;
	readonly ties: number;
	readonly losses: number;
	/** Wins and half of the ties, with a 95% Wilson interval. */
	readonly share?: { readonly value: number } & Interval;
}

export interface JudgeReport {
	readonly reference: string;
	/** Share of questions whose answer held no verdict. */
	readonly unreadable: number;
	readonly asked: number;
	/** Share of swapped pairs in which the judge named the other answer. */
	readonly flipRate?: number;
	/** Share of decided pairs of different length in which the longer answer won; 95% interval. */
	readonly longerWins?: LongerWins;
	/** With the user's own votes on the same prompts and models; said before any score. */
	readonly votes?: Agreement;
	readonly models: readonly JudgedModel[];
}

export function judgeReport(
	comparison: Comparison,
	reference: string,
	judgments: readonly Judgment[],
): JudgeReport {
	const pairs = judgedPairs(comparison, reference, judgments);
	const all = pairs.flatMap(({ label, judged }) => judged.map(pair => ({ label, pair })));
	const swapped = all.reduce((sum, { pair }) => sum + pair.repeats, 0);
	const flips = all.reduce((sum, { pair }) => sum + pair.flips, 0);
	const verdicts = all.map(({ label, pair }) => verdictOf(label, reference, pair));
	const longer = longerWins(comparison, verdicts);
	const votes = verdictAgreement(comparison, verdicts);
	return {
		reference,
		asked: judgments.length,
		unreadable:
			judgments.length === 0
				? 0
				: judgments.filter(({ verdict }) => verdict === undefined).length / judgments.length,
		...(swapped > 0 ? { flipRate: flips / swapped } : {}),
		...(longer ? { longerWins: longer } : {}),
		...(votes ? { votes } : {}),
		models: pairs.map(({ label, judged }) => judgedModel(label, reference, judged)),
	};
}

/** Who was better on each prompt against the reference, of pairs with a verdict in both orders. */
export function windsockVerdicts(
	comparison: Comparison,
	reference: string,
	judgments: readonly Judgment[],
): readonly Verdict[] {
	return judgedPairs(comparison, reference, judgments).flatMap(({ label, judged }) =>
		judged.map(pair => verdictOf(label, reference, pair)),
	);
}

function verdictOf(label: string, reference: string, { promptId, winner }: JudgedPair): Verdict {
	return { promptId, models: [label, reference], ...(winner === undefined ? {} : { winner }) };
}

function judgedPairs(
	comparison: Comparison,
	reference: string,
	judgments: readonly Judgment[],
): readonly { readonly label: string; readonly judged: readonly JudgedPair[] }[] {
	const byPrompt = Map.groupBy(judgments, ({ promptId }) => promptId);
	const others = comparison.header.models
		.map(({ label }) => label)
		.filter(label => label !== reference);
	return others.map(label => ({
		label,
		judged: comparison.prompts.flatMap(({ id }) => {
			const its = (byPrompt.get(id) ?? []).filter(
				({ first, second }) =>
					(first === label && second === reference) || (first === reference && second === label),
			);
			const pair = judgedPair(its, [label, reference]);
			return pair ? [pair] : [];
		}),
	}));
}

function judgedModel(label: string, reference: string, judged: readonly JudgedPair[]): JudgedModel {
	const count = (winner?: string): number => judged.filter(pair => pair.winner === winner).length;
	const [wins, losses, ties] = [count(label), count(reference), count()];
	const prompts = judged.length;
	const interval = wilsonInterval(wins + ties / 2, prompts);
	return {
		label,
		prompts,
		wins,
		ties,
		losses,
		...(interval ? { share: { value: (wins + ties / 2) / prompts, ...interval } } : {}),
	};
}
