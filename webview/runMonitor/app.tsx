import { useMemo } from 'preact/hooks';
import type { JSX } from 'preact';
import type { ReadonlySignal } from '@preact/signals';
import { speedGroup, type Panel } from '../../src/core/metrics/panels';
import type { Actions } from './actions';
import { EmptyState } from './emptyState';
import { sharedRange } from './panelModel';
import { PanelView } from './panelView';
import { RunHeader } from './runHeader';
import type { MonitorState } from './state';
import { Toolbar } from './toolbar';

/** Up to so many panels of unknown metrics are open at first; more would bury what matters. */
const openAtFirst = 24;

export interface AppProps {
	readonly state: MonitorState;
	readonly actions: Actions;
	/** Changes whenever the theme does. */
	readonly theme: ReadonlySignal<number>;
}

export function App({ state, actions, theme }: AppProps): JSX.Element | null {
	if (!state.loaded.value) {
		return null;
	}
	return (
		<>
			<Runs state={state} actions={actions} />
			{state.panels.value.length === 0 ? (
				<EmptyState runs={state.runs.value} actions={actions} />
			) : (
				<>
					<Toolbar state={state} actions={actions} />
					<Panels state={state} theme={theme} />
				</>
			)}
			<div class="ws-visually-hidden" aria-live="polite">
				{state.announcement.value}
			</div>
		</>
	);
}

function Runs(props: { readonly state: MonitorState; readonly actions: Actions }): JSX.Element {
	const { state, actions } = props;
	const runs = state.runs.value;
	return (
		<div class={`runs ${runs.length > 1 ? 'several' : ''}`}>
			{runs.map((run, slot) => (
				<RunHeader key={run.id} state={state} actions={actions} run={run} slot={slot} />
			))}
			<Missing state={state} />
		</div>
	);
}

function Missing({ state }: { readonly state: MonitorState }): JSX.Element | null {
	const count = state.missing.value.length;
	return count === 0 ? null : (
		<p class="ws-banner ws-banner-warning run-message">
			{count === 1 ? 'A run that was shown here is' : `${count} runs that were shown here are`} no
			longer in this workspace.
		</p>
	);
}

function Panels(props: {
	readonly state: MonitorState;
	readonly theme: ReadonlySignal<number>;
}): JSX.Element {
	const { state, theme } = props;
	const revision = state.revision.value;
	const shown = state.shownRuns.value;
	const { axis, groups } = state.view.value;
	const range = useMemo(() => sharedRange(shown, axis), [revision, shown, axis]);
	const panels = state.panels.value;
	const view = (panel: Panel): JSX.Element => (
		<PanelView
			key={panel.lines[0]?.metric}
			state={state}
			panel={panel}
			range={range}
			themeVersion={theme.value}
		/>
	);
	const main = panels.filter(panel => panel.group === '');
	const grouped = Map.groupBy(
		panels.filter(panel => panel.group !== ''),
		panel => panel.group,
	);
	const isMany = panels.length - main.length > openAtFirst;
	return (
		<main class="panels">
			<div class="grid">{main.map(view)}</div>
			{Array.from(grouped, ([group, members]) => {
				const isOpen = groups[group] ?? (main.length === 0 || (!isMany && group !== speedGroup));
				return (
					<details
						key={group}
						class="group"
						open={isOpen}
						onToggle={event => {
							const { open } = event.currentTarget;
							if (open !== isOpen) {
								state.change({ groups: { ...groups, [group]: open } });
							}
						}}
					>
						<summary>
							{group} <span class="ws-muted">{members.length}</span>
						</summary>
						{isOpen && <div class="grid">{members.map(view)}</div>}
					</details>
				);
			})}
		</main>
	);
}
