import { basename } from 'node:path';
import { err, ok, type Result } from '../../../core/base/result';
import type { Label } from '../../../core/dataset/annotation';
import { bitOf } from '../../../core/dataset/findings/finding';
import { oneLine } from '../../../core/dataset/oneLine';
import { WorkRow } from '../../../core/dataset/clean/workRow';
import { DatasetFile } from '../datasetFile';
import { checkCancelled } from '../expected';
import { readLabels, type AgreedLabels } from '../readLabels';
import { NamesInTurn } from '../rowNames';
import { readPortions } from '../rowReader';
import { rowsSaidAbout, type RowsSaidAbout } from '../rowsSaidAbout';
import type { RowPlace } from './accountingFolder';

const encoder = new TextEncoder();

export interface SourceOptions {
	/** Number of its first row among those of all sources. */
	readonly firstIndex: number;
	/** Named in accounts where there are several. */
	readonly isOneOfMany: boolean;
	/** Whether rows need their names; reading is faster without. Needed by default. */
	readonly scan?: boolean;
	/** Labels are read by default. */
	readonly labels?: 'apply' | 'ignore';
	/** Folder that has the labels of datasets that are not on this machine. */
	readonly workspace?: string;
}

const noLabels: AgreedLabels = {
	labels: new Map(),
	annotations: new Map(),
	disputed: [],
	renames: new Map(),
};

/** A dataset that is read row by row, with the names and labels of its rows. */
export class CleanSource {
	private constructor(
		readonly file: DatasetFile,
		readonly names: NamesInTurn,
		readonly labels: AgreedLabels,
		private readonly said: RowsSaidAbout,
		private readonly options: SourceOptions,
	) {}

	static async open(path: string, options: SourceOptions): Promise<Result<CleanSource>> {
		const labels =
			options.labels === 'ignore' ? ok(noLabels) : await readLabels(path, options.workspace);
		if (!labels.ok) {
			return labels;
		}
		// Labels hang on names, and a name may hang on all rows of the file.
		const scan = options.scan !== false || labels.value.annotations.size > 0;
		const opened = await DatasetFile.open(path, { scan });
		if (!opened.ok) {
			return opened;
		}
		const file = opened.value;
		const indexed = await file.indexed;
		const scanned = indexed.ok ? await file.scanned : indexed;
		if (!scanned.ok) {
			await file.close();
			return err(scanned.error);
		}
		const names = new NamesInTurn(file.scan);
		const said = rowsSaidAbout(labels.value, file.scan);
		return ok(new CleanSource(file, names, labels.value, said, options));
	}

	/** Ids that are labelled and not in the file. */
	get detached(): readonly string[] {
		return this.said.detached;
	}

	get count(): number {
		return this.file.rows.count;
	}

	get firstIndex(): number {
		return this.options.firstIndex;
	}

	/** Ends a line as the file does; what is no file of lines ends them with a newline. */
	get lineEnd(): Uint8Array {
		const separator = this.file.kind === 'jsonl' ? this.file.layout?.separator : undefined;
		return encoder.encode(separator === '\r\n' ? separator : '\n');
	}

	placeOf(index: number): RowPlace {
		const row = index - this.firstIndex + 1;
		return this.options.isOneOfMany ? { source: basename(this.file.path), row } : { row };
	}

	/** What was decided about a row, by its place in the file. */
	labelOf(row: number): Label | undefined {
		return this.said.labels.get(row);
	}

	/** All rows in order, in portions. A row that goes over several lines is put on one. */
	async *portions(signal?: AbortSignal): AsyncGenerator<WorkRow[]> {
		const { file, names, said, firstIndex } = this;
		const duplicate = bitOf('duplicateRow');
		for await (const { from, rows } of readPortions(file.rows, row => file.sizeOf(row))) {
			checkCancelled(signal, 'reading the dataset');
			yield rows.map((bytes, i) => {
				const row = from + i;
				return new WorkRow(
					firstIndex + row,
					oneLine(bytes),
					{ label: said.labels.get(row), remarks: said.remarks.get(row) },
					() => names.nameOf(row, bytes),
					(file.scan.findingsOf(row) & duplicate) !== 0 ? ['duplicateRow'] : [],
					file.mapping,
				);
			});
		}
	}

	close(): Promise<void> {
		return this.file.close();
	}
}
