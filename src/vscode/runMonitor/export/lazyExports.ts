import { lazy } from '../../../core/base/lazy';
import type {
	ExportNotifications,
	ExportRequests,
	PanelPicture,
} from '../../../protocol/runMonitorExport';
import type { RunExportsParts } from './runExports';

/** Exports of run monitors; their code is loaded with the first of them. */
export class LazyExports {
	readonly #made;

	constructor(parts: RunExportsParts) {
		this.#made = lazy(async () => new (await import('./runExports')).RunExports(parts));
	}

	async drawPicture(query: PanelPicture): Promise<ExportRequests['drawPanelPicture']['result']> {
		return (await this.#made()).drawPicture(query);
	}

	async savePicture(picture: ExportNotifications['pictureTaken']): Promise<void> {
		return (await this.#made()).savePicture(picture);
	}

	async exportPanel(query: ExportNotifications['panelExportAsked']): Promise<void> {
		return (await this.#made()).exportPanel(query);
	}

	async exportRuns(query: ExportNotifications['runsExportAsked']): Promise<void> {
		return (await this.#made()).exportRuns(query);
	}
}
