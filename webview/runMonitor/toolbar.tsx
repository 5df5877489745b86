import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { formatCount } from '../../src/core/metrics/format';
import type { Axis } from '../../src/core/metrics/series';
import { Button } from '../shared/components/button';
import { Dropdown } from '../shared/components/dropdown';
import { Icon } from '../shared/components/icon';
import { ProgressRing } from '../shared/components/progressRing';
import { TextField } from '../shared/components/textField';
import type { Actions } from './actions';
import { ExportMenu } from './export/exportMenu';
import { axes, axisNames } from './axisWords';
import { isListOpen } from './runList';
import { SmoothingChoice } from './smoothingChoice';
import type { MonitorState } from './state';
import { ValueAxisMenu } from './valueAxisMenu';

/** What is shown and how all charts are drawn. In a narrow page the second waits behind a button. */
export function Toolbar(props: {
	readonly state: MonitorState;
	readonly actions: Actions;
	/** How many panels the search leaves. */
	readonly found: number;
}): JSX.Element {
	const { state, actions } = props;
	const view = state.view.value;
	const [areOpen, setOpen] = useState(false);
	const listOpen = isListOpen(state);
	return (
		<div class="ws-toolbar toolbar" role="group" aria-label="What is shown, and how">
			{state.runs.value.length > 1 && (
				<Button
					appearance="icon"
					label={listOpen ? 'Hide the list of runs' : 'Show the list of runs'}
					testId="list-toggle"
					onClick={() => state.change({ listOpen: !listOpen })}
				>
					<Icon name="list" />
				</Button>
			)}
			<TextField
				class="metric-search"
				value={view.metricSearch}
				label="Search metrics by name"
				placeholder="Search metrics"
				testId="metric-search"
				onInput={metricSearch => state.change({ metricSearch })}
				onKeyDown={event => {
					if (event.key === 'Escape') {
						state.change({ metricSearch: '' });
					}
				}}
			/>
			{view.metricSearch !== '' && (
				<span class="ws-muted number" role="status" data-testid="metric-found">
					{formatCount(props.found)} of {formatCount(state.panels.value.length)}
				</span>
			)}
			<Button
				appearance="icon"
				class="view-toggle"
				label="How the charts are drawn"
				pressed={areOpen}
				testId="view-toggle"
				onClick={() => setOpen(!areOpen)}
			>
				<Icon name="settings" />
			</Button>
			<div
				class={`view-choices ${areOpen ? 'view-choices-open' : ''}`}
				role="group"
				aria-label="How the charts are drawn"
			>
				<span class="choice">
					<span class="choice-name" aria-hidden="true">
						X
					</span>
					<Dropdown
						value={view.axis}
						options={axes.map(axis => ({ value: axis, text: axisNames[axis] }))}
						label="Horizontal axis"
						testId="x-axis"
						onChange={axis => state.change({ axis: axis as Axis })}
					/>
				</span>
				<ValueAxisMenu state={state} />
				<SmoothingChoice state={state} />
				{view.zoom && (
					<Button testId="zoom-reset" onClick={() => state.zoomTo(undefined)}>
						Show All
					</Button>
				)}
			</div>
			<MarkKey state={state} />
			{state.isReading.value && (
				<span class="choice ws-muted" role="status" data-testid="reading">
					<ProgressRing label="Reading metrics" /> Reading metrics…
				</span>
			)}
			<span class="ws-spacer" />
			<ExportMenu exports={actions.exports} />
			{!listOpen && (
				<Button testId="add-runs" onClick={() => actions.openRunPicker()}>
					Add Runs…
				</Button>
			)}
		</div>
	);
}

const marks = [
	['checkpoint', '▲', 'checkpoint'],
	['attempt', '┆', 'restart'],
	['note', '■', 'note'],
] as const;

/** What the marks on the charts mean; only those that are there. */
function MarkKey({ state }: { readonly state: MonitorState }): JSX.Element {
	const kinds = new Set(state.shownMarkers.value.map(marker => marker.kind));
	const shown = marks.filter(([kind]) => kinds.has(kind));
	return (
		<span class="mark-key ws-muted">
			<span class={`mark-keys mark-keys-${shown.length}`}>
				{shown.map(([kind, sign, word]) => (
					<span key={kind} title={`${sign} ${word}`}>
						{sign}
						<span class="mark-word"> {word}</span>
					</span>
				))}
			</span>
		</span>
	);
}
