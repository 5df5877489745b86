import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunMetrics } from '../../../../src/core/metrics/runMetrics';
import type { RunSummary } from '../../../../src/core/training/runLibrary';
import type { DoctorReport } from '../../../../src/protocol/runMonitor';
import { DismissedFindings, type Kept } from '../../../../src/vscode/doctor/dismissedFindings';
import { MonitorDoctor } from '../../../../src/vscode/runMonitor/monitorDoctor';
import { drawn, sft, withTrain } from '../../core/doctor/curves';

class MemoryKept implements Kept {
	value: unknown;
	get(): unknown {
		return this.value;
	}
	update(_: string, value: unknown): Promise<void> {
		this.value = value;
		return Promise.resolve();
	}
}

const finished: RunSummary = {
	id: 'r1',
	name: 'mine',
	kind: 'train',
	method: 'sft',
	hostName: 'local',
	createdAt: '2026-01-01T00:00:00Z',
	state: 'finished',
	message: '',
	attempt: 1,
	readOnly: false,
};
const broken = drawn(withTrain(sft, { loss: s => (s < 30 ? 1.4 : Number.NaN) }));

let run: RunSummary;
let metrics: RunMetrics;
let said: (readonly DoctorReport[])[];
let shown: unknown[];
let kept: MemoryKept;
let doctor: MonitorDoctor;

const make = (): MonitorDoctor =>
	new MonitorDoctor(
		{
			get: id => (id === 'r1' ? { id, metrics, run } : { id, metrics }),
			load: () => Promise.resolve(),
		},
		{ describe: () => ({ recipe: 'method: sft', arguments: { learning_rate: 2e-5 } }) },
		new DismissedFindings(kept, 'dismissed'),
		reports => said.push(reports),
		(runId, { changes }) => shown.push({ runId, changes }),
	);

const codes = (): readonly (readonly string[])[] =>
	said.map(reports => reports.flatMap(({ findings }) => findings.map(({ code }) => code)));

beforeEach(() => {
	vi.useFakeTimers();
	run = finished;
	metrics = drawn(sft);
	said = [];
	shown = [];
	kept = new MemoryKept();
	doctor = make();
});

afterEach(() => {
	doctor.dispose();
	vi.useRealTimers();
});

describe('the doctor of a run monitor', () => {
	it('speaks when the page appears, and again only when it has something else to say', async () => {
		doctor.begin(['r1']);
		await vi.advanceTimersByTimeAsync(10);
		expect(codes()).toEqual([[]]);
		doctor.note();
		await vi.advanceTimersByTimeAsync(2000);
		expect(said).toHaveLength(1);
		metrics = broken;
		doctor.note();
		doctor.note();
		await vi.advanceTimersByTimeAsync(2000);
		expect(codes()).toEqual([[], ['notFinite']]);
	});

	it('names a NaN soon while line after line comes of a run in training', async () => {
		run = { ...finished, state: 'running' };
		doctor.begin(['r1']);
		await vi.advanceTimersByTimeAsync(10);
		expect(codes()).toEqual([[]]);
		metrics = broken;
		for (let i = 0; i < 5; i++) {
			doctor.note();
			await vi.advanceTimersByTimeAsync(300);
		}
		expect(codes()).toEqual([[], ['notFinite']]);
	});

	it('says nothing while the page is hidden', async () => {
		doctor.begin(['r1']);
		doctor.stop();
		await vi.advanceTimersByTimeAsync(60_000);
		expect(said).toEqual([]);
	});

	it('leaves out what was dismissed for this run, and brings it back', async () => {
		metrics = broken;
		doctor.begin(['r1']);
		await vi.advanceTimersByTimeAsync(10);
		await doctor.dismiss('r1', 'notFinite');
		expect(said.at(-1)).toMatchObject([{ findings: [], dismissed: 1 }]);
		const other = make();
		other.begin(['r1']);
		await vi.advanceTimersByTimeAsync(10);
		expect(said.at(-1)).toMatchObject([{ findings: [], dismissed: 1 }]);
		other.dispose();
		await doctor.restore('r1');
		expect(codes().at(-1)).toEqual(['notFinite']);
	});

	it('shows the change that a finding proposes, of runs that have a recipe', async () => {
		metrics = broken;
		doctor.begin(['r1', 'file:x']);
		await vi.advanceTimersByTimeAsync(10);
		expect(said[0]?.map(({ hasRecipe }) => hasRecipe)).toEqual([true, false]);
		doctor.showChange('r1', 'notFinite');
		doctor.showChange('r1', 'staircase');
		expect(shown).toEqual([{ runId: 'r1', changes: { learning_rate: 2e-6 } }]);
	});
});
