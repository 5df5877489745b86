import { basename } from 'node:path';
import type { Disposable } from '../../core/base/disposable';
import type { RowId } from '../../core/dataset/overlay';
import type { PreflightReport } from '../../core/training/preflight/preflightReport';
import {
	kindsOfDataset,
	type PreflightReports,
} from '../../core/training/preflight/preflightReports';
import { wordsFor } from '../../core/training/preflight/preflightWords';
import type { DatasetModel } from '../../node/dataset/datasetModel';
import { fileStamp } from '../../node/dataset/fileStamp';
import { markPreflight } from '../../node/dataset/preflightMarks';
import type { PreflightState } from '../../protocol/datasetPreflight';

/** What the checks of recipes on hosts say of an open dataset: marks on its rows, and their kinds. */
export class DocumentPreflight implements Disposable {
	readonly #listener: Disposable;
	#report: PreflightReport | undefined;
	/** Reading of the file that the marks are on; the file was another one when it is older. */
	#reading = -1;
	#known: { readonly key: string; readonly state: PreflightState | undefined } | undefined;

	constructor(
		private readonly model: DatasetModel,
		private readonly reports: PreflightReports,
	) {
		this.#listener = reports.onDidChange(() => void this.#take());
		void this.#take();
	}

	/** Undefined where no recipe with this dataset was checked. */
	get state(): PreflightState | undefined {
		const { readings, overlay } = this.model;
		const key = `${readings} ${overlay.version} ${this.#reading}`;
		if (this.#known?.key !== key) {
			this.#known = { key, state: this.#stateNow() };
		}
		return this.#known.state;
	}

	get recipePath(): string | undefined {
		return this.#report?.recipePath;
	}

	/** Rows of a kind that say what they said when they were checked. */
	rowsOf(code: string): RowId[] {
		const ids: RowId[] = [];
		for (const [id, { kinds }] of this.model.marks.marked('preflight', this.model.overlay)) {
			if (kinds?.some(kind => kind.code === code) === true) {
				ids.push(id);
			}
		}
		return ids;
	}

	dispose(): void {
		this.#listener.dispose();
	}

	async #take(): Promise<void> {
		const { model } = this;
		const { path } = model.file;
		const report = this.reports.ofDataset(path);
		if (report === undefined || report === this.#report) {
			return;
		}
		const indexed = await (model.file.far ? model.file.indexed : model.file.scanned);
		const now = await fileStamp(path);
		if (!indexed.ok || this.reports.ofDataset(path) !== report) {
			return;
		}
		this.#report = report;
		this.#known = undefined;
		const checked = report.datasets.find(({ source }) => source === path);
		if (checked?.stamp === now) {
			this.#reading = model.readings;
			markPreflight(model, kindsOfDataset(report, path));
		} else {
			this.#reading = -1;
			markPreflight(model, []);
		}
	}

	#stateNow(): PreflightState | undefined {
		const report = this.#report;
		if (report === undefined) {
			return undefined;
		}
		const left = new Map<string, number>();
		for (const [, { kinds = [] }] of this.model.marks.marked('preflight', this.model.overlay)) {
			for (const { code } of kinds) {
				left.set(code, (left.get(code) ?? 0) + 1);
			}
		}
		return {
			hostName: report.hostName,
			recipe: basename(report.recipePath),
			isOutdated: this.#reading !== this.model.readings,
			kinds: kindsOfDataset(report, this.model.file.path).map(kind => ({
				code: kind.code,
				severity: kind.severity,
				...wordsFor(kind),
				found: kind.rows.length,
				left: left.get(kind.code) ?? 0,
			})),
		};
	}
}
