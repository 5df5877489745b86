import type { JSX } from 'preact';
import type { ComparisonOverview } from '../../src/protocol/responseDiff';
import { Button } from '../shared/components/button';
import { Checkbox } from '../shared/components/checkbox';
import { ProgressRing } from '../shared/components/progressRing';
import {
	chooseModels,
	exportVotes,
	openPreferences,
	setBlind,
	showLog,
	toggleJudges,
	toggleTally,
	trainOnVotes,
} from './actions';
import { toggleBehaviour } from './behaviourActions';
import { behaviourShown } from './behaviourState';
import { judgesShown, tally } from './state';

export function Toolbar(props: { readonly overview: ComparisonOverview }): JSX.Element {
	const { overview } = props;
	const counted = tally.value !== undefined;
	const judgesWord = overview.judges > 0 ? `Judges ${overview.judges}` : 'Judges';
	return (
		<div class="ws-toolbar rd-toolbar">
			<Checkbox
				checked={overview.blind}
				testId="blind-toggle"
				onChange={blind => void setBlind(blind)}
			>
				Blind
			</Checkbox>
			<span class="ws-spacer" />
			{overview.prompts.length > 0 && (
				<span data-testid="vote-progress">
					{overview.set.done} of {overview.set.target} voted
					{overview.set.skips > 0 ? ` · ${overview.set.skips} skipped` : ''}
				</span>
			)}
			{overview.identicalAnswers > 0 && (
				<span class="ws-muted" data-testid="equal-count">
					{overview.identicalAnswers} with equal answers
				</span>
			)}
			<Button
				disabled={overview.voted === 0}
				pressed={counted}
				testId="tally-show"
				label="Wins t: who won how often, when the set is done (key t)"
				onClick={() => toggleTally()}
			>
				Wins <kbd>t</kbd>
			</Button>
			<Button
				disabled={overview.prompts.length === 0}
				pressed={behaviourShown.value}
				testId="behaviour-show"
				label="Behaviour h: how each model answers, and what differs from the reference (key h)"
				onClick={() => toggleBehaviour()}
			>
				Behaviour <kbd>h</kbd>
			</Button>
			<Button
				pressed={judgesShown.value}
				testId="judges-show"
				label={`${judgesWord}: what models that judged have said`}
				onClick={() => void toggleJudges()}
			>
				{judgesWord}
			</Button>
			<span data-testid="pairs-count">
				{overview.pairs} {overview.pairs === 1 ? 'pair' : 'pairs'}
				{overview.examples === 0
					? ''
					: ` · ${overview.examples} SFT ${overview.examples === 1 ? 'example' : 'examples'}`}
			</span>
			<Button
				disabled={overview.pairs + overview.examples === 0}
				label="Open Preference Pairs of all votes in the dataset editor"
				testId="pairs-open"
				onClick={() => openPreferences()}
			>
				Open Preference Pairs
			</Button>
			<Button
				disabled={overview.voted + overview.examples + overview.pairs === 0}
				label="Export…: the votes of this comparison as a file, with what is left out said first"
				testId="votes-export"
				onClick={() => exportVotes()}
			>
				Export…
			</Button>
			<Button
				disabled={overview.pairs === 0}
				label="Train on Votes: on the preference pairs of all votes"
				testId="train-on-votes"
				onClick={() => trainOnVotes()}
			>
				Train on Votes
			</Button>
		</div>
	);
}

/** How far the answers are, why they stopped, what could not be read. */
export function Banners(props: { readonly overview: ComparisonOverview }): JSX.Element {
	const { generating, brokenLines, lanes, moreModels } = props.overview;
	return (
		<>
			{generating && (
				<div
					class={`ws-banner${generating.state === 'failed' ? ' ws-banner-error' : ''}`}
					role="status"
					data-testid="generating-status"
				>
					{generating.state === 'running' && <ProgressRing label="Generating" />}
					<span>
						{generating.state === 'running'
							? 'Generating: '
							: generating.state === 'failed'
								? 'The run failed: '
								: ''}
						{generating.total === 0
							? 'no answer yet'
							: `${generating.done} of ${generating.total} answers${generating.state === 'running' ? '' : ' are there'}`}
						{generating.message === '' ? '' : ` – ${generating.message}`}
					</span>
					{generating.state === 'failed' && <Button onClick={() => showLog()}>Show Log</Button>}
				</div>
			)}
			{brokenLines > 0 && (
				<div class="ws-banner ws-banner-warning" data-testid="broken-lines">
					{brokenLines} {brokenLines === 1 ? 'line' : 'lines'} of this comparison could not be read.
					<Button onClick={() => showLog()}>Show Log</Button>
				</div>
			)}
			{moreModels > 0 && (
				<div class="ws-banner" data-testid="more-models">
					<span>
						{lanes} of {lanes + moreModels} models are shown side by side.
					</span>
					<Button testId="models-choose" onClick={() => chooseModels()}>
						Choose Models…
					</Button>
				</div>
			)}
		</>
	);
}
