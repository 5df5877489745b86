import type { JSX } from 'preact';
import type { Axis } from '../../src/core/metrics/series';
import { Button } from '../shared/components/button';
import { Checkbox } from '../shared/components/checkbox';
import type { Actions } from './actions';
import type { MonitorState } from './state';

const axes: readonly { readonly axis: Axis; readonly text: string }[] = [
	{ axis: 'step', text: 'Step' },
	{ axis: 'epoch', text: 'Epoch' },
	{ axis: 'time', text: 'Time' },
];

/** How all charts are drawn. */
export function Toolbar(props: {
	readonly state: MonitorState;
	readonly actions: Actions;
}): JSX.Element {
	const { state, actions } = props;
	const view = state.view.value;
	return (
		<div class="ws-toolbar toolbar" role="group" aria-label="How the charts are drawn">
			<span class="choice" role="group" aria-label="Horizontal axis">
				<span class="choice-name">X axis</span>
				{axes.map(({ axis, text }) => (
					<Button
						key={axis}
						testId={`axis-${axis}`}
						pressed={view.axis === axis}
						onClick={() => state.change({ axis })}
					>
						{text}
					</Button>
				))}
			</span>
			<label class="choice">
				<span class="choice-name">Smoothing</span>
				<input
					type="range"
					min="0"
					max="0.99"
					step="0.01"
					value={view.smoothing}
					data-testid="smoothing"
					onInput={event => state.change({ smoothing: Number(event.currentTarget.value) })}
				/>
				<span class="number smoothing-value">
					{view.smoothing === 0 ? 'off' : view.smoothing.toFixed(2)}
				</span>
			</label>
			<Checkbox
				checked={view.logarithmic}
				testId="log-y"
				onChange={logarithmic => state.change({ logarithmic })}
			>
				Log y
			</Checkbox>
			<MarkKey state={state} />
			<span class="ws-spacer" />
			{state.others.value > 0 && (
				<Button testId="add-runs" onClick={() => actions.openRunPicker()}>
					Add Runs…
				</Button>
			)}
		</div>
	);
}

/** What the marks on the charts mean; only those that are there. */
function MarkKey({ state }: { readonly state: MonitorState }): JSX.Element {
	void state.revision.value;
	const kinds = new Set(
		state.shownRuns.value.flatMap(shown => shown.metrics.markers.map(marker => marker.kind)),
	);
	return (
		<span class="mark-key ws-muted">
			{kinds.has('checkpoint') && <span>▲ checkpoint</span>}
			{kinds.has('attempt') && <span>┆ restart</span>}
			{kinds.has('note') && <span>■ note</span>}
		</span>
	);
}
