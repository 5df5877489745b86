import { benchmarkOf } from '../../benchmarkPrompts';
import type { Comparison } from '../../comparison';
import type { JudgeProtocol } from './judgeProtocol';

/** A figure that somebody published, in the protocol's own unit: a mean grade or percent. */
export interface PublishedFigure {
	readonly model: string;
	readonly value: number;
	readonly standardError?: number;
	readonly source: string;
}

interface PublishedTable {
	readonly judge: string;
	readonly benchmark: string;
	readonly prompts: number;
	/** What the reference must be called; absent where answers are graded alone. */
	readonly baselines?: readonly string[];
	readonly figures: readonly PublishedFigure[];
}

const card = 'model card';
const leaderboard = 'AlpacaEval’s leaderboard';

/**
 * The figures behind Zephyr, and no more: the whole leaderboards stand elsewhere. Arena-Hard’s were
 * fitted in another way before its rules of today, so none is here.
 */
const tables: Partial<Record<JudgeProtocol, PublishedTable>> = {
	'mt-bench': {
		judge: 'gpt-4',
		benchmark: 'MT-Bench',
		prompts: 80,
		figures: [
			{ model: 'zephyr-7b-alpha', value: 6.88, source: card },
			{ model: 'zephyr-7b-beta', value: 7.34, source: card },
		],
	},
	'alpaca-eval-1': {
		judge: 'gpt-4',
		benchmark: 'AlpacaEval',
		prompts: 805,
		baselines: ['text_davinci_003'],
		figures: [
			{
				model: 'zephyr-7b-alpha',
				value: 85.7587,
				standardError: 1.2285,
				source: leaderboard,
			},
			{
				model: 'zephyr-7b-beta',
				value: 90.5978,
				standardError: 1.0287,
				source: leaderboard,
			},
		],
	},
	'alpaca-eval': {
		judge: 'gpt-4-1106-preview',
		benchmark: 'AlpacaEval',
		prompts: 805,
		baselines: ['gpt4_turbo', 'gpt4_1106_preview', 'gpt-4-1106-preview'],
		figures: [
			{
				model: 'zephyr-7b-beta',
				value: 10.9929,
				standardError: 0.9618,
				source: leaderboard,
			},
		],
	},
};

/** sha256 of FastChat's reference answers as a JSON list of [question, turns], by question. */
const publishedReferences = '0e4ebf3d1e798f62c1085e80d7c7e6584e8cfac56ce385acfe9c4d234fd61598';

/**
 * What may stand beside a result: only the same judge, the same protocol and exactly its prompts,
 * reference answers and reference model. Empty for anything else.
 */
export function publishedFigures(
	protocol: JudgeProtocol,
	judged: {
		readonly comparison: Comparison;
		readonly judge: string;
		readonly baselines: readonly string[];
		readonly references: ReadonlyMap<string, readonly string[]>;
	},
	sha256: (text: string) => string,
): readonly PublishedFigure[] {
	const table = tables[protocol];
	if (table?.judge !== judged.judge) {
		return [];
	}
	const { prompts } = judged.comparison;
	const texts = new Set(prompts.map(({ messages }) => JSON.stringify(messages)));
	const isWhole =
		prompts.length === table.prompts &&
		texts.size === table.prompts &&
		prompts.every(({ messages }) => benchmarkOf(messages, sha256) === table.benchmark);
	const isBaseline =
		table.baselines === undefined ||
		judged.baselines.every(label => table.baselines?.includes(label) === true);
	const isReferenced =
		protocol !== 'mt-bench' || referencesHash(judged.references, sha256) === publishedReferences;
	return isWhole && isBaseline && isReferenced ? table.figures : [];
}

function referencesHash(
	references: ReadonlyMap<string, readonly string[]>,
	sha256: (text: string) => string,
): string {
	const sorted = [...references].toSorted(([a], [b]) => Number(a) - Number(b));
	return sha256(JSON.stringify(sorted));
}
