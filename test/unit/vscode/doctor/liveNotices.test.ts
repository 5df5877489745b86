import { beforeEach, describe, expect, it } from 'vitest';
import type { RunMetrics } from '../../../../src/core/metrics/runMetrics';
import type { RunSummary } from '../../../../src/core/training/runLibrary';
import { DismissedFindings, type Kept } from '../../../../src/vscode/doctor/dismissedFindings';
import { LiveNotices } from '../../../../src/vscode/doctor/liveNotices';
import { drawn, sft, withTrain } from '../../core/doctor/curves';

class MemoryKept implements Kept {
	readonly values = new Map<string, unknown>();
	get(key: string): unknown {
		return this.values.get(key);
	}
	update(key: string, value: unknown): Promise<void> {
		this.values.set(key, value);
		return Promise.resolve();
	}
}

const run: RunSummary = {
	id: 'r1',
	name: 'mine',
	kind: 'train',
	method: 'sft',
	hostName: 'gpu1',
	createdAt: '2026-01-01T00:00:00Z',
	state: 'running',
	message: '',
	attempt: 1,
	readOnly: false,
};
const broken = drawn(
	withTrain(sft, { loss: s => (s < 30 ? 1.4 : Number.NaN), grad_norm: () => 1 }),
);

let kept: MemoryKept;
let metrics: RunMetrics;
let state: RunSummary['state'];
let warned: string[];
let answer: string | undefined;
let done: string[];

const notices = (told: readonly string[] = []): LiveNotices =>
	new LiveNotices({
		library: {
			list: () => [{ ...run, state }],
			describe: () => ({ recipe: 'method: sft', arguments: { learning_rate: 2e-5 } }),
			runMetrics: () => metrics,
			loadMetrics: () => Promise.resolve(),
		},
		told: new DismissedFindings(kept, 'told'),
		isToldByHost: (_, event) => told.includes(event),
		warn: text => {
			warned.push(text);
			return Promise.resolve(answer);
		},
		showRun: id => done.push(`show ${id}`),
		stopRun: id => done.push(`stop ${id}`),
	});

async function look(one: LiveNotices): Promise<void> {
	one.look();
	await new Promise(resolve => setTimeout(resolve));
}

beforeEach(() => {
	kept = new MemoryKept();
	metrics = broken;
	state = 'running';
	warned = [];
	answer = undefined;
	done = [];
});

describe('notices while a run trains', () => {
	it('come once for each run and kind, also over a restart of the editor', async () => {
		const one = notices();
		await look(one);
		await look(one);
		expect(warned).toHaveLength(1);
		expect(warned[0]).toMatch(/^“mine”: loss is NaN from step 30 on/);
		await look(notices());
		expect(warned).toHaveLength(1);
	});

	it('lead to the charts, or to the question how to stop', async () => {
		answer = 'Show';
		await look(notices());
		kept = new MemoryKept();
		answer = 'Stop Run…';
		await look(notices());
		expect(done).toEqual(['show r1', 'stop r1']);
	});

	it('do not come where the host tells it by itself', async () => {
		await look(notices(['nan']));
		expect(warned).toEqual([]);
		await look(notices(['disk']));
		expect(warned).toEqual([]);
	});

	it('come for divergence, a stall and a full disk, and for nothing less', async () => {
		metrics = drawn(withTrain(sft, { loss: s => 1.2 + 0.1 * Math.max(0, s - 20) }));
		await look(notices());
		metrics = drawn({ ...sft, system: { disk_free_gb: () => 2 } });
		await look(notices());
		expect(warned.map(text => text.slice(0, 20))).toEqual([
			'“mine”: The loss has',
			'“mine”: 2 GB are lef',
		]);
		metrics = drawn({ ...sft, held: { eval_loss: s => 1.4 + 0.004 * Math.abs(s - 20) } });
		await look(notices());
		expect(warned).toHaveLength(2);
	});

	it('do not come for a run that has ended', async () => {
		state = 'failed';
		await look(notices());
		expect(warned).toEqual([]);
	});
});
