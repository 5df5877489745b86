import type { Look, PanelDrawing } from '../core/metrics/drawing';
import type { Panel } from '../core/metrics/panels';
import type { XRange } from '../core/metrics/reduction';
import type { Marker } from '../core/metrics/runMetrics';
import type { Axis } from '../core/metrics/series';

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
	readonly hidden: readonly string[];
	readonly seen: readonly SeenPanel[];
}

/** Which panels there are, in the order to show them; sent when a metric appears or runs change. */
export interface PanelList {
	readonly panels: readonly Panel[];
}

export interface SourceMarkers {
	readonly source: string;
	readonly markers: readonly Marker[];
}

/** Drawings of visible panels; at most one such message in 100 ms unless the look changed. */
export interface Drawings {
	readonly look: number;
	readonly axis: Axis;
	/** The whole axis over all sources shown, for the overview. */
	readonly whole: XRange;
	/** A panel with all its lines, or with only those that changed since its last drawing. */
	readonly panels: readonly (PanelDrawing & { readonly partial: boolean })[];
}

/** The logged points nearest to a position, exact, whatever was drawn. */
export interface PointsQuery {
	readonly axis: Axis;
	readonly x: number;
	readonly hidden: readonly string[];
	/** First metrics of the panels. */
	readonly panels: readonly string[];
}

/** One logged point, as it was logged, at all its positions; unknown ones are NaN. */
export interface LoggedPoint {
	readonly panel: string;
	readonly source: string;
	/** Index into the panel's `lines`. */
	readonly line: number;
	readonly value: number;
	readonly at: Readonly<Record<Axis, number>>;
}
