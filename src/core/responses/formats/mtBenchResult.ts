import type { MtBenchPair, MtBenchSingle } from './mtBenchJudgment';

/** What `show_result.py --mode single` prints for a model. */
export interface MtBenchScore {
	readonly model: string;
	/** Mean score of each turn; absent without a rating. */
	readonly turn1?: number;
	readonly turn2?: number;
	/** Mean over all ratings of all turns. */
	readonly score?: number;
	readonly ratings: number;
	/** Judgments without a rating (-1), which the score leaves out. */
	readonly unparsable: number;
}

/** What `show_result.py --mode pairwise-all` prints for a model, and the same against each other one. */
export interface MtBenchWins extends WinCounts {
	readonly model: string;
	readonly against: readonly (WinCounts & { readonly model: string })[];
}

export interface WinCounts {
	readonly wins: number;
	readonly losses: number;
	/** Also where the two games disagree. */
	readonly ties: number;
	/** wins / n, and (wins + ties / 2) / n. */
	readonly winRate: number;
	readonly winRateAdjusted: number;
}

/** Best first. */
export function mtBenchScores(judgments: readonly MtBenchSingle[]): MtBenchScore[] {
	return [...Map.groupBy(judgments, ({ model }) => model)]
		.map(([model, all]) => {
			const rated = all.filter(({ score }) => score !== -1);
			return {
				model,
				turn1: meanScore(rated.filter(({ turn }) => turn === 1)),
				turn2: meanScore(rated.filter(({ turn }) => turn === 2)),
				score: meanScore(rated),
				ratings: rated.length,
				unparsable: all.length - rated.length,
			};
		})
		.toSorted((a, b) => (b.score ?? -1) - (a.score ?? -1));
}

/** Best first. Pairs with a game that failed are left out and counted. */
export function mtBenchWins(judgments: readonly MtBenchPair[]): {
	readonly models: readonly MtBenchWins[];
	readonly errors: number;
} {
	const kept = judgments.filter(({ winners }) => !winners.includes('error'));
	const outcomes = new Map<string, Map<string, number[]>>();
	const note = (model: string, other: string, won: number): void => {
		const others = outcomes.get(model) ?? new Map<string, number[]>();
		outcomes.set(model, others);
		others.set(other, [...(others.get(other) ?? []), won]);
	};
	for (const { models, winners } of kept) {
		const [first, second] = models;
		const won =
			winners[0] !== winners[1] || winners[0] === 'tie' ? 0.5 : winners[0] === 'model_1' ? 1 : 0;
		note(first, second, won);
		note(second, first, 1 - won);
	}
	const models = [...outcomes].map(([model, others]) => ({
		model,
		...counted([...others.values()].flat()),
		against: [...others].map(([other, won]) => ({ model: other, ...counted(won) })),
	}));
	return {
		models: models.toSorted((a, b) => b.winRateAdjusted - a.winRateAdjusted),
		errors: judgments.length - kept.length,
	};
}

function counted(outcomes: readonly number[]): WinCounts {
	const wins = outcomes.filter(won => won === 1).length;
	const ties = outcomes.filter(won => won === 0.5).length;
	const n = outcomes.length;
	return {
		wins,
		losses: n - wins - ties,
		ties,
		winRate: wins / n,
		winRateAdjusted: (wins + 0.5 * ties) / n,
	};
}

function meanScore(judgments: readonly MtBenchSingle[]): number | undefined {
	return judgments.length === 0
		? undefined
		: judgments.reduce((sum, { score }) => sum + score, 0) / judgments.length;
}
