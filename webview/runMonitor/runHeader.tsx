import type { JSX } from 'preact';
import { Button } from '../shared/components/button';
import type { MonitoredRun } from '../../src/protocol/runMonitor';
import type { Actions } from './actions';
import { RunNotes } from './runNotes';
import {
	elapsedText,
	epochText,
	fractionDone,
	isActive,
	needsAttention,
	quietText,
	remainingText,
	stateText,
	stepText,
} from './runWords';
import { useSecondsSince } from './secondsSince';
import type { MonitorState } from './state';

/** The one run of the page: which it is, how it goes, what can be done about it. */
export function RunHeader(props: {
	readonly state: MonitorState;
	readonly actions: Actions;
	readonly run: MonitoredRun;
}): JSX.Element {
	const { state, actions, run } = props;
	return (
		<div class="run" data-testid="run-header-0">
			<div class="run-line">
				<h2 class="run-name" title={run.name}>
					{run.name}
				</h2>
				{run.file === undefined && <RunState run={run} />}
				<Facts run={run} />
				<span class="run-actions">
					{run.file === undefined && (
						<Button
							appearance="secondary"
							testId="show-log"
							onClick={() => actions.showLog(run.id)}
						>
							Show Log
						</Button>
					)}
					{isActive(run) && !run.readOnly && (
						<Button
							appearance="secondary"
							testId="stop-run"
							onClick={() => actions.stopRun(run.id)}
						>
							Stop
						</Button>
					)}
				</span>
			</div>
			<RunNotes run={run} />
			<ProgressBar run={run} />
			<RunMessage run={run} isDrawn={state.panels.value.length > 0} />
		</div>
	);
}

/** Where a run is and how far; what is not known is left out. */
export function Facts({ run }: { readonly run: MonitoredRun }): JSX.Element {
	const since = useSecondsSince(run, 1000);
	return (
		<dl class="facts">
			<Fact name="host" value={run.file ? undefined : run.hostName} />
			<Fact name="step" value={stepText(run)} testId="run-step" />
			<Fact name="epoch" value={epochText(run)} />
			<Fact name="elapsed" value={elapsedText(run, since)} />
			<Fact name="left" value={remainingText(run, since)} />
			<Fact name="nothing logged since" value={quietText(run, since)} testId="run-quiet" />
		</dl>
	);
}

function RunState(props: { readonly run: MonitoredRun }): JSX.Element {
	const { state, file } = props.run;
	return (
		<span class="run-state" data-testid="run-state" data-state={state}>
			{!file && <span class={`dot dot-${state}`} aria-hidden="true" />}
			{stateText(props.run)}
		</span>
	);
}

function Fact(props: {
	readonly name: string;
	readonly value: string | undefined;
	readonly testId?: string;
}): JSX.Element {
	return (
		<div class={`fact ${props.value === undefined ? 'fact-none' : ''}`}>
			<dt>{props.name}</dt>
			<dd class="number" data-testid={props.testId}>
				{props.value ?? '–'}
			</dd>
		</div>
	);
}

function ProgressBar(props: { readonly run: MonitoredRun }): JSX.Element | null {
	const done = fractionDone(props.run);
	if (done === undefined || !isActive(props.run)) {
		return null;
	}
	return (
		<div
			class="progress"
			role="progressbar"
			aria-label={`Steps of ${props.run.name}`}
			aria-valuenow={Math.round(done * 100)}
			aria-valuemin={0}
			aria-valuemax={100}
		>
			<div class="progress-done" style={{ width: `${done * 100}%` }} />
		</div>
	);
}

/** What the run says. Before the first metric its progress stands in the middle of the page. */
function RunMessage(props: {
	readonly run: MonitoredRun;
	readonly isDrawn: boolean;
}): JSX.Element | null {
	const { run } = props;
	// “Finished.” beside the word Finished says nothing; “Stopped on request.” does.
	if (run.message === '' || run.message === 'Finished.') {
		return null;
	}
	if (!needsAttention(run)) {
		return props.isDrawn ? <p class="run-note">{run.message}</p> : null;
	}
	const kind = run.state === 'failed' ? 'error' : 'warning';
	return (
		<p class={`ws-banner ws-banner-${kind} run-message`} role="alert" data-testid="run-message">
			{run.message}
		</p>
	);
}
