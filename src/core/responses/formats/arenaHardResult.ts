import { seededRandom, seedOf } from '../shuffle';
import type { ArenaHardJudgment } from './arenaHardJudgment';

/** A strong verdict counts so often. */
const strong = 3;
const rounds = 100;

/** How often each verdict counts as a win (1), half (0.5) or a loss (0) of A. */
const verdicts: Readonly<Record<string, readonly number[]>> = {
	'A>B': [1],
	'A>>B': [1, 1, 1],
	'A=B': [0.5],
	'A<<B': [0, 0, 0],
	'A<B': [0],
	'B>A': [0],
	'B>>A': [0, 0, 0],
	'B=A': [0.5],
	'B<<A': [1, 1, 1],
	'B<A': [1],
};

/** A model's line of Arena-Hard-Auto's leaderboard without style control. */
export interface ArenaHardResult {
	readonly model: string;
	readonly baseline?: string;
	readonly judge?: string;
	readonly category?: string;
	/** Mean of all verdicts, strong ones three times, 0 to 1. */
	readonly score?: number;
	/**
	 * 5th and 95th percentile of 100 bootstraps: a 90 % interval, which Arena-Hard prints as “CI”. It
	 * is drawn with a seed, so it differs from theirs in the last digit.
	 */
	readonly interval?: { readonly low: number; readonly high: number; readonly level: 0.9 };
	/** Judgments with two verdicts. */
	readonly judgments: number;
	/** Verdicts, strong ones counted three times. */
	readonly weight: number;
	/** Judgments that lack a game or a verdict, and those whose verdict is none of theirs. */
	readonly withoutVerdict: number;
	readonly strongWeight: 3;
}

/** One result per model, baseline, judge and category, best first. */
export function arenaHardResults(judgments: readonly ArenaHardJudgment[]): ArenaHardResult[] {
	const groups = Map.groupBy(judgments, ({ model, baseline, judge, category }) =>
		JSON.stringify([model, baseline, judge, category]),
	);
	return [...groups]
		.flatMap(([key, group]) => {
			const first = group[0];
			return first ? [resultOf(first, group, key)] : [];
		})
		.toSorted((a, b) => (b.score ?? -1) - (a.score ?? -1));
}

function resultOf(
	{ model, baseline, judge, category }: ArenaHardJudgment,
	group: readonly ArenaHardJudgment[],
	seed: string,
): ArenaHardResult {
	const scored = group.map(scoresOf);
	const scores = scored.flatMap(one => one ?? []);
	const judged = scored.filter(one => one !== undefined).length;
	return {
		model,
		...(baseline === undefined ? {} : { baseline }),
		...(judge === undefined ? {} : { judge }),
		...(category === undefined ? {} : { category }),
		...(scores.length === 0 ? {} : { score: mean(scores), interval: intervalOf(scores, seed) }),
		judgments: judged,
		weight: scores.length,
		withoutVerdict: group.length - judged,
		strongWeight: strong,
	};
}

function scoresOf({ games }: ArenaHardJudgment): readonly number[] | undefined {
	return verdictScores(games.map(game => game?.score));
}

/**
 * The verdicts of two games from the model's side, which is B in game 1 and A in game 2: 1 a win, 0 a
 * loss, strong ones three times. Undefined where one is none of Arena-Hard's.
 */
export function verdictScores(
	games: readonly (string | null | undefined)[],
): readonly number[] | undefined {
	const first = verdicts[games[0] ?? ''];
	const second = verdicts[games[1] ?? ''];
	return first && second ? [...second, ...first.map(score => 1 - score)] : undefined;
}

function intervalOf(
	scores: readonly number[],
	seed: string,
): NonNullable<ArenaHardResult['interval']> {
	const random = seededRandom(seedOf(seed));
	const means = Array.from({ length: rounds }, () => {
		let sum = 0;
		for (let i = 0; i < scores.length; i++) {
			sum += scores[Math.floor(random() * scores.length)] ?? 0;
		}
		return sum / scores.length;
	}).toSorted((a, b) => a - b);
	return { low: quantile(means, 0.05), high: quantile(means, 0.95), level: 0.9 };
}

/** Linear between neighbours, as pandas does. */
function quantile(sorted: readonly number[], share: number): number {
	const at = (sorted.length - 1) * share;
	const below = sorted[Math.floor(at)] ?? 0;
	return below + ((sorted[Math.ceil(at)] ?? below) - below) * (at - Math.floor(at));
}

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}
