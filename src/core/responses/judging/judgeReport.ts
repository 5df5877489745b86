import type { Comparison } from '../comparison';
import { agreement, type Agreement } from '../statistics/agreement';
import { wilsonInterval, type Interval } from '../wilson';
import { noWinner, voteOn } from './votedWinner';
import { judgedPair, type JudgedPair, type Judgment } from './pairJudge';

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
	readonly longerWins?: { readonly value: number; readonly pairs: number } & Interval;
	/** With the user's own votes on the same prompts and models; said before any score. */
	readonly votes?: Agreement;
	readonly models: readonly JudgedModel[];
}

export function judgeReport(
	comparison: Comparison,
	reference: string,
	judgments: readonly Judgment[],
): JudgeReport {
	const others = comparison.header.models
		.map(({ label }) => label)
		.filter(label => label !== reference);
	const pairs = others.map(label => ({
		label,
		judged: comparison.prompts.flatMap(({ id }) => {
			const its = judgments.filter(
				one =>
					one.promptId === id &&
					((one.first === label && one.second === reference) ||
						(one.first === reference && one.second === label)),
			);
			const pair = judgedPair(its, [label, reference]);
			return pair ? [pair] : [];
		}),
	}));
	const all = pairs.flatMap(({ label, judged }) => judged.map(pair => ({ label, pair })));
	const swapped = all.reduce((sum, { pair }) => sum + pair.repeats, 0);
	const flips = all.reduce((sum, { pair }) => sum + pair.flips, 0);
	const longer = longerWins(comparison, reference, all);
	const votes = agreement(
		all.flatMap(({ label, pair }) => {
			const own = voteOn(comparison, pair.promptId, label, reference);
			return own === undefined ? [] : [[own, pair.winner ?? noWinner] as const];
		}),
	);
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

function longerWins(
	comparison: Comparison,
	reference: string,
	all: readonly { readonly label: string; readonly pair: JudgedPair }[],
): JudgeReport['longerWins'] {
	const length = (label: string, promptId: string): number =>
		comparison.responses.get(label)?.get(promptId)?.response.length ?? 0;
	let [pairs, longer] = [0, 0];
	for (const { label, pair } of all) {
		const difference = length(label, pair.promptId) - length(reference, pair.promptId);
		if (pair.winner !== undefined && difference !== 0) {
			pairs++;
			longer += difference > 0 === (pair.winner === label) ? 1 : 0;
		}
	}
	const interval = wilsonInterval(longer, pairs);
	return interval && { value: longer / pairs, pairs, ...interval };
}
