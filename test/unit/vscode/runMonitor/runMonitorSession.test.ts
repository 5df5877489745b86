import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Emitter } from '../../../../src/core/base/emitter';
import type {
	MetricPoint,
	RunLibrary,
	RunOrigin,
	RunSummary,
} from '../../../../src/core/training/runLibrary';
import type { MessagePort } from '../../../../src/protocol/rpc';
import type { RunMonitorSnapshot, RunMonitorUpdate } from '../../../../src/protocol/runMonitor';
import { RunMonitorSession } from '../../../../src/vscode/runMonitor/runMonitorSession';
import { point } from '../../core/metrics/builders';

const unexpected = (): never => {
	throw new Error('not expected here');
};

/** A library of runs in memory; it refuses what the monitor has no business with. */
class MemoryLibrary implements RunLibrary {
	readonly changes = new Emitter<{ runId: string }>();
	readonly appends = new Emitter<{ runId: string; from: number; points: MetricPoint[] }>();
	readonly logs = new Emitter<{ runId: string; text: string }>();
	readonly onDidChange = this.changes.event;
	readonly onDidAppendMetrics = this.appends.event;
	readonly onDidAppendLog = this.logs.event;
	readonly runs = new Map<string, { summary: RunSummary; points: MetricPoint[]; log: string }>();
	readonly watched: string[] = [];
	readonly describe = unexpected;
	readonly refresh = unexpected;
	readonly checkpoints = unexpected;
	readonly stop = unexpected;
	readonly runDir = unexpected;
	readonly runMetrics = unexpected;
	readonly loadMetrics = unexpected;
	readonly brokenLines = unexpected;
	readonly origins = new Map<string, RunOrigin>();

	add(id: string, points: MetricPoint[] = []): void {
		const summary: RunSummary = {
			id,
			name: id,
			kind: 'train',
			hostName: 'local',
			createdAt: '2026-01-01T00:00:00Z',
			state: 'running',
			message: '',
			attempt: 1,
			readOnly: false,
		};
		this.runs.set(id, { summary, points, log: '' });
	}

	append(id: string, ...points: MetricPoint[]): void {
		this.runs.get(id)?.points.push(...points);
		this.appends.fire({ runId: id, from: points[0]?.n ?? 0, points });
	}

	list(): readonly RunSummary[] {
		return Array.from(this.runs.values(), run => run.summary);
	}
	get(id: string): RunSummary | undefined {
		return this.runs.get(id)?.summary;
	}
	metrics(id: string): readonly MetricPoint[] {
		return this.runs.get(id)?.points ?? [];
	}
	origin(id: string): RunOrigin | undefined {
		return this.origins.get(id);
	}
	log(id: string): string {
		return this.runs.get(id)?.log ?? '';
	}
	watch(id: string): { dispose(): void } {
		this.watched.push(id);
		return { dispose: () => void this.watched.splice(this.watched.indexOf(id), 1) };
	}
}

interface Sent {
	readonly method: string;
	readonly params: RunMonitorSnapshot & RunMonitorUpdate;
}

function open(library: MemoryLibrary, runIds: readonly string[]) {
	const sent: Sent[] = [];
	const toHost = new Emitter<unknown>();
	const port: MessagePort = {
		post: message => void sent.push(message as Sent),
		onMessage: toHost.event,
	};
	const chosen: (readonly string[])[] = [];
	const session = new RunMonitorSession(
		library,
		port,
		runIds,
		{
			stopRun: unexpected,
			showLog: unexpected,
			pickRuns: unexpected,
			exports: {
				drawPicture: unexpected,
				savePicture: unexpected,
				exportPanel: unexpected,
				exportRuns: unexpected,
			},
			runsChosen: ids => void chosen.push(ids),
		},
		() => Date.now(),
	);
	const say = (method: string, params: unknown = {}): void =>
		toHost.fire({ kind: 'notification', method, params });
	return { session, sent, chosen, say, ready: () => toHost.fire({ kind: 'ready' }) };
}

const numbers = (delta: { points: { n: Uint32Array } } | undefined): number[] => [
	...(delta?.points.n ?? []),
];

describe('a run monitor session', () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	it('sends nothing and follows nothing before the page is there', () => {
		const library = new MemoryLibrary();
		library.add('A', [point({ n: 1 })]);
		const { sent } = open(library, ['A']);
		library.append('A', point({ n: 2 }));
		vi.advanceTimersByTime(1000);
		expect(sent).toEqual([]);
		expect(library.watched).toEqual([]);
	});

	it('sends a snapshot to a page that is ready, then only what is new', () => {
		const library = new MemoryLibrary();
		library.add('A', [point({ n: 1 }), point({ n: 2 })]);
		const { sent, ready } = open(library, ['A']);
		ready();
		library.append('A', point({ n: 3 }));
		vi.advanceTimersByTime(1000);
		expect(sent.map(message => message.method)).toEqual(['snapshotTaken', 'runsUpdated']);
		expect(numbers(sent[0]?.params.points[0])).toEqual([1, 2]);
		expect(sent[1]?.params.points[0]?.after).toBe(2);
		expect(numbers(sent[1]?.params.points[0])).toEqual([3]);
		expect(library.watched).toEqual(['A']);
	});

	it('says of a cloned run what it was cloned from', () => {
		const library = new MemoryLibrary();
		library.add('A');
		library.add('B');
		library.origins.set('B', { id: 'A', name: 'A', differences: ['beta 0.1 → 0.3'] });
		const { sent, ready } = open(library, ['A', 'B']);
		ready();
		const [plain, clone] = sent[0]?.params.runs ?? [];
		expect(plain).not.toHaveProperty('origin');
		expect(clone?.origin).toBe('Cloned from “A”: beta 0.1 → 0.3');
	});

	it('gathers what happens within 100 ms into one message', () => {
		const library = new MemoryLibrary();
		library.add('A');
		library.add('B');
		const { sent, ready } = open(library, ['A', 'B']);
		ready();
		for (let n = 1; n <= 50; n++) {
			library.append('A', point({ n }));
			library.append('B', point({ n }));
			library.changes.fire({ runId: 'A' });
			vi.advanceTimersByTime(10);
		}
		vi.advanceTimersByTime(1000);
		const updates = sent.slice(1);
		expect(updates.length).toBeLessThanOrEqual(6);
		const ofA = updates.flatMap(update =>
			update.params.points.filter(delta => delta.runId === 'A').flatMap(numbers),
		);
		expect(ofA).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
	});

	it('sends at once after a pause', () => {
		const library = new MemoryLibrary();
		library.add('A');
		const { sent, ready } = open(library, ['A']);
		ready();
		vi.advanceTimersByTime(5000);
		library.append('A', point({ n: 1 }));
		vi.advanceTimersByTime(1);
		expect(sent).toHaveLength(2);
	});

	it('sends a hidden page nothing and the shown one a whole snapshot', () => {
		const library = new MemoryLibrary();
		library.add('A', [point({ n: 1 })]);
		const { session, sent, ready } = open(library, ['A']);
		ready();
		session.hide();
		library.append('A', point({ n: 2 }));
		vi.advanceTimersByTime(1000);
		expect(sent).toHaveLength(1);
		expect(library.watched).toEqual([]);
		ready();
		expect(sent[1]?.method).toBe('snapshotTaken');
		expect(numbers(sent[1]?.params.points[0])).toEqual([1, 2]);
		expect(library.watched).toEqual(['A']);
	});

	it('sends a new snapshot when the page found a hole, or when a run began anew', () => {
		const library = new MemoryLibrary();
		library.add('A', [point({ n: 1 }), point({ n: 2 })]);
		const { sent, ready, say } = open(library, ['A']);
		ready();
		say('snapshotNeeded');
		library.add('A', [point({ n: 1 })]);
		library.changes.fire({ runId: 'A' });
		vi.advanceTimersByTime(1000);
		expect(sent.map(message => message.method)).toEqual(Array(3).fill('snapshotTaken'));
		expect(numbers(sent[2]?.params.points[0])).toEqual([1]);
	});

	it('shows a run that appears only after the page, as after a restart', () => {
		const library = new MemoryLibrary();
		const { sent, ready } = open(library, ['A']);
		ready();
		expect(sent[0]?.params.missing).toEqual(['A']);
		library.add('A', [point({ n: 1 })]);
		library.changes.fire({ runId: 'A' });
		vi.advanceTimersByTime(1000);
		expect(sent[1]?.params.runs.map(run => run.id)).toEqual(['A']);
		expect(library.watched).toEqual(['A']);
	});

	it('follows the runs that the page chooses and lets go of the others', () => {
		const library = new MemoryLibrary();
		library.add('A');
		library.add('B');
		const { sent, chosen, ready, say } = open(library, ['A']);
		ready();
		expect(sent[0]?.params.others).toBe(1);
		say('runsChosen', { runIds: ['B', 'B'] });
		expect(chosen).toEqual([['B']]);
		expect(library.watched).toEqual(['B']);
		expect(sent[1]?.params.runs.map(run => run.id)).toEqual(['B']);
	});

	it('says the last line of the log, of a progress bar its last state', () => {
		const library = new MemoryLibrary();
		library.add('A');
		const run = library.runs.get('A');
		if (run) {
			run.log = 'first\n 10%\r 20%\r 30%  \n\n';
		}
		const { sent, ready } = open(library, ['A']);
		ready();
		expect(sent[0]?.params.runs[0]?.lastLogLine).toBe('30%');
	});

	it('lets go of everything when it is closed', () => {
		const library = new MemoryLibrary();
		library.add('A');
		const { session, sent, ready } = open(library, ['A']);
		ready();
		library.append('A', point({ n: 1 }));
		session.dispose();
		vi.advanceTimersByTime(1000);
		expect(sent).toHaveLength(1);
		expect(library.watched).toEqual([]);
	});
});
