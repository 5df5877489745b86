import type { Disposable } from '../../base/disposable';
import { Emitter } from '../../base/emitter';
import type { PreflightKind, PreflightReport } from './preflightReport';

/** What the last preflight of each recipe said, as long as the window is open. */
export class PreflightReports implements Disposable {
	readonly #changed = new Emitter<PreflightReport>();
	/** A report is new, or tells more. */
	readonly onDidChange = this.#changed.event;
	/** By recipe, the newest last. */
	readonly #reports = new Map<string, PreflightReport>();

	set(report: PreflightReport): void {
		this.#reports.delete(report.recipePath);
		this.#reports.set(report.recipePath, report);
		this.#changed.fire(report);
	}

	ofRecipe(path: string): PreflightReport | undefined {
		return this.#reports.get(path);
	}

	/** The newest that has a dataset, by where the user has it. */
	ofDataset(source: string): PreflightReport | undefined {
		return [...this.#reports.values()].findLast(({ datasets }) =>
			datasets.some(dataset => dataset.source === source),
		);
	}

	dispose(): void {
		this.#changed.dispose();
	}
}

/** What a report says of a dataset, wherever the recipe names it. */
export function kindsOfDataset(report: PreflightReport, source: string): readonly PreflightKind[] {
	return report.kinds.filter(
		({ dataset }) => dataset !== undefined && report.datasets[dataset]?.source === source,
	);
}
