import type { Look } from '../core/metrics/drawing';
import type { FigurePaint } from '../core/metrics/export/figurePaint';

/** A run as the page names and colours it. */
export interface ExportedRun {
	readonly id: string;
	readonly name: string;
	readonly slot: number;
}

/** How the page draws; what is exported as a picture looks the same. */
export interface ExportedLook extends Omit<Look, 'zoom'> {
	/** Absent: the whole axis. */
	readonly zoom?: { readonly min: number; readonly max: number };
	readonly logarithmic: boolean;
	readonly fitVisible: boolean;
}

export interface RunsExport {
	/** Those that are shown, in their order. */
	readonly runs: readonly ExportedRun[];
	readonly look: ExportedLook;
}

export interface PanelExport extends RunsExport {
	/** The panel's first metric. */
	readonly panel: string;
}

/** A panel drawn in the page's own colours and size. */
export interface PanelPicture extends PanelExport {
	readonly paint: FigurePaint;
	/** Pixels. */
	readonly width: number;
	readonly height: number;
}

export type PanelFormat = 'svg' | 'csv' | 'markdown';
export type RunsFormat = 'csv' | 'html' | 'markdown' | 'latex';

/** Host requests of exports. */
export type ExportRequests = {
	/** SVG; empty when there is no such panel any more. */
	drawPanelPicture: { params: PanelPicture; result: { readonly svg: string } };
};

/** Host notifications of exports; the host asks where to, and says how it went. */
export type ExportNotifications = {
	panelExportAsked: PanelExport & { readonly format: PanelFormat };
	/** PNG that the page made of a picture. */
	pictureTaken: {
		readonly panel: string;
		readonly runs: readonly ExportedRun[];
		readonly png: Uint8Array;
	};
	runsExportAsked: RunsExport & { readonly format: RunsFormat };
};
