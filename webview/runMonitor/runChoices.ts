import type { MonitoredRun } from '../../src/protocol/runMonitor';
import { toggled, withEntry } from './pageView';
import type { MonitorState } from './state';

/** Shows only this run, or all again when it already is the only one. */
export function soloRun(state: MonitorState, runId: string): void {
	const others = state.runs.value.map(run => run.id).filter(id => id !== runId);
	const { hiddenRuns } = state.view.value;
	const isSolo = !hiddenRuns.includes(runId) && others.every(id => hiddenRuns.includes(id));
	state.change({ hiddenRuns: isSolo ? [] : others });
}

/** Shows all of these runs, or hides them all when all are shown. */
export function toggleRuns(state: MonitorState, runIds: readonly string[]): void {
	const { hiddenRuns } = state.view.value;
	const areShown = runIds.every(id => !hiddenRuns.includes(id));
	const others = hiddenRuns.filter(id => !runIds.includes(id));
	state.change({ hiddenRuns: areShown ? [...others, ...runIds] : others });
}

export function pinRun(state: MonitorState, runId: string): void {
	state.change({ pinnedRuns: toggled(state.view.value.pinnedRuns, runId) });
}

/** Gives a run another name on this page; its own, or none, takes the name away again. */
export function renameRun(state: MonitorState, run: MonitoredRun, typed: string): void {
	const name = typed.trim();
	const isOwn = name === '' || name === run.name;
	state.change({
		runNames: withEntry(state.view.value.runNames, run.id, isOwn ? undefined : name),
	});
}

/** Gives a run the colour, mark and dash of a slot; undefined those of its place again. */
export function recolorRun(state: MonitorState, runId: string, slot: number | undefined): void {
	state.change({ runSlots: withEntry(state.view.value.runSlots, runId, slot) });
}
