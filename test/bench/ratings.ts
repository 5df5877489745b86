// Bradley-Terry ratings of six models with 1,000 resamples of 5,000 votes, drawn by vote and by prompt.
import { seededRandom } from '../../src/core/responses/shuffle';
import type { ComparisonGroup } from '../../src/core/responses/statistics/comparisonGroups';
import { ratings } from '../../src/core/responses/statistics/ratings';
import type { Measurement } from '../support/bench/measurement';

const models = 6;
const votes = 5000;
const options = { rounds: 1000, seed: 1 };

function comparison(random: () => number): ComparisonGroup {
	const first = Math.floor(random() * models);
	const second = (first + 1 + Math.floor(random() * (models - 1))) % models;
	if (random() < 0.15) {
		return [
			{ winner: first, loser: second, weight: 0.5 },
			{ winner: second, loser: first, weight: 0.5 },
		];
	}
	const firstWins = random() < 1 / (1 + 10 ** ((second - first) / 8));
	const [winner, loser] = firstWins ? [first, second] : [second, first];
	return [{ winner, loser, weight: 1 }];
}

/** Milliseconds: the median and the slowest of several, after two to warm up. */
function times(groups: readonly ComparisonGroup[]): { median: number; slowest: number } {
	const labels = Array.from({ length: models }, (_, i) => `m${i}`);
	const taken = Array.from({ length: 11 }, () => {
		const start = performance.now();
		ratings(groups, labels, options);
		return performance.now() - start;
	})
		.slice(2)
		.sort((a, b) => a - b);
	return { median: taken[4] ?? 0, slowest: taken.at(-1) ?? 0 };
}

export function measure(): readonly Measurement[] {
	const random = seededRandom(1);
	const single = Array.from({ length: votes }, () => comparison(random));
	// Five voters and more on a prompt: nearly every prompt says something of its own.
	const prompts = Array.from({ length: votes / 5 }, (_, i) =>
		single.slice(5 * i, 5 * i + 5).flat(),
	);
	const [byVote, byPrompt] = [times(single), times(prompts)];
	return [
		{ what: '1,000 rounds by vote, median', value: byVote.median, unit: 'ms', limit: 300 },
		{ what: 'the same, slowest of nine', value: byVote.slowest, unit: 'ms', limit: 300 },
		{ what: '1,000 rounds by prompt, median', value: byPrompt.median, unit: 'ms', limit: 300 },
		{ what: 'the same, slowest of nine', value: byPrompt.slowest, unit: 'ms', limit: 300 },
	];
}
