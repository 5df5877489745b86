import type { Panel } from '../../../src/core/metrics/panels';
import type {
	ExportNotifications,
	ExportRequests,
	PanelFormat,
	RunsExport,
	RunsFormat,
} from '../../../src/protocol/runMonitorExport';
import { smoothingOf } from '../smoothingStrength';
import type { MonitorState } from '../state';
import { pagePaint, pngOf } from './pagePicture';

/** What the page asks of the extension host to take things away. */
export interface ExportActions {
	exportPanel(panel: Panel, format: PanelFormat): void;
	/** @param width of the panel in the page, in pixels */
	savePicture(panel: Panel, width: number): Promise<void>;
	exportRuns(format: RunsFormat): void;
}

/** The host's end of exports. */
export interface ExportHost {
	request(
		method: 'drawPanelPicture',
		params: ExportRequests['drawPanelPicture']['params'],
	): Promise<ExportRequests['drawPanelPicture']['result']>;
	notify<N extends keyof ExportNotifications>(method: N, params: ExportNotifications[N]): void;
}

const height = 220;
const narrowest = 360;
const widest = 1200;

export function exportActions(state: MonitorState, host: ExportHost): ExportActions {
	return {
		exportPanel: (panel, format) =>
			host.notify('panelExportAsked', { ...shown(state), panel: keyOf(panel), format }),
		exportRuns: format => host.notify('runsExportAsked', { ...shown(state), format }),
		savePicture: async (panel, pageWidth) => {
			const width = Math.round(Math.max(narrowest, Math.min(widest, pageWidth)));
			const query = { ...shown(state), panel: keyOf(panel), paint: pagePaint(), width, height };
			const { svg } = await host.request('drawPanelPicture', query);
			if (svg !== '') {
				const png = await pngOf(svg);
				host.notify('pictureTaken', { panel: query.panel, runs: query.runs, png });
			}
		},
	};
}

function keyOf(panel: Panel): string {
	return panel.lines[0]?.metric ?? '';
}

/** The runs and the look that the page has now. */
function shown(state: MonitorState): RunsExport {
	const view = state.view.value;
	const { axis, zoom, logarithmic, clipOutliers, fitVisible } = view;
	return {
		runs: state.shownRuns.value.map(({ id, name, slot }) => ({ id, name, slot })),
		look: {
			axis,
			...(zoom === undefined ? {} : { zoom }),
			smoothing: smoothingOf(view),
			clipOutliers,
			logarithmic,
			fitVisible,
		},
	};
}
