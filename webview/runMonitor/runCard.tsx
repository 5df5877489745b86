import type { JSX } from 'preact';
import { Popover, PopoverAction } from '../shared/components/popover';
import type { Actions } from './actions';
import { LookChoice } from './lookChoice';
import { pinRun, recolorRun, soloRun } from './runChoices';
import { Facts } from './runHeader';
import type { ListedRun } from './runListModel';
import { RunNotes } from './runNotes';
import { isActive, needsAttention } from './runWords';
import type { MonitorState } from './state';

/** What a row of the list has no room for: all about a run, and what can be done with it. */
export function RunCard(props: {
	readonly state: MonitorState;
	readonly actions: Actions;
	readonly listed: ListedRun;
	readonly anchor: HTMLElement;
	readonly onClose: () => void;
	readonly onRename: () => void;
}): JSX.Element {
	const { state, actions, onClose } = props;
	const { run, name, slot, isPinned } = props.listed;
	const others = state.runs.value.map(other => other.id).filter(id => id !== run.id);
	const close = (act: () => void) => (): void => {
		act();
		onClose();
		props.anchor.focus();
	};
	return (
		<Popover
			anchor={props.anchor}
			label={name}
			onClose={onClose}
			class="run-card"
			testId="run-card"
		>
			<p class="run-card-name">{name}</p>
			{name !== run.name && <p class="run-note">Its own name is {run.name}</p>}
			<Facts run={run} />
			{run.message !== '' && (
				<p class={needsAttention(run) ? 'run-card-message' : 'run-note'}>{run.message}</p>
			)}
			<RunNotes run={run} />
			<div class="ws-popover-actions">
				<PopoverAction testId="run-solo" onClick={close(() => soloRun(state, run.id))}>
					Show Only This Run
				</PopoverAction>
				<PopoverAction testId="run-pin" onClick={close(() => pinRun(state, run.id))}>
					{isPinned ? 'Unpin' : 'Pin to the Top'}
				</PopoverAction>
				<PopoverAction testId="run-rename" onClick={props.onRename}>
					Rename on This Page <span class="ws-muted">F2</span>
				</PopoverAction>
				{run.file === undefined && (
					<PopoverAction testId="show-log" onClick={close(() => actions.showLog(run.id))}>
						Show Log
					</PopoverAction>
				)}
				{isActive(run) && !run.readOnly && (
					<PopoverAction testId="stop-run" onClick={close(() => actions.stopRun(run.id))}>
						Stop…
					</PopoverAction>
				)}
				<PopoverAction testId="run-remove" onClick={close(() => actions.chooseRuns(others))}>
					Remove from This View
				</PopoverAction>
			</div>
			<LookChoice slot={slot} onChange={chosen => recolorRun(state, run.id, chosen)} />
		</Popover>
	);
}
