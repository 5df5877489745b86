import { batch, effect, signal } from '@preact/signals';
import { render } from 'preact';
import type {
	RunMonitorHost,
	RunMonitorPage,
	RunMonitorUpdate,
} from '../../src/protocol/runMonitor';
import { MetricTables } from '../../src/core/metrics/metricTables';
import '../shared/base.css';
import { connectToHost, loadViewState, saveViewState } from '../shared/host';
import { onThemeChange } from '../shared/theme';
import type { Actions } from './actions';
import { App } from './app';
import '../shared/components/popover.css';
import './seriesColors.css';
import './runMonitor.css';
import './runHeader.css';
import './runList.css';
import './runCard.css';
import './toolbar.css';
import './panels.css';
import './healthyNote.css';
import './panelTable.css';
import './tooltip.css';
import './emptyState.css';
import { exportActions } from './export/exportActions';
import { firstView, MonitorState } from './state';

const state = new MonitorState(loadViewState(firstView));
const theme = signal(0);
const tables = new MetricTables();
/** Updates wait for the next frame, so that a slow machine draws less often and never lags. */
let waiting: RunMonitorUpdate[] = [];
const host = connectToHost<RunMonitorPage, RunMonitorHost>(
	{},
	{
		snapshotTaken: snapshot => {
			waiting = [];
			state.takeSnapshot(snapshot);
		},
		runsUpdated: update => {
			if (waiting.push(update) === 1) {
				requestAnimationFrame(takeWaiting);
			}
		},
	},
);
function takeWaiting(): void {
	const updates = waiting;
	waiting = [];
	batch(() => {
		if (!updates.every(update => state.takeUpdate(update))) {
			host.notify('snapshotNeeded', {});
		}
	});
}

const actions: Actions = {
	exports: exportActions(state, host),
	chooseRuns: runIds => host.notify('runsChosen', { runIds }),
	openRunPicker: () => host.notify('runPickerOpened', {}),
	stopRun: runId => host.notify('stopAsked', { runId }),
	loadTable: query => Promise.resolve(tables.rows(query, source => state.metricsOf(source))),
	showLog: runId => host.notify('logAsked', { runId }),
};

onThemeChange(() => theme.value++);
effect(() => {
	// Before the first snapshot there is nothing worth keeping, and what was kept must stay.
	if (state.loaded.value) {
		saveViewState(state.view.value);
	}
});
const root = document.getElementById('root');
if (root) {
	render(<App state={state} actions={actions} theme={theme} />, root);
}
host.ready();
