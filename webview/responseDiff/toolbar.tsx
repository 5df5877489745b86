import type { JSX } from 'preact';
import type { ComparisonOverview, PromptView } from '../../src/protocol/responseDiff';
import { Button } from '../shared/components/button';
import { Checkbox } from '../shared/components/checkbox';
import { Dropdown } from '../shared/components/dropdown';
import { ProgressRing } from '../shared/components/progressRing';
import {
	askTally,
	hideTally,
	openPreferences,
	setBlind,
	setReference,
	showLog,
	trainOnVotes,
} from './actions';
import { referenceLane, tally, view } from './state';

export function Toolbar(props: { readonly overview: ComparisonOverview }): JSX.Element {
	const { overview } = props;
	const counted = tally.value !== undefined;
	return (
		<div class="ws-toolbar rd-toolbar">
			<Checkbox
				checked={overview.blind}
				testId="blind-toggle"
				onChange={blind => void setBlind(blind)}
			>
				Blind
			</Checkbox>
			<ReferencePicker view={view.value} />
			<Legend />
			<span class="ws-spacer" />
			<span data-testid="vote-progress">
				{overview.voted} of {overview.prompts.length} voted
			</span>
			{overview.identicalAnswers > 0 && (
				<span class="ws-muted" data-testid="equal-count">
					{overview.identicalAnswers} with equal answers
				</span>
			)}
			<Button
				disabled={overview.voted === 0}
				pressed={counted}
				testId="tally-show"
				onClick={() => (counted ? hideTally() : void askTally(false))}
			>
				Wins
			</Button>
			<span data-testid="pairs-count">
				{overview.pairs} {overview.pairs === 1 ? 'pair' : 'pairs'}
			</span>
			<Button
				disabled={overview.pairs === 0}
				label="Open the preference pairs of all votes in the dataset editor"
				testId="pairs-open"
				onClick={() => openPreferences()}
			>
				Open Preference Pairs
			</Button>
			<Button
				disabled={overview.pairs === 0}
				label="Train on the preference pairs of all votes"
				testId="train-on-votes"
				onClick={() => trainOnVotes()}
			>
				Train on Votes
			</Button>
		</div>
	);
}

function ReferencePicker(props: { readonly view: PromptView | undefined }): JSX.Element {
	const lanes = props.view?.lanes ?? [];
	const options = [
		...lanes.map((lane, i) => ({
			value: String(i),
			text: lane.model ? `${i + 1} ${lane.model.label}` : `Answer ${i + 1}`,
		})),
		{ value: '-1', text: 'nothing' },
	];
	return (
		<span class="rd-picker">
			<span class="ws-muted">Compare with</span>
			<Dropdown
				value={String(referenceLane.value < lanes.length ? referenceLane.value : -1)}
				options={options}
				label="The answer that the others are compared with"
				testId="reference-picker"
				onChange={value => setReference(Number(value))}
			/>
		</span>
	);
}

function Legend(): JSX.Element {
	return (
		<span class="rd-legend" aria-hidden="true">
			<mark class="rd-change rd-replaced">changed</mark>
			<mark class="rd-change rd-added">only here</mark>
			<mark class="rd-change rd-moved">moved</mark>
			<span>
				<span class="rd-gap" />
				missing
			</span>
		</span>
	);
}

/** How far the answers are, why they stopped, what could not be read. */
export function Banners(props: { readonly overview: ComparisonOverview }): JSX.Element {
	const { generating, brokenLines, moreModels } = props.overview;
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
						{generating.done} of {generating.total} answers
						{generating.state === 'running' ? '' : ' are there'}
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
				<div class="ws-banner">
					The first six models are shown; {moreModels} more {moreModels === 1 ? 'is' : 'are'} not.
				</div>
			)}
		</>
	);
}
