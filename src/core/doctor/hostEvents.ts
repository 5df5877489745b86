import type { RunEventHook } from '../contract/runFiles.generated';

/** What a host tells where a hook does not say which events it wants. */
const all: readonly string[] = ['finished', 'failed', 'nan', 'stalled', 'disk'];

/** Whether the host of a run tells its owner of such an event without any editor. */
export function isToldByHost(hook: RunEventHook | undefined, event: string): boolean {
	if (hook === undefined) {
		return false;
	}
	const { events, command, url, urlFile } = hook;
	const goesSomewhere = [command, url, urlFile].some(where => where !== undefined && where !== '');
	return goesSomewhere && (events ?? all).some(one => one === event) && all.includes(event);
}
