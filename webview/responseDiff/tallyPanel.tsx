import type { JSX } from 'preact';
import type { Tally, TallyRow } from '../../src/protocol/responseDiff';
import { Button } from '../shared/components/button';
import { askTally, hideTally } from './actions';
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
	return (
		<section class="rd-tally" aria-label="Wins" data-testid="tally">
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
					{rows.map(row => (
						<TallyLine key={row.label} row={row} />
					))}
				</tbody>
			</table>
			<p class="ws-muted">
				{ties} {ties === 1 ? 'tie' : 'ties'}, {bothBad} all bad; shares are of the prompts with a
				best answer. {voters > 1 ? `${voters} voters; each prompt counts once. ` : ''}
				Intervals that overlap do not separate two models.
			</p>
			<Button onClick={() => hideTally()}>Close</Button>
		</section>
	);
}

function TallyLine(props: { readonly row: TallyRow }): JSX.Element {
	const { label, ref, wins, decided, interval } = props.row;
	const percent = (share: number): string => `${Math.round(share * 100)}%`;
	return (
		<tr>
			<td title={ref}>{label}</td>
			<td class="rd-number">
				{Number.isInteger(wins) ? wins : wins.toFixed(1)} of {decided}
			</td>
			<td class="rd-number">{decided === 0 ? '–' : percent(wins / decided)}</td>
			<td>
				{interval && (
					<span class="rd-interval">
						<svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
							<line class="rd-interval-axis" x1="0" x2="100" y1="4" y2="4" />
							<line
								class="rd-interval-line"
								x1={interval.low * 100}
								x2={interval.high * 100}
								y1="4"
								y2="4"
							/>
							<line
								class="rd-interval-point"
								x1={(wins / decided) * 100}
								x2={(wins / decided) * 100}
								y1="0"
								y2="8"
							/>
						</svg>
						{percent(interval.low)}–{percent(interval.high)}
					</span>
				)}
			</td>
		</tr>
	);
}
