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

/** A state within a line of a list. “unknown” is said of the host alone: nobody can ask it now. */
export function stateWord(state: RunStateName): string {
	return state === 'unknown' ? 'unreachable' : state;
}
