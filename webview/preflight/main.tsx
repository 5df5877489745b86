import { signal } from '@preact/signals';
import { render } from 'preact';
import type { PreflightHost, PreflightPage, PreflightSnapshot } from '../../src/protocol/preflight';
import '../shared/base.css';
import { connectToHost } from '../shared/host';
import { App, type PreflightActions } from './app';
import './preflight.css';

const snapshot = signal<PreflightSnapshot | undefined>(undefined);
const host = connectToHost<PreflightPage, PreflightHost>(
	{},
	{ snapshotTaken: taken => void (snapshot.value = taken) },
);
const actions: PreflightActions = {
	open: index => host.notify('entryOpened', { index }),
	fix: index => host.notify('fixAsked', { index }),
	fixMemory: () => host.notify('memoryFixAsked', {}),
	check: withProbe => host.notify('checkAsked', { withProbe }),
	launch: () => host.notify('launchAsked', {}),
};

const root = document.getElementById('root');
if (root) {
	render(<App snapshot={snapshot} actions={actions} />, root);
}
host.ready();
