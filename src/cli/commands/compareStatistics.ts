import type { ComparisonStatistics } from '../../core/responses/statistics/comparisonStatistics';
import type { Look } from '../../core/responses/statistics/look';
import type { ModelPair } from '../../core/responses/statistics/modelPair';
import { compareRatings } from '../../core/responses/statistics/ratingOrder';
import type { Rating } from '../../core/responses/statistics/ratings';
import { noRatingWords } from '../../core/responses/statistics/ratingWords';
import type { Interval } from '../../core/responses/wilson';
import { table } from '../output';

/** What the votes say, with what may be made of it; empty without votes. */
export function statisticsText(statistics: ComparisonStatistics): string {
	const all = statistics.slices[0];
	if (!all || all.pairs.length === 0) {
		return '';
	}
	return (
		pairsText(all.pairs, statistics.look) +
		(statistics.ratings === undefined ? '' : ratingsText(statistics.ratings)) +
		votersText(statistics)
	);
}

function pairsText(pairs: readonly ModelPair[], look: Look): string {
	const rows = pairs.map(pair => [
		pair.label,
		pair.against,
		String(pair.prompts),
		`${pair.wins}/${pair.losses}/${pair.ties}`,
		`${percent(pair.share.value)} (${range(pair.share)})`,
		range(pair.anytime),
		pair.lengthControlled === undefined
			? ''
			: `${percent(pair.lengthControlled.value)} (${range(pair.lengthControlled)})`,
		pair.isSeparated ? 'separated' : moreText(pair),
	]);
	return (
		`\n${table([
			[
				'MODEL',
				'AGAINST',
				'PROMPTS',
				'WON/LOST/EVEN',
				'SHARE (95 %)',
				'AT ANY TIME',
				'AT EQUAL LENGTH',
				'TO SEPARATE',
			],
			...rows,
		])}` +
		'A tie counts half. The first interval holds for a number of votes set before the first; ' +
		'the second however often you look.\n' +
		lookText(look)
	);
}

function lookText({ kind, prompts }: Look): string {
	return kind === 'planned'
		? `${prompts} prompts were set before the first vote, and reached: the first interval holds.\n`
		: `${prompts === undefined ? 'No number was set before the first vote' : `${prompts} prompts were set and not reached`}: the second interval holds.\n`;
}

function moreText({ morePrompts }: ModelPair): string {
	return morePrompts === undefined
		? 'no difference to go by'
		: morePrompts === 0
			? 'a few more prompts'
			: `about ${Number(morePrompts.toPrecision(2))} more prompts`;
}

function ratingsText(found: readonly Rating[]): string {
	const rows = found
		.toSorted(compareRatings)
		.map(({ label, rating, interval, rank, notEstimable }) => [
			rank === undefined ? '' : String(rank),
			label,
			rating === undefined ? '' : rating.toFixed(0),
			interval === undefined
				? noRatingWords[notEstimable ?? 'noVotes']
				: `${interval.low?.toFixed(0) ?? 'no bound'}–${interval.high?.toFixed(0) ?? 'no bound'}`,
		]);
	return `\n${table([['RANK', 'MODEL', 'RATING', '95 %'], ...rows])}`;
}

function votersText({ leftChoice, agreement, consistency, pick }: ComparisonStatistics): string {
	const lines: string[] = [];
	if (leftChoice) {
		const { left, votes, interval, expected } = leftChoice;
		lines.push(
			`The leftmost answer was best in ${left} of ${votes} votes (${percent(left / votes)}, ` +
				`${range(interval)}); without a side it would be ${percent(expected)}.`,
		);
	}
	for (const { voters, items, same, kappa } of agreement) {
		lines.push(
			`${voters.join(' and ')} agree on ${percent(same)} of ${items} prompts` +
				(kappa
					? ` (kappa ${kappa.value.toFixed(2)}, ${kappa.low.toFixed(2)} to ${kappa.high.toFixed(2)}).`
					: '.'),
		);
	}
	if (consistency.same) {
		lines.push(
			`Said again on ${percent(consistency.same.value)} of ${consistency.repeats} hidden repeats (${range(consistency.same)}).`,
		);
	}
	if (pick) {
		lines.push(
			`${pick.label} did best on ${pick.chosenOn} prompts (${percent(pick.chosenShare)}); on ` +
				`${pick.confirmedOn} held back it has ${percent(pick.confirmed.value)} (${range(pick.confirmed)}), ` +
				`by chance ${percent(pick.expected)}: ${pick.isConfirmed ? 'confirmed' : 'not confirmed'}.`,
		);
	}
	return lines.map(line => `${line}\n`).join('');
}

function percent(share: number): string {
	return `${(100 * share).toFixed(0)}%`;
}

function range({ low, high }: Interval): string {
	return `${(100 * low).toFixed(0)}–${percent(high)}`;
}
