import { batch, effect, signal } from '@preact/signals';
import { render } from 'preact';
import type {
	RunMonitorHost,
	RunMonitorPage,
	RunMonitorUpdate,
} from '../../src/protocol/runMonitor';
import '../shared/base.css';
import { connectToHost, loadViewState, saveViewState } from '../shared/host';
import { onThemeChange } from '../shared/theme';
import type { Actions } from './actions';
import { App } from './app';
import { DoctorState } from './doctorState';
import '../shared/components/popover.css';
import '../shared/components/rows.css';
import '../shared/components/runState.css';
import './seriesColors.css';
import './runMonitor.css';
import './runHeader.css';
import './runList.css';
import './runCard.css';
import './doctor.css';
import './toolbar.css';
import './panels.css';
import './overview.css';
import './scoreStrips.css';
import './healthyNote.css';
import './panelTable.css';
import './tooltip.css';
import './emptyState.css';
import { exportActions } from './export/exportActions';
import { viewFrom } from './keptView';
import { MonitorState } from './state';

const theme = signal(0);
/** Updates wait for the next frame, so that a slow machine draws less often and never lags. */
let waiting: RunMonitorUpdate[] = [];
const host = connectToHost<RunMonitorPage, RunMonitorHost>(
	{},
	{
		snapshotTaken: snapshot => {
			waiting = [];
			state.takeSnapshot(snapshot);
		},
		doctorSaid: ({ reports }) => {
			doctor.take(reports);
		},
		runsUpdated: update => {
			if (waiting.push(update) === 1) {
				requestAnimationFrame(takeWaiting);
			}
		},
	},
);
const state = new MonitorState(viewFrom(loadViewState<object>({})), {
	findPoints: query => host.request('findPoints', query),
	findPlace: query => host.request('findPlace', query),
	showLog: (runId, step) =>
		host.notify('logAsked', { runId, ...(step === undefined ? {} : { step }) }),
	addNote: (runId, step) => host.notify('noteAsked', { runId, step }),
	showAnswers: (runId, step) => host.notify('answersAsked', { runId, step }),
});

const doctor = new DoctorState({
	showChange: (runId, code) => host.notify('changeAsked', { runId, code }),
	dismiss: (runId, code) => host.notify('findingDismissed', { runId, code }),
	restore: runId => host.notify('findingsRestored', { runId }),
});

function takeWaiting(): void {
	const updates = waiting;
	waiting = [];
	batch(() => {
		for (const update of updates) {
			state.takeUpdate(update);
		}
	});
}

/** The host hears of the newest look once a frame. */
let isTelling = false;
effect(() => {
	if (state.loaded.value && state.look.value.seen.length > 0 && !isTelling) {
		isTelling = true;
		requestAnimationFrame(() => {
			isTelling = false;
			host.notify('lookChanged', state.look.peek());
		});
	}
});

const actions: Actions = {
	exports: exportActions(state, host),
	chooseRuns: runIds => host.notify('runsChosen', { runIds }),
	openRunPicker: () => host.notify('runPickerOpened', {}),
	stopRun: runId => host.notify('stopAsked', { runId }),
	loadTable: query => host.request('loadTable', query),
	showLog: runId => host.notify('logAsked', { runId }),
};

onThemeChange(() => theme.value++);
effect(() => {
	// Before the first snapshot there is nothing worth keeping, and what was kept must stay.
	if (state.loaded.value) {
		saveViewState(state.view.value);
		tellView();
	}
});

/** The host hears of a view that a person changed at once, and while it goes on changing so often. */
const viewPace = 200;
let toldAt = state.view.peek().changedAt;
let viewTimer: ReturnType<typeof setTimeout> | undefined;
function tellView(): void {
	const view = state.view.peek();
	if (viewTimer === undefined && view.changedAt !== toldAt) {
		toldAt = view.changedAt;
		host.notify('viewChanged', view);
		viewTimer = setTimeout(() => {
			viewTimer = undefined;
			tellView();
		}, viewPace);
	}
}
const root = document.getElementById('root');
if (root) {
	render(<App state={state} doctor={doctor} actions={actions} theme={theme} />, root);
}
host.ready();
