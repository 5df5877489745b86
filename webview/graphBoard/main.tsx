import { signal } from '@preact/signals';
import { render } from 'preact';
import type { BoardState, GraphBoardHost, GraphBoardPage } from '../../src/protocol/graphBoard';
import '../shared/base.css';
import '../shared/components/runState.css';
import { connectToHost, saveViewState } from '../shared/host';
import { App, type Actions } from './app';
import './graphBoard.css';

const state = signal<BoardState | undefined>(undefined);
const host = connectToHost<GraphBoardPage, GraphBoardHost>(
	{},
	{
		boardChanged: now => {
			if (now.graph !== state.value?.graph) {
				saveViewState({ graph: now.graph });
			}
			state.value = now;
		},
	},
);
const actions: Actions = {
	run: () => host.notify('runAsked', {}),
	pause: () => host.notify('pauseAsked', {}),
	restart: stage => host.notify('restartAsked', { stage }),
	open: stage => host.notify('stageOpened', { stage }),
	openFile: () => host.notify('fileOpened', {}),
};
const root = document.getElementById('root');
if (root) {
	render(<App state={state} actions={actions} />, root);
}
host.ready();
