import type { JSX } from 'preact';
import { Button } from '../shared/components/button';
import { ProgressRing } from '../shared/components/progressRing';
import type { MonitoredRun } from '../../src/protocol/runMonitor';
import type { Actions } from './actions';
import { runStateWords } from '../../src/core/training/runStateWords';
import { isActive, needsAttention, waitingText } from './runWords';

/** Stands in the place of the charts until the first metric: what is going on instead. */
export function EmptyState(props: {
	readonly runs: readonly MonitoredRun[];
	readonly actions: Actions;
	readonly isReading: boolean;
}): JSX.Element {
	const { runs, actions } = props;
	if (props.isReading) {
		return (
			<div class="ws-empty" data-testid="monitor-reading">
				<ProgressRing label="Reading metrics" />
				<p>Reading metrics…</p>
			</div>
		);
	}
	if (runs.length === 0) {
		return (
			<div class="ws-empty" data-testid="monitor-empty">
				<p>No run is left to show.</p>
				<Button appearance="primary" onClick={() => actions.openRunPicker()}>
					Choose Runs…
				</Button>
			</div>
		);
	}
	return (
		<div class="ws-empty" data-testid="monitor-empty">
			{runs.map(run => (
				<div class="waiting" key={run.id}>
					{isActive(run) && <ProgressRing label={runStateWords[run.state]} />}
					<p class="waiting-title">
						{runs.length > 1
							? `${run.name}: ${runStateWords[run.state]}`
							: runStateWords[run.state]}
					</p>
					{/* What needs attention stands in full above the charts. */}
					{!(needsAttention(run) && run.message !== '') && <p>{waitingText(run)}</p>}
					{run.lastLogLine !== '' && (
						<p class="waiting-log ws-mono" title="The last line of the log">
							{run.lastLogLine}
						</p>
					)}
				</div>
			))}
		</div>
	);
}
