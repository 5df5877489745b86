import { DisposableStore, type Disposable } from '../../core/base/disposable';
import { LineClock } from '../../core/metrics/lineClock';
import type { MetricSource, MetricSources } from '../../core/metrics/metricSource';
import { MetricTables } from '../../core/metrics/metricTables';
import { nearestPoint, placeFrom } from '../../core/metrics/nearestPoint';
import { chartLines } from '../../core/metrics/panelDrawing';
import { panelKey, panelsFor, type Panel } from '../../core/metrics/panels';
import { axes } from '../../core/metrics/rows';
import type { RunMetrics } from '../../core/metrics/runMetrics';
import type { RunLibrary } from '../../core/training/runLibrary';
import { Rpc, type MessagePort } from '../../protocol/rpc';
import type {
	Drawings,
	FoundPoints,
	KeptView,
	MonitoredRun,
	MonitorLook,
	PlaceQuery,
	PointsQuery,
	RunMarkers,
	RunMonitorHost,
	RunMonitorPage,
} from '../../protocol/runMonitor';
import type { DoctorFor } from './doctorOf';
import type { LazyExports } from './export/lazyExports';
import type { MonitorDoctor } from './monitorDoctor';
import { MonitorDrawings } from './monitorDrawings';
import { monitoredRun } from './monitoredRuns';

/** Milliseconds between two messages: faster than the eye needs, slower than the page can draw. */
const pace = 100;
/** Milliseconds of drawing before the thread is left free for a moment. */
const slice = 20;
/** Milliseconds that a page waits for metrics to be read before it shows what is there. */
const patience = 150;

/** What the page asks for that needs the editor. */
export interface RunMonitorActions {
	stopRun(runId: string): void;
	/** The log near a step, or its end. */
	showLog(runId: string, step?: number): void;
	addNote(runId: string, step: number): void;
	showAnswers(runId: string, step: number): void;
	/** Somebody asked for the log, answers or a note of files of another tool, which have none. */
	sayFilesOnly(name: string): void;
	pickRuns(): void;
	/** How the page is looked at, kept beyond it. */
	readonly kept: {
		readonly panel: string;
		get(): KeptView | undefined;
		keep(view: KeptView): void;
	};
	readonly exports: Pick<LazyExports, keyof LazyExports>;
	/** Makes the doctor of the page; without one nothing is said about the runs. */
	readonly doctorFor?: DoctorFor;
	/** The choice of runs changed from within the page. */
	runsChosen(runIds: readonly string[]): void;
}

/** What was sent of a run, to see what is new. */
interface Sent {
	readonly metrics: RunMetrics;
	readonly lastLine: number;
	readonly remarks: RunMetrics['remarks'];
	readonly series: number;
	readonly markers: number;
}

/**
 * One open run monitor. While its page is there, the runs are followed and what the page looks at
 * is drawn from all their points; while it is hidden nothing is sent, followed or drawn.
 */
export class RunMonitorSession implements Disposable {
	readonly #disposables = new DisposableStore();
	readonly #rpc: Rpc<RunMonitorHost, RunMonitorPage>;
	readonly #sent = new Map<string, Sent>();
	readonly #changed = new Set<string>();
	readonly #watches = new Map<string, Disposable>();
	readonly #drawings = new MonitorDrawings();
	readonly #tables = new MetricTables();
	readonly #clocks = new Map<string, LineClock>();
	readonly #doctor: MonitorDoctor | undefined;
	#runIds: readonly string[];
	#panels: readonly Panel[] = [];
	#look: MonitorLook | undefined;
	/** The page has to be drawn anew, whatever changed. */
	#isAnew = false;
	/** The page is ready and has not been hidden since; counts up, so that late work can tell. */
	#life = 0;
	#isLive = false;
	#isReading = false;
	#saidReading = false;
	#isBusy = false;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#lastMessage = -Infinity;

	constructor(
		private readonly sources: MetricSources,
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
				{
					findPoints: query => this.#findPoints(query),
					findPlace: query => this.#findPlace(query),
					loadTable: query => this.#tables.rows(query, id => this.sources.get(id)?.metrics),
					drawPanelPicture: query => this.actions.exports.drawPicture(query),
				},
				{
					panelExportAsked: query => void this.actions.exports.exportPanel(query),
					pictureTaken: picture => void this.actions.exports.savePicture(picture),
					runsExportAsked: query => void this.actions.exports.exportRuns(query),
					lookChanged: look => this.#takeLook(look),
					viewChanged: view => this.actions.kept.keep(view),
					runsChosen: ({ runIds }) => this.chooseRuns(runIds),
					runPickerOpened: () => this.actions.pickRuns(),
					stopAsked: ({ runId }) => this.actions.stopRun(runId),
					logAsked: ({ runId, step }) =>
						this.#ofRun(runId, () => this.actions.showLog(runId, step)),
					changeAsked: ({ runId, code }) => this.#doctor?.showChange(runId, code),
					findingDismissed: ({ runId, code }) => void this.#doctor?.dismiss(runId, code),
					findingsRestored: ({ runId }) => void this.#doctor?.restore(runId),
					noteAsked: ({ runId, step }) =>
						this.#ofRun(runId, () => this.actions.addNote(runId, step)),
					answersAsked: ({ runId, step }) =>
						this.#ofRun(runId, () => this.actions.showAnswers(runId, step)),
				},
				() => void this.#begin(),
			),
		);
		this.#doctor = actions.doctorFor?.(reports => this.#rpc.notify('doctorSaid', { reports }));
		this.#disposables.add(sources.onDidChange(({ id }) => this.#note(id)));
		this.#disposables.add({ dispose: () => this.hide() });
	}

	#ofRun(id: string, act: () => void): void {
		const source = this.sources.get(id);
		if (source && source.run === undefined) {
			this.actions.sayFilesOnly(source.name);
		} else {
			act();
		}
	}

	get runIds(): readonly string[] {
		return this.#runIds;
	}

	/** Replaces the runs shown; the page gets a new snapshot at once. */
	chooseRuns(runIds: readonly string[]): void {
		this.#runIds = [...new Set(runIds)];
		this.actions.runsChosen(this.#runIds);
		if (this.#isLive) {
			void this.#begin();
		}
	}

	/** The page is out of sight. When it is seen again it is a new page and says that it is ready. */
	hide(): void {
		this.#isLive = false;
		this.#life++;
		this.#look = undefined;
		this.#doctor?.stop();
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

	async #begin(): Promise<void> {
		this.#isLive = true;
		const life = ++this.#life;
		for (const [runId, watch] of this.#watches) {
			if (!this.#runIds.includes(runId)) {
				watch.dispose();
				this.#watches.delete(runId);
			}
		}
		this.#isReading = true;
		const read = this.#read(life);
		const waited = new Promise<void>(resolve => setTimeout(resolve, patience));
		await Promise.race([read, waited]);
		if (life !== this.#life) {
			return;
		}
		this.#snapshot();
		for (const runId of this.#runIds) {
			if (!this.#watches.has(runId) && this.sources.get(runId)) {
				this.#watches.set(runId, this.sources.watch(runId));
			}
		}
	}

	/** Reads the runs one after the other, each of which leaves the thread free in between. */
	async #read(life: number): Promise<void> {
		for (const runId of this.#runIds) {
			if (life !== this.#life) {
				return;
			}
			await this.sources.load(runId);
		}
		if (life === this.#life) {
			this.#isReading = false;
			this.#doctor?.begin(this.#runIds);
			this.#schedule();
		}
	}

	#all(): readonly MetricSource[] {
		return this.#runIds.flatMap(runId => this.sources.get(runId) ?? []);
	}

	#snapshot(): void {
		const all = this.#all();
		this.#changed.clear();
		this.#sent.clear();
		this.#drawings.forget();
		this.#panels = panelsOf(all);
		this.#isAnew = true;
		const { kept } = this.actions;
		const view = kept.get();
		this.#rpc.notify('snapshotTaken', {
			panel: kept.panel,
			...(view ? { view } : {}),
			runs: all.map(source => this.#monitored(source)),
			missing: this.#runIds.filter(runId => !all.some(source => source.id === runId)),
			others: this.library
				.list()
				.filter(run => run.kind === 'train' && !this.#runIds.includes(run.id)).length,
			panels: this.#panels,
			markers: all.map(markersOf),
			isReading: this.#isReading,
		});
		this.#saidReading = this.#isReading;
		this.#lastMessage = this.now();
		for (const source of all) {
			this.#remember(source);
		}
		this.#schedule(0);
	}

	#takeLook(look: MonitorLook): void {
		if (this.#isLive) {
			this.#look = look;
			this.#isAnew = true;
			this.#schedule(0);
		}
	}

	#note(runId: string): void {
		if (this.#isLive && this.#runIds.includes(runId)) {
			this.#changed.add(runId);
			this.#doctor?.note();
			this.#schedule();
		}
	}

	/** Says what happened, at once or as soon as the pace allows. */
	#schedule(wait = Math.max(0, this.#lastMessage + pace - this.now())): void {
		if (!this.#isLive || this.#isBusy) {
			return;
		}
		if (wait === 0 && this.#timer !== undefined) {
			clearTimeout(this.#timer);
			this.#timer = undefined;
		}
		this.#timer ??= setTimeout(() => {
			this.#timer = undefined;
			void this.#flush();
		}, wait);
	}

	async #flush(): Promise<void> {
		const life = this.#life;
		const all = this.#all();
		const changed = [...this.#changed];
		this.#changed.clear();
		// A run that was missing or is gone takes a whole new picture.
		if (all.length !== this.#sent.size || all.some(({ id }) => !this.#sent.has(id))) {
			await this.#begin();
			return;
		}
		const panels = this.#newPanels(all);
		const logged = all.filter(({ id, metrics }) => {
			const sent = this.#sent.get(id);
			return (
				sent?.metrics !== metrics ||
				sent.lastLine !== metrics.lastLine ||
				sent.remarks !== metrics.remarks
			);
		});
		const markers = logged
			.filter(({ id, metrics }) => this.#sent.get(id)?.markers !== metrics.markers.length)
			.map(markersOf);
		if (logged.some(({ id, metrics }) => this.#sent.get(id)?.metrics !== metrics)) {
			this.#drawings.forget();
		}
		for (const source of logged) {
			this.#remember(source);
		}
		this.#isBusy = true;
		let drawings: Drawings | undefined;
		try {
			drawings = await this.#draw(all, new Set(logged.map(({ id }) => id)), life);
		} finally {
			this.#isBusy = false;
		}
		if (life !== this.#life) {
			// What began meanwhile could not draw while this did.
			this.#schedule(0);
			return;
		}
		const runs = all.filter(({ id }) => changed.includes(id));
		if (runs.length > 0 || panels || drawings || this.#isReading !== this.#saidReading) {
			this.#rpc.notify('runsUpdated', {
				runs: runs.map(source => this.#monitored(source)),
				markers,
				isReading: this.#isReading,
				...(panels ? { panels } : {}),
				...(drawings ? { drawings } : {}),
			});
			this.#saidReading = this.#isReading;
			this.#lastMessage = this.now();
		}
		if (this.#isAnew || this.#changed.size > 0) {
			this.#schedule(this.#isAnew ? 0 : undefined);
		}
	}

	/** All drawings of a look; begins again when the page looks elsewhere meanwhile. */
	async #draw(
		all: readonly MetricSource[],
		logged: ReadonlySet<string>,
		life: number,
	): Promise<Drawings | undefined> {
		for (;;) {
			const look = this.#look;
			const isAnew = this.#isAnew;
			if (!look || (!isAnew && logged.size === 0)) {
				return undefined;
			}
			this.#isAnew = false;
			const work = this.#drawings.draw(this.#panels, all, look, isAnew ? undefined : logged);
			let began = this.now();
			for (let step = work.next(); ; step = work.next()) {
				if (step.done === true) {
					return step.value;
				}
				if (this.now() - began > slice) {
					await new Promise(resolve => setTimeout(resolve));
					began = this.now();
					if (life !== this.#life) {
						return undefined;
					}
					if (this.#look !== look) {
						break;
					}
				}
			}
		}
	}

	/** The panels, when there are others than before. */
	#newPanels(all: readonly MetricSource[]): readonly Panel[] | undefined {
		if (all.every(({ id, metrics }) => this.#sent.get(id)?.series === metrics.count)) {
			return undefined;
		}
		this.#panels = panelsOf(all);
		this.#isAnew = true;
		return this.#panels;
	}

	#remember({ id, metrics }: MetricSource): void {
		this.#sent.set(id, {
			metrics,
			lastLine: metrics.lastLine,
			remarks: metrics.remarks,
			series: metrics.count,
			markers: metrics.markers.length,
		});
	}

	#monitored(source: MetricSource): MonitoredRun {
		const { id, run, metrics } = source;
		const clock = this.#clocks.get(id) ?? new LineClock();
		this.#clocks.set(id, clock);
		const quiet = run?.state === 'running' ? clock.quiet(metrics, this.now() / 1000) : undefined;
		return monitoredRun(source, this.library, quiet);
	}

	#shown(hidden: readonly string[]): readonly MetricSource[] {
		return this.#all().filter(({ id }) => !hidden.includes(id));
	}

	#findPoints({ axis, x, hidden, panels }: PointsQuery): FoundPoints {
		const shown = this.#shown(hidden);
		const points: FoundPoints['points'][number][] = [];
		const numbers: number[] = [];
		for (const panel of this.#panels) {
			const lines = panels.includes(panelKey(panel)) ? chartLines(panel, shown) : [];
			for (const { source, index, series } of lines) {
				const i = nearestPoint(series, axis, x);
				if (i >= 0) {
					const position = series.positionOf(i);
					points.push({ panel: panelKey(panel), runId: source.id, line: index });
					numbers.push(series.values[i] ?? Number.NaN, ...axes.map(its => position[its]));
				}
			}
		}
		return { points, numbers: Float64Array.from(numbers) };
	}

	#findPlace({ axis, from, by, hidden, panel: key }: PlaceQuery): { readonly x?: number } {
		const panel = this.#panels.find(candidate => panelKey(candidate) === key);
		const lines = panel ? chartLines(panel, this.#shown(hidden)) : [];
		const all = lines.map(({ series }) => series);
		const steps = by === 'first' ? -Infinity : by === 'last' ? Infinity : by;
		const x = placeFrom(all, axis, from, steps);
		return x === undefined ? {} : { x };
	}
}

function panelsOf(all: readonly MetricSource[]): readonly Panel[] {
	return panelsFor(
		[...new Set(all.map(({ run }) => run?.method))],
		all.flatMap(({ metrics }) => metrics.series),
	);
}

function markersOf({ id, metrics }: MetricSource): RunMarkers {
	const { markers } = metrics;
	return {
		runId: id,
		marks: markers.map(({ kind, text }) => ({ kind, text })),
		places: Float64Array.from(markers.flatMap(marker => axes.map(axis => marker[axis]))),
	};
}
