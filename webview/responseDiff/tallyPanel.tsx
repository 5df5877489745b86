import type { JSX } from 'preact';
import type { Tally, TallyRow } from '../../src/protocol/responseDiff';
import { Button } from '../shared/components/button';
import { askTally, hideTally } from './actions';
import { IntervalBar } from './intervalBar';
import { winsWords } from './ratingAxis';
import { RatingsTable } from './ratingsTable';
import { overview, tally, tallyAsked } from './state';

/** Who won how often, with the interval; before the set is done only after a warning. */
export function TallyPanel(): JSX.Element | null {
	const current = overview.value;
	if (tallyAsked.value && current) {
		const left = current.prompts.length - current.voted;
		return (
			<div class="ws-banner ws-banner-warning" data-testid="tally-warning">
				<span>
					{left} {left === 1 ? 'prompt has' : 'prompts have'} no vote yet. Counts seen early sway
					later votes.
				</span>
				<Button testId="tally-anyway" onClick={() => void askTally(true)}>
					Show Anyway
				</Button>
				<Button onClick={() => hideTally()}>Not Now</Button>
			</div>
		);
	}
	return tally.value ? <TallyTable tally={tally.value} /> : null;
}

function TallyTable(props: { readonly tally: Tally }): JSX.Element {
	const { rows, ties, bothBad, voters } = props.tally;
	const isRated = rows.some(({ rating }) => rating !== undefined);
	return (
		<section class="rd-tally" aria-label="Wins" data-testid="tally">
			{isRated ? <RatingsTable rows={rows} /> : <SharesTable rows={rows} />}
			<p class="ws-muted">
				{ties} {ties === 1 ? 'tie' : 'ties'}, {bothBad} all bad
				{isRated
					? ': half a win each way. 400 points are odds of ten to one; the mean is 1000. Rank 1: no model is clearly above. '
					: '; shares are of the prompts with a best answer. '}
				{voters > 1 ? `${voters} voters; each prompt counts once. ` : ''}
				Intervals that overlap do not separate two models.
			</p>
			<Button onClick={() => hideTally()}>Close</Button>
		</section>
	);
}

function SharesTable(props: { readonly rows: readonly TallyRow[] }): JSX.Element {
	return (
		<table>
			<thead>
				<tr>
					<th>Model</th>
					<th class="rd-number">Wins</th>
					<th class="rd-number">Share</th>
					<th>95% interval</th>
				</tr>
			</thead>
			<tbody>
				{props.rows.map(row => (
					<ShareLine key={row.label} row={row} />
				))}
			</tbody>
		</table>
	);
}

function ShareLine(props: { readonly row: TallyRow }): JSX.Element {
	const { label, ref, wins, decided, interval } = props.row;
	const percent = (share: number): string => `${Math.round(share * 100)}%`;
	return (
		<tr>
			<td title={ref}>{label}</td>
			<td class="rd-number">{winsWords(props.row)}</td>
			<td class="rd-number">{decided === 0 ? '–' : percent(wins / decided)}</td>
			<td>
				{interval && (
					<span class="rd-interval">
						<IntervalBar low={interval.low} high={interval.high} point={wins / decided} />
						{percent(interval.low)}–{percent(interval.high)}
					</span>
				)}
			</td>
		</tr>
	);
}
