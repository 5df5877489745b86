import { describe, expect, it } from 'vitest';
import { packPoints } from '../../../../src/core/metrics/packedPoints';
import type { MetricPoint } from '../../../../src/core/training/runLibrary';
import type { RunMonitorSnapshot } from '../../../../src/protocol/runMonitor';
import { firstView, MonitorState } from '../../../../webview/runMonitor/state';
import { point, trainLines } from '../../core/metrics/builders';
import { monitored } from './builders';

function snapshot(lines: Record<string, MetricPoint[]>): RunMonitorSnapshot {
	const ids = Object.keys(lines);
	return {
		runs: ids.map(id => monitored(id)),
		points: ids.map(id => ({ runId: id, after: 0, points: packPoints(lines[id] ?? []) })),
		missing: [],
		others: 0,
	};
}

describe('the state of the run monitor page', () => {
	it('grows by deltas to what a snapshot of everything gives', () => {
		const lines = trainLines(30, step => ({ loss: 1 / step }));
		const state = new MonitorState(firstView);
		state.takeSnapshot(snapshot({ A: lines.slice(0, 10) }));
		expect(
			state.takeUpdate({
				runs: [monitored('A', { step: 30 })],
				points: [{ runId: 'A', after: 10, points: packPoints(lines.slice(10)) }],
			}),
		).toBe(true);
		const whole = new MonitorState(firstView);
		whole.takeSnapshot(snapshot({ A: lines }));
		const loss = (of: MonitorState): Float64Array | undefined =>
			of.metricsOf('A').get('loss', 'train')?.values;
		expect(loss(state)).toEqual(loss(whole));
		expect(state.runs.value[0]?.step).toBe(30);
	});

	it('refuses a delta that leaves a hole and changes nothing', () => {
		const state = new MonitorState(firstView);
		state.takeSnapshot(snapshot({ A: trainLines(10, () => ({ loss: 1 })) }));
		const later = packPoints([point({ n: 14 })]);
		const update = { runs: [], points: [{ runId: 'A', after: 13, points: later }] };
		expect(state.takeUpdate(update)).toBe(false);
		expect(state.metricsOf('A').lastLine).toBe(10);
	});

	it('takes over line numbers that a broken line left out', () => {
		const state = new MonitorState(firstView);
		state.takeSnapshot(snapshot({ A: [point({ n: 1 })] }));
		const points = packPoints([point({ n: 3 })]);
		expect(state.takeUpdate({ runs: [], points: [{ runId: 'A', after: 1, points }] })).toBe(true);
		expect(state.metricsOf('A').lastLine).toBe(3);
	});

	it('remembers the runs for the restart and forgets hidden ones that are gone', () => {
		const state = new MonitorState({ ...firstView, hiddenRuns: ['B', 'Z'] });
		state.takeSnapshot({ ...snapshot({ A: [], B: [] }), missing: ['M'] });
		expect(state.view.value.runIds).toEqual(['A', 'B', 'M']);
		expect(state.view.value.hiddenRuns).toEqual(['B']);
	});

	it('keeps the slot, and so the colour, of a run while another is hidden', () => {
		const state = new MonitorState(firstView);
		state.takeSnapshot(snapshot({ A: [], B: [], C: [] }));
		state.toggleRun('A');
		expect(state.shownRuns.value.map(shown => [shown.id, shown.slot])).toEqual([
			['B', 1],
			['C', 2],
		]);
		state.toggleRun('A');
		expect(state.shownRuns.value).toHaveLength(3);
	});

	it('draws runs under the names and looks that the user gave them, pinned ones on top', () => {
		const state = new MonitorState(firstView);
		state.takeSnapshot(snapshot({ A: [], B: [] }));
		state.change({ pinnedRuns: ['B'], runNames: { A: 'baseline' }, runSlots: { A: 9 } });
		expect(state.shownRuns.value.map(({ id, name, slot }) => [id, name, slot])).toEqual([
			['B', 'run B', 1],
			['A', 'baseline', 9],
		]);
	});

	it('does not make the charts look at the runs again when only a summary changed', () => {
		const state = new MonitorState(firstView);
		state.takeSnapshot(snapshot({ A: [] }));
		const before = state.shownRuns.value;
		state.takeUpdate({ runs: [monitored('A', { step: 7, seconds: 9 })], points: [] });
		expect(state.runs.value[0]?.step).toBe(7);
		expect(state.shownRuns.value).toBe(before);
		state.takeUpdate({ runs: [monitored('A', { name: 'renamed' })], points: [] });
		expect(state.shownRuns.value[0]?.name).toBe('renamed');
	});

	it('shows the panels as soon as their first point is there', () => {
		const state = new MonitorState(firstView);
		state.takeSnapshot(snapshot({ A: [] }));
		expect(state.panels.value).toEqual([]);
		const points = packPoints([point({ n: 1, values: { loss: 2 } })]);
		state.takeUpdate({ runs: [], points: [{ runId: 'A', after: 0, points }] });
		expect(state.panels.value.map(panel => panel.id)).toEqual(['loss']);
	});

	it('drops the cursor when the axis changes', () => {
		const state = new MonitorState(firstView);
		state.cursor.value = { x: 3, panel: 'loss' };
		state.change({ axis: 'time' });
		expect(state.cursor.value).toBeUndefined();
	});
});
