import { effect } from '@preact/signals';
import { render } from 'preact';
import type { RunTableHost, RunTablePage, TableView } from '../../src/protocol/runTable';
import '../shared/base.css';
import { connectToHost, loadViewState, saveViewState } from '../shared/host';
import type { TableActions } from './actions';
import { App } from './app';
import './runTable.css';
import { TableState } from './state';

/** Milliseconds without a change after which the view is kept: a drag makes many. */
const settled = 300;

/** What the page keeps of itself at once, for it may be gone before the host hears of it. */
interface LeftPage {
	readonly view?: TableView;
	readonly selected: readonly string[];
}

const state = new TableState();
const left = loadViewState<LeftPage>({ selected: [] });
state.restore(left.view, left.selected);
const host = connectToHost<RunTablePage, RunTableHost>(
	{},
	{
		tableTaken: table => state.takeTable(table),
		rowsChanged: update => state.takeUpdate(update),
	},
);
const actions: TableActions = {
	chooseColumns: () => host.notify('columnPickerOpened', {}),
	arrangeColumns: ids => host.notify('columnsArranged', { ids }),
	pin: runId => host.notify('baselinePinned', runId === undefined ? {} : { runId }),
	showMetrics: runIds => host.notify('metricsAsked', { runIds }),
	compareInputs: runIds => void compareInputs(runIds),
	openInputsDiff: (before, after) => host.notify('inputsDiffAsked', { before, after }),
	openDataDiff: (before, after, split) => host.notify('dataDiffAsked', { before, after, split }),
	copy: runIds => host.notify('copyAsked', { runIds }),
	showLog: runId => host.notify('logAsked', { runId }),
	copyNames: names => host.notify('namesCopied', { names }),
	launch: () => host.notify('launchAsked', {}),
};

async function compareInputs(runIds: readonly string[]): Promise<void> {
	state.inputs.value = { runIds, sections: undefined };
	const sections = await host.request('compareInputs', { runIds });
	if (state.inputs.value?.runIds === runIds) {
		state.inputs.value = { runIds, sections };
	}
}

let timer: ReturnType<typeof setTimeout> | undefined;
effect(() => {
	const view = state.view.value;
	if (state.loaded.value) {
		clearTimeout(timer);
		timer = setTimeout(() => host.notify('viewChanged', view), settled);
	}
});
effect(() => {
	const selected = [...state.selected.value].slice(0, 1000);
	if (state.loaded.value) {
		saveViewState({ view: state.view.value, selected } satisfies LeftPage);
	}
});
const root = document.getElementById('root');
if (root) {
	render(<App state={state} actions={actions} />, root);
}
host.ready();
