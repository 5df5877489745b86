import { DisposableStore, type Disposable } from '../../core/base/disposable';
import { packPoints } from '../../core/metrics/packedPoints';
import { originText } from '../../core/training/runOrigin';
import type { MetricPoint, RunLibrary } from '../../core/training/runLibrary';
import { Rpc, type MessagePort } from '../../protocol/rpc';
import type {
	AppendedPoints,
	MonitoredRun,
	RunMonitorHost,
	RunMonitorPage,
} from '../../protocol/runMonitor';
import type { LazyExports } from './export/lazyExports';

/** Milliseconds between two messages: faster than the eye needs, slower than the page can draw. */
const pace = 100;
const lastLineLength = 300;

/** What the page asks for that needs the editor. */
export interface RunMonitorActions {
	stopRun(runId: string): void;
	showLog(runId: string): void;
	pickRuns(): void;
	readonly exports: Pick<LazyExports, keyof LazyExports>;
	/** The choice of runs changed from within the page. */
	runsChosen(runIds: readonly string[]): void;
}

/**
 * One open run monitor. While its page is there, the runs are followed and the page gets a snapshot
 * and then deltas; while it is hidden nothing is sent and nothing is followed.
 */
export class RunMonitorSession implements Disposable {
	readonly #disposables = new DisposableStore();
	readonly #rpc: Rpc<RunMonitorHost, RunMonitorPage>;
	readonly #sent = new Map<string, number>();
	readonly #changed = new Set<string>();
	readonly #watches = new Map<string, Disposable>();
	#runIds: readonly string[];
	/** The page has asked for a snapshot and has not been hidden since. */
	#live = false;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#lastMessage = -Infinity;

	constructor(
		private readonly library: RunLibrary,
		port: MessagePort,
		runIds: readonly string[],
		private readonly actions: RunMonitorActions,
		private readonly now: () => number = () => performance.now(),
	) {
		this.#runIds = runIds;
		this.#rpc = this.#disposables.add(
			new Rpc<RunMonitorHost, RunMonitorPage>(
				port,
				{ drawPanelPicture: query => this.actions.exports.drawPicture(query) },
				{
					panelExportAsked: query => void this.actions.exports.exportPanel(query),
					pictureTaken: picture => void this.actions.exports.savePicture(picture),
					runsExportAsked: query => void this.actions.exports.exportRuns(query),
					snapshotNeeded: () => this.#snapshot(),
					runsChosen: ({ runIds }) => this.chooseRuns(runIds),
					runPickerOpened: () => this.actions.pickRuns(),
					stopAsked: ({ runId }) => this.actions.stopRun(runId),
					logAsked: ({ runId }) => this.actions.showLog(runId),
				},
				() => this.#begin(),
			),
		);
		const note = ({ runId }: { readonly runId: string }): void => this.#note(runId);
		this.#disposables.add(library.onDidChange(note));
		this.#disposables.add(library.onDidAppendMetrics(note));
		this.#disposables.add(library.onDidAppendLog(note));
		this.#disposables.add({ dispose: () => this.hide() });
	}

	get runIds(): readonly string[] {
		return this.#runIds;
	}

	/** Replaces the runs shown; the page gets a new snapshot at once. */
	chooseRuns(runIds: readonly string[]): void {
		this.#runIds = [...new Set(runIds)];
		this.actions.runsChosen(this.#runIds);
		if (this.#live) {
			this.#begin();
		}
	}

	/** The page is out of sight. When it is seen again it is a new page and says that it is ready. */
	hide(): void {
		this.#live = false;
		clearTimeout(this.#timer);
		this.#timer = undefined;
		for (const watch of this.#watches.values()) {
			watch.dispose();
		}
		this.#watches.clear();
	}

	dispose(): void {
		this.#disposables.dispose();
	}

	#begin(): void {
		this.#live = true;
		for (const [runId, watch] of this.#watches) {
			if (!this.#runIds.includes(runId)) {
				watch.dispose();
				this.#watches.delete(runId);
			}
		}
		this.#snapshot();
		for (const runId of this.#runIds) {
			if (!this.#watches.has(runId) && this.library.get(runId)) {
				this.#watches.set(runId, this.library.watch(runId));
			}
		}
	}

	#snapshot(): void {
		if (!this.#live) {
			return;
		}
		this.#changed.clear();
		this.#sent.clear();
		const runs = this.#runIds.flatMap(runId => this.#monitored(runId));
		this.#rpc.notify('snapshotTaken', {
			runs,
			points: runs.map(run => this.#pointsSince(run.id, 0)),
			missing: this.#runIds.filter(runId => !runs.some(run => run.id === runId)),
			others: this.library
				.list()
				.filter(run => run.kind === 'train' && !this.#runIds.includes(run.id)).length,
		});
		this.#lastMessage = this.now();
	}

	#note(runId: string): void {
		if (!this.#live || !this.#runIds.includes(runId)) {
			return;
		}
		this.#changed.add(runId);
		const wait = Math.max(0, this.#lastMessage + pace - this.now());
		this.#timer ??= setTimeout(() => this.#flush(), wait);
	}

	#flush(): void {
		this.#timer = undefined;
		const changed = [...this.#changed];
		this.#changed.clear();
		// A run that was missing, or whose numbering began anew, takes a whole new picture.
		const anew = changed.some(runId => {
			const sent = this.#sent.get(runId);
			return sent === undefined || sent > (this.library.metrics(runId).at(-1)?.n ?? 0);
		});
		if (anew) {
			this.#begin();
			return;
		}
		const points = changed
			.map(runId => this.#pointsSince(runId, this.#sent.get(runId) ?? 0))
			.filter(delta => delta.points.n.length > 0);
		this.#rpc.notify('runsUpdated', {
			runs: changed.flatMap(runId => this.#monitored(runId)),
			points,
		});
		this.#lastMessage = this.now();
	}

	/** The lines after number `after`, which count as sent from here on. */
	#pointsSince(runId: string, after: number): AppendedPoints {
		const all = this.library.metrics(runId);
		const points = all.slice(firstAfter(all, after));
		this.#sent.set(runId, points.at(-1)?.n ?? after);
		return { runId, after, points: packPoints(points) };
	}

	#monitored(runId: string): readonly MonitoredRun[] {
		const summary = this.library.get(runId);
		if (summary === undefined) {
			return [];
		}
		const origin = this.library.origin(runId);
		return [
			{
				...summary,
				lastLogLine: lastLine(this.library.log(runId)),
				...(origin === undefined ? {} : { origin: originText(origin) }),
			},
		];
	}
}

/** Index of the first line with a number above `after`; lines stand in order of their numbers. */
function firstAfter(points: readonly MetricPoint[], after: number): number {
	let low = 0;
	let high = points.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((points[middle]?.n ?? 0) <= after) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

/** The last line that is not blank; a progress bar's carriage returns count as line ends. */
function lastLine(log: string): string {
	const end = log.slice(-8192).trimEnd();
	return end
		.slice(Math.max(end.lastIndexOf('\n'), end.lastIndexOf('\r')) + 1)
		.slice(0, lastLineLength)
		.trim();
}
