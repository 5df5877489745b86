import { setImmediate } from 'node:timers/promises';
import { ok, type Result } from '../../core/base/result';
import type { Label } from '../../core/dataset/annotation';
import { codesOf, type FindingCode } from '../../core/dataset/findings/finding';
import type { FormatName } from '../../core/dataset/example';
import { recogniseBytes } from '../../core/dataset/format';
import { Overlay, type RowId } from '../../core/dataset/overlay';
import { marksAsked } from '../../core/dataset/query/markTest';
import { DatasetFile } from './datasetFile';
import { titleOf } from './datasetView';
import { expected } from './expected';
import type { RowsRemarked, SearchedDataset } from './query/portions';
import { QueryThreads } from './query/queryThreads';
import { readQuery, searchRows } from './query/searchRows';
import { readLabels } from './readLabels';
import { rowsSaidAbout } from './rowsSaidAbout';

/** One row that passes a query. */
export interface FoundRow {
	/** Counted from 1, as editors do. */
	readonly row: number;
	readonly format: FormatName;
	/** The first words. */
	readonly title: string;
	/** What was decided about it; only where the query asks for annotations. */
	readonly label?: Label;
	/** 1 to 5, the mean of all annotators; only where the query asks for annotations. */
	readonly rating?: number;
	readonly tags?: readonly string[];
	readonly notes?: readonly string[];
	/** Only where the query asks for findings. */
	readonly findings?: readonly FindingCode[];
}

export interface FoundInDataset {
	readonly path: string;
	/** Rows of the dataset. */
	readonly rows: number;
	/** Of them, those that pass. */
	readonly matched: number;
	/** As many of those as were asked for, in the order of the file. */
	readonly found: readonly FoundRow[];
}

export interface FindOptions {
	/** At most so many rows are read for the answer; all are counted. */
	readonly limit: number;
	/** The bundled `queryWorker.js`. */
	readonly workerFile?: string | undefined;
	/** Has the labels of datasets that are not on this machine. */
	readonly workspace?: string;
	readonly signal?: AbortSignal;
}

/** The rows of a dataset on disk that pass a query, the same that the editor takes. */
export async function findInDataset(
	path: string,
	query: string,
	options: FindOptions,
): Promise<Result<FoundInDataset>> {
	const parsed = await expected(() => Promise.resolve().then(() => readQuery(query)));
	if (!parsed.ok) {
		return parsed;
	}
	const asked = marksAsked(parsed.value);
	const opened = await DatasetFile.open(path, { scan: asked.findings || asked.annotations });
	if (!opened.ok) {
		return opened;
	}
	const file = opened.value;
	const threads = new QueryThreads({ workerFile: options.workerFile });
	const stop = (): void => void file.close();
	options.signal?.addEventListener('abort', stop);
	try {
		const known = asked.findings || asked.annotations ? await file.scanned : await file.indexed;
		if (!known.ok) {
			return known;
		}
		const labels = asked.annotations ? await labelsOf(file, options.workspace) : ok(undefined);
		if (!labels.ok) {
			return labels;
		}
		const dataset: SearchedDataset = {
			file,
			overlay: new Overlay(file.rows.count),
			labels: labels.value,
			findingsOf: ({ base = 0 }) => file.scan.findingsOf(base),
		};
		return await expected(() => search(dataset, query, threads, options, asked.findings));
	} finally {
		options.signal?.removeEventListener('abort', stop);
		threads.dispose();
		await file.close();
	}
}

async function search(
	dataset: SearchedDataset,
	query: string,
	threads: QueryThreads,
	{ limit, signal = new AbortController().signal }: FindOptions,
	withFindings: boolean,
): Promise<FoundInDataset> {
	const { file, labels } = dataset;
	const ids: RowId[] = [];
	let matched = 0;
	await searchRows(dataset, { query, threads, signal }, more => {
		matched += more.ids.length;
		ids.push(...more.ids.slice(0, Math.max(0, limit - ids.length)));
	});
	const found: FoundRow[] = [];
	for (const id of ids) {
		const { format, example } = recogniseBytes(await file.readRow(id), file.mapping);
		const label = labels?.of(id);
		const remarks = labels?.remarksOn(id);
		found.push({
			row: id + 1,
			format,
			title: titleOf(example),
			...(label === undefined ? {} : { label }),
			...(remarks?.rating === undefined ? {} : { rating: remarks.rating }),
			...(remarks?.tags.length ? { tags: remarks.tags } : {}),
			...(remarks?.notes.length ? { notes: remarks.notes } : {}),
			...(withFindings ? { findings: codesOf(file.scan.findingsOf(id)) } : {}),
		});
		if (found.length % 500 === 0) {
			await setImmediate();
		}
	}
	return { path: file.path, rows: file.rows.count, matched, found };
}

/** What all annotators of the dataset together say, by row. */
async function labelsOf(
	file: DatasetFile,
	workspace: string | undefined,
): Promise<Result<RowsRemarked>> {
	const read = await readLabels(file.path, workspace);
	if (!read.ok) {
		return read;
	}
	const { labels, remarks } = rowsSaidAbout(read.value, file.scan);
	return ok({ of: id => labels.get(id), remarksOn: id => remarks.get(id) });
}
