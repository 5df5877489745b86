import { describe, expect, it } from 'vitest';
import { packDrawing } from '../../../../src/core/metrics/packedDrawing';
import { axes } from '../../../../src/core/metrics/rows';
import type { LineDrawing } from '../../../../src/core/metrics/drawing';
import type {
	FoundPoints,
	RunMonitorSnapshot,
	RunMonitorUpdate,
} from '../../../../src/protocol/runMonitor';
import { MonitorState, type Queries } from '../../../../webview/runMonitor/state';
import { viewFrom } from '../../../../webview/runMonitor/keptView';
import { firstView } from '../../../../webview/runMonitor/viewState';
import { lineDrawing, monitored } from './builders';

const unexpected = (): never => {
	throw new Error('not expected here');
};
const none: Queries = {
	findPoints: unexpected,
	findPlace: unexpected,
	showLog: unexpected,
	addNote: unexpected,
	showAnswers: unexpected,
};

function snapshot(...ids: string[]): RunMonitorSnapshot {
	return {
		panel: 'tab',
		runs: ids.map(id => monitored(id)),
		missing: [],
		others: 0,
		panels: [],
		markers: [],
		isReading: false,
	};
}

const quiet: RunMonitorUpdate = { runs: [], markers: [], isReading: false };

function drawn(lines: readonly LineDrawing[], only?: readonly string[]): RunMonitorUpdate {
	const range = { min: 0, max: 9 };
	const packed = packDrawing({ panel: 'loss', axis: 'step', range, lines });
	return {
		...quiet,
		drawings: { look: 1, whole: range, panels: [{ ...packed, ...(only ? { only } : {}) }] },
	};
}

describe('the state of the run monitor page', () => {
	it('takes drawings of some runs into those of all, in the place of what they had', () => {
		const state = new MonitorState(firstView, none);
		state.takeSnapshot(snapshot('A', 'B'));
		state.takeUpdate(drawn([lineDrawing('A', 0), lineDrawing('A', 1), lineDrawing('B', 0)]));
		state.takeUpdate(drawn([lineDrawing('A', 0, [[1, 7]])], ['A']));
		const lines = state.drawingOf('loss').value?.lines ?? [];
		expect(lines.map(({ source, line, facts }) => [source, line, facts.last])).toEqual([
			['B', 0, 1],
			['A', 0, 7],
		]);
	});

	it('asks for what is seen, and keeps no points of what is not', () => {
		const state = new MonitorState(firstView, none);
		state.takeSnapshot(snapshot('A'));
		const looks = [state.look.value.look];
		state.setSeen('loss', 400);
		looks.push(state.look.value.look);
		state.change({ metricSearch: 'x' });
		looks.push(state.look.value.look);
		expect(state.look.value.seen).toEqual([{ panel: 'loss', pixels: 400 }]);
		expect(looks).toEqual([1, 2, 2]);
		state.takeUpdate(drawn([lineDrawing('A', 0)]));
		state.setSeen('loss', 0);
		const kept = state
			.drawingOf('loss')
			.value?.lines.map(line => [line.logged.x.length, line.facts.last]);
		expect(kept).toEqual([[0, 1]]);
		expect(state.look.value.seen).toEqual([]);
	});

	it('knows the places of markers, also where they are unknown', () => {
		const state = new MonitorState(firstView, none);
		const places = Float64Array.from(axes, axis => (axis === 'step' ? 5 : Number.NaN));
		const marks = [{ kind: 'checkpoint', text: 'checkpoint 5' } as const];
		state.takeSnapshot({ ...snapshot('A', 'B'), markers: [{ runId: 'A', marks, places }] });
		expect(state.shownMarkers.value).toEqual([
			expect.objectContaining({ text: 'checkpoint 5', step: 5, tokens: Number.NaN }),
		]);
		state.toggleRun('A');
		expect(state.shownMarkers.value).toEqual([]);
	});

	it('asks for exact points one place at a time, and at last for the newest', async () => {
		const asked: number[] = [];
		let answer: (found: FoundPoints) => void = () => {};
		const state = new MonitorState(firstView, {
			...none,
			findPoints: ({ x }) => {
				asked.push(x);
				return new Promise(resolve => (answer = resolve));
			},
		});
		const empty = { points: [], numbers: new Float64Array() };
		const done = [1, 2, 3].map(x => state.moveCursor({ x, panel: 'loss' }));
		answer(empty);
		await Promise.resolve();
		await Promise.resolve();
		answer(empty);
		await Promise.all(done);
		expect(asked).toEqual([1, 3]);
	});

	it('forgets the zoom of one axis on another', () => {
		const state = new MonitorState({ ...firstView, zoom: { min: 1, max: 2 } }, none);
		state.change({ axis: 'time' });
		expect(state.view.value.zoom).toBeUndefined();
		state.zoomTo({ min: 3, max: 4 });
		expect(state.look.value.zoom).toEqual({ min: 3, max: 4 });
	});

	it('begins with the view that the host kept where that is newer than its own, and only then', () => {
		const zoom = { min: 3, max: 4 };
		const begun = (own: number, kept: number): MonitorState => {
			const state = new MonitorState({ ...firstView, changedAt: own, smoothing: 0.5 }, none);
			const view = { ...firstView, changedAt: kept, smoothing: 0.9, zoom };
			state.takeSnapshot({ ...snapshot('A'), view });
			return state;
		};
		expect(begun(1, 2).view.value).toMatchObject({ smoothing: 0.9, zoom, panel: 'tab' });
		expect(begun(2, 2).view.value).toMatchObject({ smoothing: 0.5 });
		const state = begun(1, 2);
		state.change({ smoothing: 0.1 });
		expect(state.view.value.changedAt).toBeGreaterThan(2);
		state.takeSnapshot({ ...snapshot('A'), view: { ...firstView, changedAt: Infinity } });
		expect(state.view.value.smoothing).toBe(0.1);
	});

	it('leaves out of a kept view what another version may have written', () => {
		const kept = { ...firstView, axis: 'time', zoom: { min: 2, max: 1 }, groups: [], runSlots: 3 };
		expect(viewFrom({ ...kept, hiddenRuns: [7], smoothing: 'much', changedAt: 'today' })).toEqual({
			...firstView,
			axis: 'time',
		});
		expect(viewFrom({ ...firstView, axis: 'moon', smoothingKind: 'none' })).toEqual(firstView);
		expect(viewFrom({ ...firstView, smoothing: Number.NaN, runSlots: { A: 'x' } })).toEqual(
			firstView,
		);
		expect(viewFrom('view')).toEqual(firstView);
	});

	it('remembers the runs for the restart and forgets hidden ones that are gone', () => {
		const state = new MonitorState({ ...firstView, hiddenRuns: ['B', 'Z'] }, none);
		state.takeSnapshot({ ...snapshot('A', 'B'), missing: ['M'] });
		expect(state.view.value.runIds).toEqual(['A', 'B', 'M']);
		expect(state.view.value.hiddenRuns).toEqual(['B']);
	});

	it('keeps the slot, and so the colour, of a run while another is hidden', () => {
		const state = new MonitorState(firstView, none);
		state.takeSnapshot(snapshot('A', 'B', 'C'));
		state.toggleRun('A');
		expect(state.shownRuns.value.map(shown => [shown.id, shown.slot])).toEqual([
			['B', 1],
			['C', 2],
		]);
		state.toggleRun('A');
		expect(state.shownRuns.value).toHaveLength(3);
	});

	it('draws runs under the names and looks that the user gave them, pinned ones on top', () => {
		const state = new MonitorState(firstView, none);
		state.takeSnapshot(snapshot('A', 'B'));
		state.change({ pinnedRuns: ['B'], runNames: { A: 'baseline' }, runSlots: { A: 9 } });
		expect(state.shownRuns.value.map(({ id, name, slot }) => [id, name, slot])).toEqual([
			['B', 'run B', 1],
			['A', 'baseline', 9],
		]);
	});

	it('does not make the charts look at the runs again when only a summary changed', () => {
		const state = new MonitorState(firstView, none);
		state.takeSnapshot(snapshot('A'));
		const before = state.shownRuns.value;
		state.takeUpdate({ ...quiet, runs: [monitored('A', { step: 7, seconds: 9 })] });
		expect(state.runs.value[0]?.step).toBe(7);
		expect(state.shownRuns.value).toBe(before);
		state.takeUpdate({ ...quiet, runs: [monitored('A', { name: 'renamed' })] });
		expect(state.shownRuns.value[0]?.name).toBe('renamed');
	});

	it('drops the cursor when the axis changes', () => {
		const state = new MonitorState(firstView, none);
		state.cursor.value = { x: 3, panel: 'loss' };
		state.change({ axis: 'time' });
		expect(state.cursor.value).toBeUndefined();
	});
});
