import type { JSX } from 'preact';
import type { Tally } from '../../src/protocol/responseDiff';
import { Button } from '../shared/components/button';
import { askTally, hideTally } from './actions';
import { PairsTable } from './pairsTable';
import { RatingsTable } from './ratingsTable';
import { overview, tally, tallyAsked } from './state';
import { tallyNotes } from './tallyWords';

/** Above so many pairs of models they are folded away below the ratings. */
const mostOpenPairs = 3;

/** Who won how often, with intervals; before the set is done only after it is ended. */
export function TallyPanel(): JSX.Element | null {
	const current = overview.value;
	if (tallyAsked.value && current) {
		const left = current.set.target - current.set.done;
		return (
			<div class="ws-banner ws-banner-warning" role="status" data-testid="tally-warning">
				<span>
					{left} {left === 1 ? 'prompt has' : 'prompts have'} no vote yet, and counts seen early
					sway later votes. End the set now? Votes after that are marked.
				</span>
				<Button
					testId="tally-anyway"
					label="End and Show e: ends the set and shows the counts (key e)"
					onClick={() => void askTally(true)}
				>
					End and Show <kbd>e</kbd>
				</Button>
				<Button label="Go On Voting (Escape)" onClick={() => hideTally()}>
					Go On Voting
				</Button>
			</div>
		);
	}
	return tally.value ? <TallyView tally={tally.value} /> : null;
}

function TallyView(props: { readonly tally: Tally }): JSX.Element {
	const { rows, statistics, spent } = props.tally;
	const { look, slices } = statistics;
	const isRated = rows.some(({ rating }) => rating !== undefined);
	const pairs = (slices[0]?.pairs ?? []).map(pair => ({ pair }));
	const tagged = slices.flatMap(({ tag, pairs: own }) =>
		tag === undefined ? [] : own.map(pair => ({ pair, tag })),
	);
	return (
		<section class="rd-tally" aria-label="Wins" data-testid="tally" tabIndex={0}>
			{isRated && <RatingsTable rows={rows} />}
			{pairs.length > 0 && (
				<details class="rd-tally-part" open={!isRated || pairs.length <= mostOpenPairs}>
					<summary>Each two models</summary>
					<PairsTable rows={pairs} look={look} testId="tally-pairs" />
				</details>
			)}
			{tagged.length > 0 && (
				<details class="rd-tally-part">
					<summary>By tag</summary>
					<PairsTable rows={tagged} look={look} testId="tally-tags" />
				</details>
			)}
			<ul class="rd-tally-notes ws-muted" data-testid="tally-notes">
				{tallyNotes(props.tally).map(note => (
					<li key={note}>{note}</li>
				))}
				{spent && (
					<li data-testid="tally-spent">
						{spent.prompts} {spent.prompts === 1 ? 'prompt is' : 'prompts are'} spent and not
						counted, since votes on {spent.prompts === 1 ? 'it' : 'them'} were exported for
						training:{' '}
						{spent.models
							.map(({ label, wins, decided }) => `${label} ${wins} of ${decided}`)
							.join(', ')}
						.
					</li>
				)}
				{isRated && (
					<li>
						Ratings: 400 points are odds of ten to one; the mean is 1000. Rank 1: no model is
						clearly above. Intervals that overlap do not separate two models.
					</li>
				)}
			</ul>
			<Button label="Close (Escape)" onClick={() => hideTally()}>
				Close
			</Button>
		</section>
	);
}
