import type { DoctorFinding } from '../core/doctor/finding';
import type { Look } from '../core/metrics/drawing';
import type { Skipped } from '../core/metrics/metricSource';
import type { TableRows } from '../core/metrics/metricTable';
import type { Quiet } from '../core/metrics/lineClock';
import type { TableQuery } from '../core/metrics/metricTables';
import type { PackedDrawing } from '../core/metrics/packedDrawing';
import type { Panel } from '../core/metrics/panels';
import type { XRange } from '../core/metrics/reduction';
import type { Marker } from '../core/metrics/runMetrics';
import type { Axis } from '../core/metrics/series';
import type { RunSummary } from '../core/training/runLibrary';
import type { Side } from './rpc';
import type { ExportNotifications, ExportRequests } from './runMonitorExport';

/** What a run's header shows: its summary and, while it has no metrics, what its log says last. */
export interface MonitoredRun extends RunSummary {
	/** The last line of its log that is not blank, cut to 300 characters; empty without one. */
	readonly lastLogLine: string;
	/** What it was cloned from and what differs; absent of other runs. */
	readonly origin?: string;
	/** Until its last step, from the speed of its newest steps; absent where nobody can tell. */
	readonly secondsLeft?: number;
	/** How long it has logged nothing when this was sent; only of a run that trains. */
	readonly quiet?: Quiet;
	/** The newest loss of its training, for people; NaN is one as well. */
	readonly newestLoss?: string;
	/** Files of another tool, which are read and have no state of their own. */
	readonly file?: { readonly format: string; readonly where: string };
	/** What could not be read of its metrics. */
	readonly skipped: readonly Skipped[];
}

/** A panel in or near the visible part of the page. */
export interface SeenPanel {
	/** The panel's first metric. */
	readonly panel: string;
	/** Device pixels between its axes. */
	readonly pixels: number;
}

/** What the page looks at; the host draws that and nothing else. */
export interface MonitorLook extends Look {
	/** Counted up by the page; a drawing says which look it was made for. */
	readonly look: number;
	/** Runs that are not drawn. */
	readonly hidden: readonly string[];
	readonly seen: readonly SeenPanel[];
	/** The panel that stands small and whole above the others while they are zoomed. */
	readonly overview?: SeenPanel;
}

export interface RunMarkers {
	readonly runId: string;
	readonly marks: readonly { readonly kind: Marker['kind']; readonly text: string }[];
	/** For each mark its places, in the order of `axes`. */
	readonly places: Float64Array;
}

/** A panel with all its lines, or with those of some runs only, which replace what was there. */
export interface DrawnPanel extends PackedDrawing {
	/** Absent when all lines were drawn. */
	readonly only?: readonly string[];
}

/** Drawings of the panels that are seen. */
export interface Drawings {
	readonly look: number;
	/** The whole axis over all runs shown. */
	readonly whole: XRange;
	readonly panels: readonly DrawnPanel[];
	readonly overview?: PackedDrawing;
}

/** How a page is looked at, as far as the extension host reads it; the page keeps more in it. */
export interface KeptView {
	readonly runIds: readonly string[];
	/** Names the tab over restarts. */
	readonly panel?: string;
	/** When a person changed it last, in milliseconds of the clock; absent of an untouched one. */
	readonly changedAt?: number;
}

/**
 * What stands around the charts, sent whenever the page appears or the choice of runs changes.
 * Beside typed arrays messages are JSON, in which there is no NaN.
 */
export interface RunMonitorSnapshot {
	/** Name of the tab. */
	readonly panel: string;
	/** What the extension host kept of its view; it counts where it is newer than the page's own. */
	readonly view?: KeptView;
	/** In the order chosen; the first decides which panels stand first. */
	readonly runs: readonly MonitoredRun[];
	/** Runs that were asked for and are no longer in the workspace. */
	readonly missing: readonly string[];
	/** How many other training runs of the workspace could be laid over these. */
	readonly others: number;
	/** In the order to show them. */
	readonly panels: readonly Panel[];
	readonly markers: readonly RunMarkers[];
	/** Metrics of some run are still being read. */
	readonly isReading: boolean;
}

/** What happened since the last message; at most one of these in 100 ms unless the look changed. */
export interface RunMonitorUpdate {
	/** Runs whose summary or last log line changed. */
	readonly runs: readonly MonitoredRun[];
	/** All panels, when one came. */
	readonly panels?: readonly Panel[];
	/** Of runs that have new ones, all of them. */
	readonly markers: readonly RunMarkers[];
	readonly drawings?: Drawings;
	readonly isReading: boolean;
}

/** What the doctor says about one run. */
export interface DoctorReport {
	readonly runId: string;
	/** The worst first, without those that were dismissed for this run. */
	readonly findings: readonly DoctorFinding[];
	/** How many were dismissed. */
	readonly dismissed: number;
	/** There is a recipe that a change can be shown in. */
	readonly hasRecipe: boolean;
}

/** What the page listens to. Nothing is sent while it is hidden. */
export interface RunMonitorPage extends Side {
	requests: Record<never, never>;
	notifications: {
		snapshotTaken: RunMonitorSnapshot;
		runsUpdated: RunMonitorUpdate;
		/** Of all runs shown, whenever it is another than before. */
		doctorSaid: { readonly reports: readonly DoctorReport[] };
	};
}

/** Asks for the logged points nearest to a position, whatever was drawn. */
export interface PointsQuery {
	readonly axis: Axis;
	readonly x: number;
	readonly hidden: readonly string[];
	/** First metrics of the panels. */
	readonly panels: readonly string[];
}

/** Logged points as they were logged. */
export interface FoundPoints {
	readonly points: readonly {
		readonly panel: string;
		readonly runId: string;
		/** Index into the panel's `lines`. */
		readonly line: number;
	}[];
	/** For each point its value, then its places in the order of `axes`; unknown ones are NaN. */
	readonly numbers: Float64Array;
}

/** Asks for the place so many logged ones further on. */
export interface PlaceQuery {
	readonly axis: Axis;
	/** Absent: begin at the end that `by` comes from. */
	readonly from?: number;
	readonly by: number | 'first' | 'last';
	readonly hidden: readonly string[];
	readonly panel: string;
}

/** What the extension host does for the page. */
export interface RunMonitorHost extends Side {
	requests: ExportRequests & {
		findPoints: { params: PointsQuery; result: FoundPoints };
		loadTable: { params: TableQuery; result: TableRows };
		findPlace: { params: PlaceQuery; result: { readonly x?: number } };
	};
	notifications: ExportNotifications & {
		lookChanged: MonitorLook;
		/** A person looks at the page in another way, which is kept. */
		viewChanged: KeptView;
		runsChosen: { readonly runIds: readonly string[] };
		/** Lets the user pick further runs in the editor's own list. */
		runPickerOpened: Record<never, never>;
		stopAsked: { readonly runId: string };
		/** Shows the recipe of a run with the change that a finding proposes. */
		changeAsked: { readonly runId: string; readonly code: string };
		findingDismissed: { readonly runId: string; readonly code: string };
		/** All that was dismissed of a run comes back. */
		findingsRestored: { readonly runId: string };
		/** The log near a step, or its end. */
		logAsked: { readonly runId: string; readonly step?: number };
		/** Asks for a note at a step and keeps it with the run. */
		noteAsked: { readonly runId: string; readonly step: number };
		/** What the model answered at a checkpoint. */
		answersAsked: { readonly runId: string; readonly step: number };
	};
}
