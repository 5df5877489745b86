import type { RunStateName } from './runLibrary';

/** What a run is called to people, wherever it is shown. */
export const runStateWords: Readonly<Record<RunStateName, string>> = {
	queued: 'Waiting',
	preparing: 'Preparing',
	running: 'Running',
	stopping: 'Stopping',
	finished: 'Finished',
	failed: 'Failed',
	lost: 'Lost',
	unknown: 'Unreachable',
};
