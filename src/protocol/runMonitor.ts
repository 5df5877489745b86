import type { PackedPoints } from '../core/metrics/packedPoints';
import type { RunSummary } from '../core/training/runLibrary';
import type { Side } from './rpc';
import type { ExportNotifications, ExportRequests } from './runMonitorExport';

/** What a run's header shows: its summary and, while it has no metrics, what its log says last. */
export interface MonitoredRun extends RunSummary {
	/** The last line of its log that is not blank, cut to 300 characters; empty without one. */
	readonly lastLogLine: string;
	/** What it was cloned from and what differs; absent of other runs. */
	readonly origin?: string;
}

export interface AppendedPoints {
	readonly runId: string;
	/** Number of the last line sent before; a page that has another asks for a snapshot. */
	readonly after: number;
	readonly points: PackedPoints;
}

/** Everything a page shows, sent whenever it appears and whenever the choice of runs changes. */
export interface RunMonitorSnapshot {
	/** In the order chosen; the first decides which panels stand first. */
	readonly runs: readonly MonitoredRun[];
	readonly points: readonly AppendedPoints[];
	/** Runs that were asked for and are no longer in the workspace. */
	readonly missing: readonly string[];
	/** How many other training runs of the workspace could be laid over these. */
	readonly others: number;
}

/** What happened since the last message; at most one of these in 100 ms. */
export interface RunMonitorUpdate {
	/** Runs whose summary or last log line changed. */
	readonly runs: readonly MonitoredRun[];
	readonly points: readonly AppendedPoints[];
}

/** What the page listens to. Nothing is sent while it is hidden. */
export interface RunMonitorPage extends Side {
	requests: Record<never, never>;
	notifications: {
		snapshotTaken: RunMonitorSnapshot;
		runsUpdated: RunMonitorUpdate;
	};
}

/** What the extension host does for the page. */
export interface RunMonitorHost extends Side {
	requests: ExportRequests;
	notifications: ExportNotifications & {
		/** The page found a hole between what it has and what came. */
		snapshotNeeded: Record<never, never>;
		runsChosen: { readonly runIds: readonly string[] };
		/** Lets the user pick further runs in the editor's own list. */
		runPickerOpened: Record<never, never>;
		stopAsked: { readonly runId: string };
		logAsked: { readonly runId: string };
	};
}
