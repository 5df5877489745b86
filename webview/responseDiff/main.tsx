import { render, type JSX } from 'preact';
import { Button } from '../shared/components/button';
import { ProgressRing } from '../shared/components/progressRing';
import '../shared/base.css';
import './page.css';
import './promptList.css';
import './prompt.css';
import './lanes.css';
import './readingBar.css';
import './changes.css';
import './hues.css';
import './votes.css';
import './behaviour.css';
import './edits.css';
import './judges.css';
import './sources.css';
import './rewardMap/rewardMap.css';
import './scrubber.css';
import './narrow.css';
import { generate, refresh, start } from './actions';
import { followBehaviour } from './behaviourActions';
import { BehaviourPanel } from './behaviourPanel';
import { AskBar, askedPromptView } from './askBar';
import { asked } from './asking';
import { listenToKeys } from './keys';
import { JudgePanel } from './judgePanel';
import { Lanes } from './lanes';
import { PromptList } from './promptList';
import { PromptTurns } from './promptTurns';
import { ReadingBar } from './readingBar';
import { currentIndex, failure, overview, view } from './state';
import { ScrubberPanel } from './scrubberPanel';
import { followCheckpoints } from './scrubberActions';
import { SourcesPanel } from './sourcesPanel';
import { SetBar } from './setBar';
import { TallyPanel } from './tallyPanel';
import { Banners, Toolbar } from './toolbar';
import { VoteBar } from './voteBar';

function Page(): JSX.Element {
	const current = overview.value;
	if (failure.value !== undefined) {
		return (
			<main class="ws-empty" data-testid="comparison-failed">
				<p role="alert">{failure.value}</p>
				<Button onClick={() => refresh()}>Try Again</Button>
			</main>
		);
	}
	if (!current) {
		return (
			<main class="ws-empty">
				<ProgressRing label="Reading the comparison" />
			</main>
		);
	}
	return (
		<>
			<Toolbar overview={current} />
			<Banners overview={current} />
			<SetBar />
			<TallyPanel />
			<BehaviourPanel />
			<JudgePanel />
			{current.prompts.length === 0 || current.lanes === 0 ? (
				<main class="ws-empty" data-testid="comparison-empty">
					<p>
						{current.generating?.state === 'running'
							? 'The first answers are on their way.'
							: current.prompts.length === 0
								? 'Nothing to compare: this comparison holds no prompt.'
								: 'Nothing to compare: this comparison has prompts, but no model and no answer.'}
					</p>
					{current.generating?.state !== 'running' && (
						<Button appearance="primary" testId="comparison-generate" onClick={() => generate()}>
							Generate Responses…
						</Button>
					)}
				</main>
			) : (
				<div class="rd-body">
					<PromptList />
					<Prompt />
				</div>
			)}
		</>
	);
}

function Prompt(): JSX.Element {
	const own = asked.value;
	if (own) {
		const view = askedPromptView(own);
		return (
			<main class="rd-main" aria-label="What you asked">
				<PromptTurns key={view.id} view={view} />
				<Lanes view={view} />
				<AskBar />
			</main>
		);
	}
	const shown = view.value;
	if (!shown) {
		return (
			<main class="ws-empty">
				<ProgressRing label="Reading the answers" />
			</main>
		);
	}
	return (
		<main class="rd-main" aria-label={`Prompt ${currentIndex.value + 1}`}>
			<PromptTurns key={`prompt ${shown.id}`} view={shown} />
			<ReadingBar view={shown} />
			<Lanes view={shown} />
			<ScrubberPanel />
			<SourcesPanel />
			<VoteBar view={shown} />
			<AskBar />
		</main>
	);
}

const root = document.getElementById('root');
if (root) {
	render(<Page />, root);
	listenToKeys();
	followBehaviour();
	followCheckpoints();
	start();
}
