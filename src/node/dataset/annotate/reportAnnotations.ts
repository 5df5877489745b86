import { setImmediate } from 'node:timers/promises';
import { err, ok, type Result } from '../../../core/base/result';
import {
	annotationOf,
	type Annotation,
	type SayingEvent,
} from '../../../core/dataset/annotate/annotationFold';
import {
	annotationReport,
	type AnnotationReport,
} from '../../../core/dataset/annotate/annotationReport';
import { Overlay, type RowId } from '../../../core/dataset/overlay';
import { AnnotationStore } from '../annotationStore';
import { DatasetFile } from '../datasetFile';
import { checkCancelled, expected } from '../expected';
import { RowAnnotations, type DetachedAnnotation } from './rowAnnotations';

/** What is said about a dataset, with what found no row. */
export interface DatasetAnnotations extends AnnotationReport {
	readonly path: string;
	/** Rows of the dataset. */
	readonly rows: number;
	/** Folders that were looked into. */
	readonly folders: readonly string[];
	readonly detached: readonly DetachedAnnotation[];
	/** Lines of kinds that this version does not know, and lines that are not whole. */
	readonly unknownLines: number;
	readonly tornLines: number;
}

/** Events between two turns for others. */
const portion = 10_000;

type ByRow = ReadonlyMap<RowId, readonly SayingEvent[]>;

/** The annotations of an open dataset in numbers; others get their turn meanwhile. */
export async function reportOf(
	labels: RowAnnotations,
	signal?: AbortSignal,
): Promise<AnnotationReport> {
	let events = 0;
	const foldedBy = async (
		all: ReadonlyMap<string, ByRow>,
	): Promise<Map<string, Map<string, Annotation>>> => {
		const folded = new Map<string, Map<string, Annotation>>();
		for (const [author, rows] of all) {
			const own = new Map<string, Annotation>();
			for (const [id, said] of rows) {
				own.set(String(id), annotationOf(said));
				events += said.length;
				if (events > portion) {
					events = 0;
					await setImmediate();
					checkCancelled(signal, 'counting annotations');
				}
			}
			folded.set(author, own);
		}
		return folded;
	};
	return annotationReport(await foldedBy(labels.answers), await foldedBy(labels.suggestions));
}

/**
 * Reads a dataset and its annotations from disk.
 *
 * @param workspace folder that may hold them in place of the dataset's own
 */
export async function reportAnnotations(
	path: string,
	options: { readonly workspace?: string; readonly signal?: AbortSignal } = {},
): Promise<Result<DatasetAnnotations>> {
	const opened = await DatasetFile.open(path, { scan: true });
	if (!opened.ok) {
		return opened;
	}
	const file = opened.value;
	try {
		const indexed = await file.indexed;
		const scanned = indexed.ok ? await file.scanned : indexed;
		if (!scanned.ok) {
			return err(scanned.error);
		}
		const store = new AnnotationStore(path, undefined, options.workspace);
		const overlay = new Overlay();
		overlay.growBase(file.rows.count);
		const labels = new RowAnnotations(store, () => new Date());
		const readRow = (base: number): Promise<Uint8Array> => file.readRow(base);
		const loaded = await labels.load({ scan: file.scan, readRow }, overlay);
		if (!loaded.ok) {
			return loaded;
		}
		const report = await expected(() => reportOf(labels, options.signal));
		return report.ok
			? ok({
					path,
					rows: file.rows.count,
					folders: store.folders,
					...report.value,
					detached: labels.detached,
					unknownLines: labels.unread.unknown,
					tornLines: labels.unread.torn,
				})
			: report;
	} finally {
		await file.close();
	}
}
