// Runs in a worker beside the page, in the place of the extension host: the real session, with made
// runs that are held in memory as the library holds them.
import { Emitter } from '../../../src/core/base/emitter';
import type { MetricSource, MetricSources } from '../../../src/core/metrics/metricSource';
import type { PackedPoints } from '../../../src/core/metrics/packedPoints';
import { RunMetrics } from '../../../src/core/metrics/runMetrics';
import type { RunLibrary, RunSummary } from '../../../src/core/training/runLibrary';
import {
	RunMonitorSession,
	type RunMonitorActions,
} from '../../../src/vscode/runMonitor/runMonitorSession';

export interface MadeRuns {
	readonly runs: number;
	readonly lines: number;
	readonly metrics: readonly string[];
}

/** What the measurement says to this worker; it answers with the milliseconds that it was busy. */
export type Order =
	| { readonly order: 'make'; readonly made: MadeRuns }
	| { readonly order: 'append'; readonly runs: number; readonly from?: number }
	| { readonly order: 'busy' };

const valueAt = (run: number, metric: number, step: number): number =>
	Math.exp(-step / 4000) + run / 10 + metric + 0.1 * Math.sin(step * 12.9898 + run) ** 3;

/** Lines with every metric, as they arrive packed. */
function lines(run: number, names: readonly string[], from: number, count: number): PackedPoints {
	const row = Uint32Array.from({ length: count }, (_, i) => i);
	const step = Float64Array.from({ length: count }, (_, i) => from + i + 1);
	return {
		n: Uint32Array.from(step),
		attempt: new Uint32Array(count).fill(1),
		step,
		epoch: step.map(at => at / 1000),
		time: step.map(at => at * 2),
		wall: step.map(at => 1_700_000_000 + at * 2),
		kind: new Uint8Array(count),
		metrics: names.map((name, metric) => ({
			name,
			row,
			// Tokens only grow: a count that went back would begin a new stretch with each line.
			value: step.map(at => (name === 'num_tokens' ? at * 4096 : valueAt(run, metric, at))),
		})),
		labels: [],
	};
}

class MadeSources implements MetricSources {
	readonly changed = new Emitter<{ readonly id: string }>();
	readonly onDidChange = this.changed.event;
	readonly all = new Map<string, { readonly run: RunSummary; readonly metrics: RunMetrics }>();
	#names: readonly string[] = [];

	make({ runs, lines: count, metrics: names }: MadeRuns): void {
		this.#names = names;
		for (let n = 0; n < runs; n++) {
			const metrics = new RunMetrics();
			metrics.append(lines(n, names, 0, count));
			this.all.set(`R${n}`, { run: summary(n, count), metrics });
		}
	}

	append(runs: number, from: number): void {
		for (const [i, [id, { metrics }]] of [...this.all].slice(from, from + runs).entries()) {
			metrics.append(lines(from + i, this.#names, metrics.lastLine, 1));
			this.changed.fire({ id });
		}
	}

	get(id: string): MetricSource | undefined {
		const its = this.all.get(id);
		return its && { id, name: its.run.name, where: 'local', skipped: [], ...its };
	}

	load(): Promise<void> {
		return Promise.resolve();
	}

	watch(): { dispose(): void } {
		return { dispose: () => {} };
	}
}

function summary(n: number, steps: number): RunSummary {
	return {
		id: `R${n}`,
		name: `run ${n}`,
		kind: 'train',
		method: 'sft',
		hostName: 'local',
		createdAt: '2026-01-01T00:00:00Z',
		state: 'running',
		message: '',
		step: steps,
		maxSteps: steps * 2,
		attempt: 1,
		readOnly: false,
	};
}

const sources = new MadeSources();
const toSession = new Emitter<unknown>();
let busy = 0;

/** Counts what is done on this thread, drawing in slices included. */
function counted<A extends unknown[]>(work: (...args: A) => void): (...args: A) => void {
	return (...args) => {
		const began = performance.now();
		work(...args);
		busy += performance.now() - began;
	};
}
const later = globalThis.setTimeout;
Object.assign(globalThis, {
	setTimeout: (work: () => void, wait?: number) => later(counted(work), wait),
});

let session: RunMonitorSession | undefined;
addEventListener(
	'message',
	counted(({ data }: MessageEvent<Order | { readonly kind: string }>) => {
		if (!('order' in data)) {
			toSession.fire(data);
		} else if (data.order === 'make') {
			sources.make(data.made);
			const library = { list: () => [], log: () => '', origin: () => undefined };
			const nothing = (): void => {};
			session ??= new RunMonitorSession(
				sources,
				library as unknown as RunLibrary,
				{ post: message => postMessage({ message }), onMessage: toSession.event },
				[...sources.all.keys()],
				{
					stopRun: nothing,
					showLog: nothing,
					addNote: nothing,
					showAnswers: nothing,
					sayFilesOnly: nothing,
					pickRuns: nothing,
					kept: { panel: 'bench', get: () => undefined, keep: nothing },
					runsChosen: nothing,
					exports: {} as RunMonitorActions['exports'],
				},
			);
			postMessage({ order: 'made' });
		} else if (data.order === 'append') {
			sources.append(data.runs, data.from ?? 0);
		} else {
			postMessage({ order: 'busy', busy });
		}
	}),
);
