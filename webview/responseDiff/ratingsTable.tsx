import type { JSX } from 'preact';
import { noRatingWords } from '../../src/core/responses/statistics/ratingWords';
import type { Rating } from '../../src/core/responses/statistics/ratings';
import type { TallyRow } from '../../src/protocol/responseDiff';
import { IntervalBar } from './intervalBar';
import { intervalWords, placeOn, ratingAxis, winsWords } from './ratingAxis';

/** Ratings of three models or more, from the highest down. */
export function RatingsTable(props: { readonly rows: readonly TallyRow[] }): JSX.Element {
	const axis = ratingAxis(props.rows.flatMap(({ rating }) => rating ?? []));
	return (
		<table data-testid="tally-ratings">
			<thead>
				<tr>
					<th class="rd-number">Rank</th>
					<th>Model</th>
					<th class="rd-number rd-best-in">Best in</th>
					<th class="rd-number">Rating</th>
					<th>95% interval</th>
				</tr>
			</thead>
			<tbody>
				{props.rows.map(row => (
					<tr key={row.label} data-testid={`rating-${row.label}`}>
						<td class="rd-number">{row.rating?.rank ?? '–'}</td>
						<td title={row.ref}>{row.label}</td>
						<td class="rd-number rd-best-in">{winsWords(row)}</td>
						{row.rating && <RatingCells rating={row.rating} axis={axis} />}
					</tr>
				))}
			</tbody>
		</table>
	);
}

function RatingCells(props: {
	readonly rating: Rating;
	readonly axis: readonly [number, number];
}): JSX.Element {
	const { rating, interval, notEstimable } = props.rating;
	if (rating === undefined || interval === undefined) {
		return (
			<>
				<td class="rd-number">–</td>
				<td class="ws-muted">{sentence(noRatingWords[notEstimable ?? 'noVotes'])}</td>
			</>
		);
	}
	const place = (value: number | undefined): number | undefined =>
		value === undefined ? undefined : placeOn(props.axis, value);
	return (
		<>
			<td class="rd-number">{Math.round(rating)}</td>
			<td>
				<span class="rd-interval">
					<IntervalBar
						low={place(interval.low)}
						high={place(interval.high)}
						point={placeOn(props.axis, rating)}
					/>
					{intervalWords(interval)}
				</span>
			</td>
		</>
	);
}

function sentence(words: string): string {
	return words.slice(0, 1).toUpperCase() + words.slice(1);
}
