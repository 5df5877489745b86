import type { MetricSources } from '../../../../src/core/metrics/metricSource';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Emitter } from '../../../../src/core/base/emitter';
import type {
	MetricPoint,
	RunLibrary,
	RunOrigin,
	RunSummary,
} from '../../../../src/core/training/runLibrary';
import type { MessagePort } from '../../../../src/protocol/rpc';
import { packPoints } from '../../../../src/core/metrics/packedPoints';
import { unpackDrawing } from '../../../../src/core/metrics/packedDrawing';
import { RunMetrics } from '../../../../src/core/metrics/runMetrics';
import { RunSources } from '../../../../src/core/training/runSources';
import type {
	FoundPoints,
	MonitorLook,
	RunMonitorSnapshot,
	RunMonitorUpdate,
} from '../../../../src/protocol/runMonitor';
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
	readonly runs = new Map<string, { summary: RunSummary; metrics: RunMetrics; log: string }>();
	readonly watched: string[] = [];
	readonly loaded: string[] = [];
	readonly refresh = unexpected;
	readonly checkpoints = unexpected;
	readonly stop = unexpected;
	readonly runDir = unexpected;
	readonly metrics = unexpected;
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
		const metrics = new RunMetrics();
		metrics.append(packPoints(points));
		this.runs.set(id, { summary, metrics, log: '' });
	}

	append(id: string, ...points: MetricPoint[]): void {
		this.runs.get(id)?.metrics.append(packPoints(points));
		this.appends.fire({ runId: id, from: points[0]?.n ?? 0, points });
	}

	list(): readonly RunSummary[] {
		return Array.from(this.runs.values(), run => run.summary);
	}
	get(id: string): RunSummary | undefined {
		return this.runs.get(id)?.summary;
	}
	runMetrics(id: string): RunMetrics | undefined {
		return this.runs.get(id)?.metrics;
	}
	loadMetrics(id: string): Promise<void> {
		this.loaded.push(id);
		return Promise.resolve();
	}
	brokenLines(): number {
		return 0;
	}
	describe(): { recipe: string; arguments: Record<string, unknown> } {
		return { recipe: '', arguments: {} };
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
	readonly kind: string;
	readonly method: string;
	readonly params: RunMonitorSnapshot & RunMonitorUpdate;
	readonly result: FoundPoints & { readonly x?: number };
}

/** As a message reaches a page: JSON, in which typed arrays stay what they are. */
function arrived(value: unknown): unknown {
	if (ArrayBuffer.isView(value)) {
		return value;
	}
	if (Array.isArray(value)) {
		return value.map(arrived);
	}
	return typeof value === 'object' && value !== null
		? Object.fromEntries(
				Object.entries(value).flatMap(([key, its]) =>
					its === undefined ? [] : [[key, arrived(its)]],
				),
			)
		: JSON.parse(JSON.stringify(value));
}

function open(
	library: MemoryLibrary,
	runIds: readonly string[],
	sources: MetricSources = new RunSources(library),
	now: () => number = () => Date.now(),
) {
	const sent: Sent[] = [];
	const toHost = new Emitter<unknown>();
	const port: MessagePort = {
		post: message => void sent.push(arrived(message) as Sent),
		onMessage: toHost.event,
	};
	const chosen: (readonly string[])[] = [];
	const withoutLog: string[] = [];
	const session = new RunMonitorSession(
		sources,
		library,
		port,
		runIds,
		{
			stopRun: unexpected,
			showLog: unexpected,
			addNote: unexpected,
			showAnswers: unexpected,
			sayFilesOnly: name => void withoutLog.push(name),
			pickRuns: unexpected,
			kept: { panel: 'tab', get: () => undefined, keep: unexpected },
			exports: {
				drawPicture: unexpected,
				savePicture: unexpected,
				exportPanel: unexpected,
				exportRuns: unexpected,
			},
			runsChosen: ids => void chosen.push(ids),
		},
		now,
	);
	const say = (method: string, params: unknown = {}): void =>
		toHost.fire({ kind: 'notification', method, params });
	return {
		session,
		sent,
		chosen,
		withoutLog,
		say,
		look: (look: Partial<MonitorLook> = {}) => say('lookChanged', { ...look1, ...look }),
		ask: async (method: string, params: unknown) => {
			toHost.fire({ kind: 'request', id: 1, method, params });
			await vi.advanceTimersByTimeAsync(0);
			return sent.find(message => message.kind === 'reply')?.result;
		},
		ready: async () => {
			toHost.fire({ kind: 'ready' });
			await vi.advanceTimersByTimeAsync(0);
		},
	};
}

const look1: MonitorLook = {
	look: 1,
	axis: 'step',
	smoothing: { kind: 'none' },
	clipOutliers: false,
	hidden: [],
	seen: [{ panel: 'loss', pixels: 300 }],
};

const methods = (sent: readonly Sent[]): string[] => sent.map(message => message.method);
const drawings = (sent: readonly Sent[]) =>
	sent.flatMap(({ params }) => (params?.drawings ? [params.drawings] : []));
const places = (message: Sent | undefined): number[] =>
	drawings(message ? [message] : []).flatMap(({ panels }) =>
		panels.flatMap(panel => unpackDrawing(panel).lines.flatMap(({ logged }) => [...logged.x])),
	);

describe('a run monitor session', () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	it('sends nothing and follows nothing before the page is there', async () => {
		const library = new MemoryLibrary();
		library.add('A', [point({ n: 1 })]);
		const { sent } = open(library, ['A']);
		library.append('A', point({ n: 2 }));
		await vi.advanceTimersByTimeAsync(1000);
		expect(sent).toEqual([]);
		expect(library.watched).toEqual([]);
	});

	it('sends a page that is ready what is around the charts, and draws what it looks at', async () => {
		const library = new MemoryLibrary();
		library.add('A', [point({ n: 1 }), point({ n: 2 })]);
		const { sent, ready, look } = open(library, ['A']);
		await ready();
		expect(methods(sent)).toEqual(['snapshotTaken']);
		expect(sent[0]?.params.panels.map(panel => panel.id)).toEqual(['loss']);
		expect(library.loaded).toEqual(['A']);
		expect(library.watched).toEqual(['A']);
		await vi.advanceTimersByTimeAsync(1000);
		expect(drawings(sent)).toEqual([]);
		look();
		await vi.advanceTimersByTimeAsync(0);
		expect(places(sent.at(-1))).toEqual([1, 2]);
		expect(drawings(sent).at(-1)).toMatchObject({ look: 1, whole: { min: 1, max: 2 } });
	});

	it('draws again only the run with new points, while the axis is about the same', async () => {
		const library = new MemoryLibrary();
		const points = (count: number) => Array.from({ length: count }, (_, i) => point({ n: i + 1 }));
		library.add('A', points(1000));
		library.add('B', points(2000));
		const { sent, ready, look } = open(library, ['A', 'B']);
		await ready();
		look();
		await vi.advanceTimersByTimeAsync(1000);
		library.append('A', point({ n: 1001 }));
		await vi.advanceTimersByTimeAsync(1000);
		const [panel] = drawings(sent).at(-1)?.panels ?? [];
		expect(panel?.only).toEqual(['A']);
		expect(panel && unpackDrawing(panel).lines.map(({ source }) => source)).toEqual(['A']);
		library.append('A', point({ n: 1002, step: 9000 }));
		await vi.advanceTimersByTimeAsync(1000);
		expect(drawings(sent).at(-1)?.panels[0]).not.toHaveProperty('only');
	});

	it('draws nothing for news of a summary, and no panel that is not seen', async () => {
		const library = new MemoryLibrary();
		library.add('A', [point({ n: 1, values: { loss: 1, grad_norm: 2 } })]);
		const { sent, ready, look } = open(library, ['A']);
		await ready();
		look();
		await vi.advanceTimersByTimeAsync(1000);
		const before = drawings(sent).length;
		library.changes.fire({ runId: 'A' });
		await vi.advanceTimersByTimeAsync(1000);
		expect(sent.at(-1)?.params.runs).toHaveLength(1);
		expect(drawings(sent)).toHaveLength(before);
		expect(drawings(sent).flatMap(({ panels }) => panels.map(p => p.drawing.panel))).toEqual([
			'loss',
		]);
	});

	it('says of a cloned run what it was cloned from', async () => {
		const library = new MemoryLibrary();
		library.add('A');
		library.add('B');
		library.origins.set('B', { id: 'A', name: 'A', differences: ['beta 0.1 → 0.3'] });
		const { sent, ready } = open(library, ['A', 'B']);
		await ready();
		const [plain, clone] = sent[0]?.params.runs ?? [];
		expect(plain).not.toHaveProperty('origin');
		expect(clone?.origin).toBe('Cloned from “A”: beta 0.1 → 0.3');
	});

	it('gathers what happens within 100 ms into one message', async () => {
		const library = new MemoryLibrary();
		library.add('A', [point({ n: 1 })]);
		library.add('B', [point({ n: 1 })]);
		const { sent, ready, look } = open(library, ['A', 'B']);
		await ready();
		look();
		await vi.advanceTimersByTimeAsync(200);
		const before = sent.length;
		for (let n = 2; n <= 51; n++) {
			library.append('A', point({ n }));
			library.append('B', point({ n }));
			library.changes.fire({ runId: 'A' });
			await vi.advanceTimersByTimeAsync(10);
		}
		await vi.advanceTimersByTimeAsync(1000);
		expect(sent.length - before).toBeLessThanOrEqual(6);
		expect(places(sent.at(-1)).filter(x => x === 51)).toHaveLength(2);
	});

	it('draws at once after a pause, and at once where the page looks elsewhere', async () => {
		const library = new MemoryLibrary();
		library.add('A', [point({ n: 1 }), point({ n: 2 })]);
		const { sent, ready, look } = open(library, ['A']);
		await ready();
		look();
		await vi.advanceTimersByTimeAsync(5000);
		const before = sent.length;
		library.append('A', point({ n: 3 }));
		await vi.advanceTimersByTimeAsync(1);
		expect(sent).toHaveLength(before + 1);
		look({ look: 2, zoom: { min: 2.5, max: 3 } });
		await vi.advanceTimersByTimeAsync(1);
		expect(drawings(sent).at(-1)?.look).toBe(2);
		expect(places(sent.at(-1))).toEqual([2, 3]);
	});

	it('sends a hidden page nothing, draws nothing for it, and begins anew with the shown one', async () => {
		const library = new MemoryLibrary();
		library.add('A', [point({ n: 1 })]);
		const { session, sent, ready, look } = open(library, ['A']);
		await ready();
		look();
		await vi.advanceTimersByTimeAsync(1000);
		session.hide();
		const before = sent.length;
		library.append('A', point({ n: 2 }));
		await vi.advanceTimersByTimeAsync(1000);
		expect(sent).toHaveLength(before);
		expect(library.watched).toEqual([]);
		await ready();
		look();
		await vi.advanceTimersByTimeAsync(1000);
		expect(sent[before]?.method).toBe('snapshotTaken');
		expect(places(sent.at(-1))).toEqual([1, 2]);
		expect(library.watched).toEqual(['A']);
	});

	it('draws a run that began anew as it is now', async () => {
		const library = new MemoryLibrary();
		library.add('A', [point({ n: 1 }), point({ n: 2 })]);
		const { sent, ready, look } = open(library, ['A']);
		await ready();
		look();
		await vi.advanceTimersByTimeAsync(1000);
		library.add('A', [point({ n: 1 })]);
		library.changes.fire({ runId: 'A' });
		await vi.advanceTimersByTimeAsync(1000);
		expect(places(sent.at(-1))).toEqual([1]);
	});

	it('shows a run that appears only after the page, as after a restart', async () => {
		const library = new MemoryLibrary();
		const { sent, ready } = open(library, ['A']);
		await ready();
		expect(sent[0]?.params.missing).toEqual(['A']);
		library.add('A', [point({ n: 1 })]);
		library.changes.fire({ runId: 'A' });
		await vi.advanceTimersByTimeAsync(1000);
		const last = sent.findLast(message => message.method === 'snapshotTaken');
		expect(last?.params.runs.map(run => run.id)).toEqual(['A']);
		expect(library.watched).toEqual(['A']);
	});

	it('sends panels when a metric comes, and not again before another does', async () => {
		const library = new MemoryLibrary();
		library.add('A', [point({ n: 1 })]);
		const { sent, ready } = open(library, ['A']);
		await ready();
		library.append('A', point({ n: 2, values: { grad_norm: 1 } }));
		await vi.advanceTimersByTimeAsync(1000);
		library.append('A', point({ n: 3, values: { grad_norm: 1 } }));
		await vi.advanceTimersByTimeAsync(1000);
		const lists = sent.slice(1).flatMap(({ params }) => (params.panels ? [params.panels] : []));
		expect(lists.map(panels => panels.map(panel => panel.id))).toEqual([['loss', 'grad_norm']]);
	});

	it('follows the runs that the page chooses and lets go of the others', async () => {
		const library = new MemoryLibrary();
		library.add('A');
		library.add('B');
		const { sent, chosen, ready, say } = open(library, ['A']);
		await ready();
		expect(sent[0]?.params.others).toBe(1);
		say('runsChosen', { runIds: ['B', 'B'] });
		await vi.advanceTimersByTimeAsync(0);
		expect(chosen).toEqual([['B']]);
		expect(library.watched).toEqual(['B']);
		const last = sent.findLast(message => message.method === 'snapshotTaken');
		expect(last?.params.runs.map(run => run.id)).toEqual(['B']);
	});

	it('draws runs that were chosen while others were being drawn', async () => {
		const library = new MemoryLibrary();
		library.add('A', [point({ n: 1 })]);
		library.add('B', [point({ n: 1 }), point({ n: 2 })]);
		let clock = 0;
		// By this clock each step of drawing takes long.
		const slow = (): number => (clock += 1000);
		const { sent, ready, look, say } = open(library, ['A'], undefined, slow);
		await ready();
		look();
		await vi.advanceTimersByTimeAsync(0);
		expect(drawings(sent)).toEqual([]);
		say('runsChosen', { runIds: ['B'] });
		await vi.advanceTimersByTimeAsync(1000);
		expect(places(sent.at(-1))).toEqual([1, 2]);
	});

	it('gives a page that is loaded anew in the middle of a live run the whole picture', async () => {
		const library = new MemoryLibrary();
		library.add('A', [point({ n: 1 })]);
		let clock = 0;
		const slow = (): number => (clock += 1000);
		const { sent, ready, look } = open(library, ['A'], undefined, slow);
		await ready();
		look();
		library.append('A', point({ n: 2 }));
		await vi.advanceTimersByTimeAsync(0);
		const before = sent.length;
		await ready();
		look();
		library.append('A', point({ n: 3 }));
		await vi.advanceTimersByTimeAsync(1000);
		expect(methods(sent.slice(before))[0]).toBe('snapshotTaken');
		expect(places(sent.at(-1))).toEqual([1, 2, 3]);
		expect(library.watched).toEqual(['A']);
	});

	it('finds logged points that were never drawn, and the next logged place', async () => {
		const library = new MemoryLibrary();
		library.add(
			'A',
			Array.from({ length: 5000 }, (_, i) => point({ n: i + 1, epoch: undefined })),
		);
		const { ready, ask } = open(library, ['A']);
		await ready();
		const query = { axis: 'step', x: 1234.2, hidden: [], panels: ['loss'] };
		const found = await ask('findPoints', query);
		expect(found?.points).toEqual([{ panel: 'loss', runId: 'A', line: 0 }]);
		expect([...(found?.numbers ?? [])].slice(0, 3)).toEqual([1 / 1234, 1234, Number.NaN]);
	});

	it('finds the logged place next to another', async () => {
		const library = new MemoryLibrary();
		library.add('A', [point({ n: 1, step: 10 }), point({ n: 2, step: 30 })]);
		const { ready, ask } = open(library, ['A']);
		await ready();
		const query = { axis: 'step', from: 10, by: 1, hidden: [], panel: 'loss' };
		expect(await ask('findPlace', query)).toEqual({ x: 30 });
	});

	it('says the last line of the log, of a progress bar its last state', async () => {
		const library = new MemoryLibrary();
		library.add('A');
		const run = library.runs.get('A');
		if (run) {
			run.log = 'first\n 10%\r 20%\r 30%  \n\n';
		}
		const { sent, ready } = open(library, ['A']);
		await ready();
		expect(sent[0]?.params.runs[0]?.lastLogLine).toBe('30%');
	});

	it('says of files of another tool that they have no log, notes or answers, and opens none', () => {
		const library = new MemoryLibrary();
		const file = {
			id: 'file:/a',
			name: 'events',
			where: '/a',
			metrics: new RunMetrics(),
			skipped: [],
		};
		const { say, withoutLog, session } = open(library, [file.id], {
			onDidChange: new Emitter<{ readonly id: string }>().event,
			get: id => (id === file.id ? file : undefined),
			load: unexpected,
			watch: unexpected,
		});
		say('logAsked', { runId: file.id, step: 3 });
		say('noteAsked', { runId: file.id, step: 3 });
		say('answersAsked', { runId: file.id, step: 3 });
		expect(withoutLog).toEqual(['events', 'events', 'events']);
		session.dispose();
	});

	it('lets go of everything when it is closed', async () => {
		const library = new MemoryLibrary();
		library.add('A');
		const { session, sent, ready } = open(library, ['A']);
		await ready();
		library.append('A', point({ n: 1 }));
		session.dispose();
		await vi.advanceTimersByTimeAsync(1000);
		expect(sent).toHaveLength(1);
		expect(library.watched).toEqual([]);
	});
});
