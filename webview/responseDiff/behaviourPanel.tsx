import type { JSX } from 'preact';
import type { BehaviourAnswer } from '../../src/protocol/answerBehaviour';
import { Button } from '../shared/components/button';
import { Dropdown } from '../shared/components/dropdown';
import { Icon } from '../shared/components/icon';
import { ProgressRing } from '../shared/components/progressRing';
import { setBlind } from './actions';
import { answersNow, hideBehaviour, loadBehaviour, setBehaviourTag } from './behaviourActions';
import { behaviour, behaviourBusy, behaviourShown, behaviourTag } from './behaviourState';
import { BehaviourTable } from './behaviourTable';
import { unseenTraits } from './behaviourWords';
import { overview } from './state';

type Found = Extract<BehaviourAnswer, { kind: 'found' }>;

/** How each model answers, beside the reference; every bar lists the prompts that it counts. */
export function BehaviourPanel(): JSX.Element | null {
	const current = overview.value;
	if (!behaviourShown.value || !current) {
		return null;
	}
	return (
		<section class="rd-behaviour" aria-label="Behaviour" data-testid="behaviour">
			{current.blind ? <Hidden /> : <Shown />}
		</section>
	);
}

function Hidden(): JSX.Element {
	return (
		<div class="rd-behaviour-head" data-testid="behaviour-hidden">
			<span class="rd-behaviour-words">
				Names are hidden. What each model tends to do would tell which answer is whose, so it is
				shown with the names; votes after that are not blind.
			</span>
			<Button testId="behaviour-names" onClick={() => void setBlind(false)}>
				Show Names
			</Button>
			<Close />
		</div>
	);
}

function Shown(): JSX.Element {
	const found = behaviour.value;
	if (found?.kind === 'failed' && !behaviourBusy.value) {
		return (
			<div class="rd-behaviour-head">
				<span role="alert">The answers could not be looked through; the log says why.</span>
				<Button onClick={() => void loadBehaviour()}>Try Again</Button>
				<Close />
			</div>
		);
	}
	if (found?.kind !== 'found') {
		return (
			<div class="rd-behaviour-head" role="status">
				<ProgressRing label="Looking through the answers" />
				<span>Looking through the answers</span>
				<Close />
			</div>
		);
	}
	return <Report found={found} />;
}

function Report({ found }: { readonly found: Found }): JSX.Element {
	const { report, tags } = found;
	const answered = report.models.reduce((sum, { answers }) => sum + answers, 0);
	return (
		<>
			<div class="rd-behaviour-head">
				<span class="rd-picker">
					<span class="ws-muted">Behaviour on</span>
					<Dropdown
						value={behaviourTag.value}
						options={[
							{ value: '', text: 'all prompts' },
							...tags.map(({ tag, prompts }) => ({ value: tag, text: `${tag} (${prompts})` })),
						]}
						label="Prompts that are looked at; tags of five prompts or more"
						testId="behaviour-slice"
						onChange={setBehaviourTag}
					/>
				</span>
				<span class="ws-muted" data-testid="behaviour-basis">
					{report.prompts} {report.prompts === 1 ? 'prompt' : 'prompts'},{' '}
					{report.reference === undefined
						? 'compared with nothing: choose an answer under “Compare with”'
						: `compared with ${report.reference}`}
				</span>
				<Stale answers={found.answers} />
				{behaviourBusy.value && <ProgressRing label="Looking through the answers" />}
				<Close />
			</div>
			{answered === 0 ? (
				<p class="ws-muted" data-testid="behaviour-none">
					None of these prompts has an answer yet.
				</p>
			) : (
				<div class="rd-behaviour-scroll">
					<BehaviourTable report={report} />
					<Notes found={found} />
				</div>
			)}
		</>
	);
}

/** While answers come, figures are of those that were there when they were asked for. */
function Stale({ answers }: { readonly answers: number }): JSX.Element | null {
	const isRunning = overview.value?.generating?.state === 'running';
	const more = isRunning ? answersNow() - answers : 0;
	return more > 0 ? (
		<Button onClick={() => void loadBehaviour()}>Count {more} New Answers</Button>
	) : null;
}

function Notes({ found }: { readonly found: Found }): JSX.Element {
	const { models, reference } = found.report;
	const unseen = unseenTraits(models);
	return (
		<p class="rd-behaviour-notes ws-muted" data-testid="behaviour-notes">
			Shares of answers with their 95% intervals; a bar lists its prompts.
			{reference === undefined
				? ''
				: ' Beside them the difference in points, paired by prompt; in bold where its 95% interval leaves out zero, as one in twenty does by chance.'}
			{unseen.length > 0 && ` No answer ${unseen.join(', ')}.`}
		</p>
	);
}

function Close(): JSX.Element {
	return (
		<span class="rd-behaviour-close">
			<Button
				appearance="icon"
				label="Close Behaviour (key h)"
				testId="behaviour-close"
				onClick={() => hideBehaviour()}
			>
				<Icon name="drop" />
			</Button>
		</span>
	);
}
