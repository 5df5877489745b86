import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { panelsFor, type Panel } from '../../src/core/metrics/panels';
import { RunMetrics } from '../../src/core/metrics/runMetrics';
import type { Axis } from '../../src/core/metrics/series';
import type {
	AppendedPoints,
	MonitoredRun,
	RunMonitorSnapshot,
	RunMonitorUpdate,
} from '../../src/protocol/runMonitor';
import { firstPageView, type PageView } from './pageView';
import { listRuns } from './runListModel';

/** What survives hiding and restart. `runIds` is read by the extension host after a restart. */
export interface ViewState extends PageView {
	readonly runIds: readonly string[];
	readonly hiddenRuns: readonly string[];
	readonly axis: Axis;
	/** Weight of the moving average, 0 (as logged) to 0.99. */
	readonly smoothing: number;
	readonly logarithmic: boolean;
	/** Groups whose open state the user changed. */
	readonly groups: Readonly<Record<string, boolean>>;
}

export const firstView: ViewState = {
	...firstPageView,
	runIds: [],
	hiddenRuns: [],
	axis: 'step',
	smoothing: 0,
	logarithmic: false,
	groups: {},
};

/** Where all charts are looked at: a logged position, in the unit of the axis. */
export interface Cursor {
	readonly x: number;
	/** The panel that has the tooltip. */
	readonly panel: string;
}

/** A run as the charts draw it; the slot decides colour and mark and stays while others hide. */
export interface ShownRun {
	readonly id: string;
	/** The name that the user gave it on this page, else its own. */
	readonly name: string;
	readonly slot: number;
	readonly metrics: RunMetrics;
}

/** Everything the page knows. Views read the signals; only the two `take` methods add data. */
export class MonitorState {
	readonly loaded = signal(false);
	readonly runs = signal<readonly MonitoredRun[]>([]);
	readonly missing = signal<readonly string[]>([]);
	readonly others = signal(0);
	readonly cursor = signal<Cursor | undefined>(undefined);
	/** What a screen reader is told after a move of the cursor by keyboard. */
	readonly announcement = signal('');
	/** Counts appends, so that views which read series know when to read them again. */
	readonly revision = signal(0);
	readonly view: Signal<ViewState>;
	readonly shownRuns: ReadonlySignal<readonly ShownRun[]>;
	readonly panels: ReadonlySignal<readonly Panel[]>;
	readonly #metrics = new Map<string, RunMetrics>();

	constructor(view: ViewState) {
		this.view = signal(view);
		let shown: readonly ShownRun[] = [];
		this.shownRuns = computed(() => {
			const now = listRuns(this.runs.value, this.view.value).flatMap(
				({ run, name, slot, isHidden }) =>
					isHidden ? [] : [{ id: run.id, name, slot, metrics: this.metricsOf(run.id) }],
			);
			// A run's summary changes every second; what the charts need of it hardly ever does.
			shown = isSameRuns(shown, now) ? shown : now;
			return shown;
		});
		this.panels = computed(() => {
			void this.revision.value;
			return panelsFor(
				[...new Set(this.runs.value.map(run => run.method))],
				this.runs.value.flatMap(run => this.metricsOf(run.id).series),
			);
		});
	}

	metricsOf(runId: string): RunMetrics {
		const metrics = this.#metrics.get(runId) ?? new RunMetrics();
		this.#metrics.set(runId, metrics);
		return metrics;
	}

	takeSnapshot(snapshot: RunMonitorSnapshot): void {
		this.#metrics.clear();
		for (const { runId, points } of snapshot.points) {
			this.metricsOf(runId).append(points);
		}
		const runIds = [...snapshot.runs.map(run => run.id), ...snapshot.missing];
		this.view.value = {
			...this.view.value,
			runIds,
			hiddenRuns: this.view.value.hiddenRuns.filter(runId => runIds.includes(runId)),
		};
		this.runs.value = snapshot.runs;
		this.missing.value = snapshot.missing;
		this.others.value = snapshot.others;
		this.loaded.value = true;
		this.revision.value++;
	}

	/** @returns false when lines are missing in between, so that only a snapshot can help */
	takeUpdate(update: RunMonitorUpdate): boolean {
		if (!update.points.every(delta => this.#follows(delta))) {
			return false;
		}
		for (const { runId, points } of update.points) {
			this.metricsOf(runId).append(points);
		}
		if (update.runs.length > 0) {
			const changed = new Map(update.runs.map(run => [run.id, run]));
			this.runs.value = this.runs.value.map(run => changed.get(run.id) ?? run);
		}
		if (update.points.length > 0) {
			this.revision.value++;
		}
		return true;
	}

	change(view: Partial<ViewState>): void {
		// Another axis has other positions; a cursor of the old one would point nowhere.
		if (view.axis !== undefined && view.axis !== this.view.value.axis) {
			this.cursor.value = undefined;
		}
		this.view.value = { ...this.view.value, ...view };
	}

	toggleRun(runId: string): void {
		const { hiddenRuns } = this.view.value;
		this.change({
			hiddenRuns: hiddenRuns.includes(runId)
				? hiddenRuns.filter(id => id !== runId)
				: [...hiddenRuns, runId],
		});
	}

	#follows(delta: AppendedPoints): boolean {
		return this.#metrics.get(delta.runId)?.lastLine === delta.after;
	}
}

function isSameRuns(a: readonly ShownRun[], b: readonly ShownRun[]): boolean {
	return (
		a.length === b.length &&
		a.every((run, i) => {
			const other = b[i];
			return (
				run.id === other?.id &&
				run.name === other.name &&
				run.slot === other.slot &&
				run.metrics === other.metrics
			);
		})
	);
}
