import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { ReadonlySignal } from '@preact/signals';
import { Button } from '../shared/components/button';
import type { Actions } from './actions';
import type { DoctorState } from './doctorState';
import { DoctorStrip } from './doctorStrip';
import { EmptyState } from './emptyState';
import { Overview } from './overview';
import { Panels } from './panels';
import { selectPanels } from './panelSelection';
import { RunHeader } from './runHeader';
import { isListOpen, RunList } from './runList';
import type { MonitorState } from './state';
import { Toolbar } from './toolbar';

export interface AppProps {
	readonly state: MonitorState;
	readonly doctor: DoctorState;
	readonly actions: Actions;
	/** Changes whenever the theme does. */
	readonly theme: ReadonlySignal<number>;
}

export function App({ state, doctor, actions, theme }: AppProps): JSX.Element | null {
	if (!state.loaded.value) {
		return null;
	}
	const [first, ...more] = state.runs.value;
	return (
		<>
			<div class="page">
				{isListOpen(state) && <RunList state={state} actions={actions} />}
				<main class="page-main">
					<h1 class="ws-visually-hidden">Run monitor</h1>
					{first && more.length === 0 && <RunHeader state={state} actions={actions} run={first} />}
					<Missing state={state} actions={actions} />
					<DoctorStrip state={state} doctor={doctor} />
					<Charts state={state} actions={actions} theme={theme} />
				</main>
			</div>
			<div class="ws-visually-hidden" aria-live="polite">
				{state.announcement.value}
			</div>
		</>
	);
}

function Charts({ state, actions, theme }: Omit<AppProps, 'doctor'>): JSX.Element {
	const panels = state.panels.value;
	const { metricSearch, pinnedPanels, hiddenPanels } = state.view.value;
	const selection = useMemo(
		() => selectPanels(panels, { metricSearch, pinnedPanels, hiddenPanels }),
		[panels, metricSearch, pinnedPanels, hiddenPanels],
	);
	return panels.length === 0 ? (
		<EmptyState runs={state.runs.value} actions={actions} isReading={state.isReading.value} />
	) : (
		<>
			<Toolbar state={state} actions={actions} found={selection.found} />
			<Panels state={state} actions={actions} theme={theme} selection={selection} />
			<Overview state={state} themeVersion={theme.value} />
		</>
	);
}

function Missing(props: {
	readonly state: MonitorState;
	readonly actions: Actions;
}): JSX.Element | null {
	const { state, actions } = props;
	const count = state.missing.value.length;
	if (count === 0) {
		return null;
	}
	const runs =
		count === 1 ? 'A run that was shown here is' : `${count} runs that were shown here are`;
	return (
		<div class="ws-banner ws-banner-warning run-missing" data-testid="runs-missing">
			<span>{runs} no longer in this workspace: deleted, or its files were moved or renamed.</span>
			<Button onClick={() => actions.chooseRuns(state.runs.value.map(run => run.id))}>
				Leave Out
			</Button>
		</div>
	);
}
