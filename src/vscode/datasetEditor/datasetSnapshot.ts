import { checkRow } from '../../core/dataset/findings/checkRow';
import { codesOf, findingCodes } from '../../core/dataset/findings/finding';
import { isJsonContainer } from '../../core/dataset/container';
import { noActions, rowActions, type RowActions } from '../../core/dataset/edit/rowActions';
import { queryRowOf } from '../../core/dataset/query/queryRow';
import {
	sortValueOf,
	type RowSort,
	type SortKey,
	type SortValue,
} from '../../core/dataset/query/rowSelection';
import type { RowMapping } from '../../core/dataset/rowMapping';
import type { RowRef } from '../../core/dataset/overlay';
import { formatNames } from '../../core/dataset/example';
import { recogniseBytes } from '../../core/dataset/format';
import type { RecognisedRow } from '../../core/dataset/example';
import { messageFor } from '../../core/base/errorMessages';
import type { Annotation } from '../../core/dataset/annotate/annotationFold';
import type { RowAnnotations } from '../../node/dataset/annotate/rowAnnotations';
import type { DatasetModel } from '../../node/dataset/datasetModel';
import { markSortValue, rowSortKey } from '../../node/dataset/query/searchRows';
import { stampOf } from '../../node/dataset/rowEditing';
import {
	findingsOf,
	titleOf,
	type DatasetView,
	type ViewRow,
} from '../../node/dataset/datasetView';
import type { PreflightState } from '../../protocol/datasetPreflight';
import type { AnnotationState, ReviewView, RowMarks } from '../../protocol/datasetReview';
import type {
	DatasetSnapshot,
	DatasetState,
	FarDataset,
	RowDetail,
	RowSummary,
} from '../../protocol/datasetEditor';

/** Longer rows are cut in the raw view, or the page would stand still. */
const longestRaw = 400_000;

export function snapshotOf(
	model: DatasetModel,
	view: DatasetView,
	review: ReviewView | undefined,
	preflight?: PreflightState,
): DatasetSnapshot {
	return {
		revision: model.revision + view.version,
		dataset: stateOf(model),
		preflight,
		filter: view.selection,
		review,
		shownRows: view.count,
		isFiltering: view.isFiltering,
		rowsFiltered: view.rowsFiltered,
		rowsSummarised: view.rowsSummarised,
		rowsOutdated: view.rowsOutdated,
		filterFailure: view.failure,
		queries: [],
	};
}

function stateOf(model: DatasetModel): DatasetState {
	const { file, labels } = model;
	const { copyOf } = model.options;
	const { formats, findings } = countsOf(model);
	return {
		name: model.name,
		container: file.kind,
		rows: model.rowCount,
		bytesRead: file.bytesRead,
		size: file.size,
		isIndexed: file.isIndexed,
		checkedRows: file.scan.count,
		isChecked: file.isScanned,
		formats: formatNames.map((format, i) => ({ format, rows: formats[i] ?? 0 })).filter(some),
		findings: findingCodes.map((code, i) => ({ code, rows: findings[i] ?? 0 })).filter(some),
		kept: labels?.keptCount ?? 0,
		dropped: labels?.droppedCount ?? 0,
		annotations: annotationsOf(labels),
		readOnly: model.readOnly,
		noLabels: labels ? undefined : 'Only datasets on disk can be labelled.',
		fault: file.layout?.fault,
		error: model.failure,
		isChangedOnDisk: model.isChangedOnDisk,
		far: farOf(model),
		copyOf: copyOf && { source: copyOf.source, keptAt: copyOf.keptAt },
	};
}

function farOf({ file }: DatasetModel): FarDataset | undefined {
	const { far } = file;
	return (
		far && {
			place: far.place,
			version: far.version,
			isSavedElsewhere: far.saveElsewhere !== undefined,
			lost: far.state.kind === 'lost' ? far.state.reason : undefined,
			isReadingAll: file.isChecking,
		}
	);
}

interface Counts {
	readonly formats: number[];
	readonly findings: number[];
}

/** Counts by the model that they are of; going through many edits anew for each snapshot is slow. */
const known = new WeakMap<DatasetModel, { readonly key: string; readonly counts: Counts }>();

/** Counts of the file's scan, corrected by the rows that are edited or deleted. */
function countsOf(model: DatasetModel): Counts {
	const { file, overlay } = model;
	const key = `${model.readings} ${overlay.version} ${file.scan.version} ${file.rows.count}`;
	const before = known.get(model);
	if (before?.key === key) {
		return before.counts;
	}
	const counts = countRows(model);
	known.set(model, { key, counts });
	return counts;
}

function countRows(model: DatasetModel): Counts {
	const { scan } = model.file;
	const formats = [...scan.formatCounts];
	const findings = [...scan.findingCounts];
	const withoutRow = (base: number | undefined): void => {
		if (base !== undefined && base < scan.count) {
			count(formats, formatNames.indexOf(scan.formatOf(base)), -1);
			for (const code of codesOf(scan.findingsOf(base))) {
				count(findings, findingCodes.indexOf(code), -1);
			}
		}
	};
	for (const row of model.overlay.changedRows()) {
		withoutRow(row.base);
		if (row.bytes) {
			count(formats, formatNames.indexOf(model.scanOf(row.id, row.bytes).row.format), 1);
		}
		for (const code of codesOf(model.findingsOf(row))) {
			count(findings, findingCodes.indexOf(code), 1);
		}
	}
	for (const base of model.overlay.deletedBases()) {
		withoutRow(base);
	}
	return { formats, findings };
}

/** Rows that any check has something to say about. */
export function rowsWithFindings(model: DatasetModel): number {
	const { scan } = model.file;
	let rows = 0;
	for (let base = 0; base < scan.count; base++) {
		rows += scan.findingsOf(base) === 0 ? 0 : 1;
	}
	const ofFile = (base: number | undefined): number =>
		base !== undefined && scan.findingsOf(base) !== 0 ? 1 : 0;
	for (const row of model.overlay.changedRows()) {
		rows += (model.findingsOf(row) === 0 ? 0 : 1) - ofFile(row.base);
	}
	for (const base of model.overlay.deletedBases()) {
		rows -= ofFile(base);
	}
	return rows;
}

function count(counts: number[], at: number, by: number): void {
	counts[at] = (counts[at] ?? 0) + by;
}

function some(entry: { readonly rows: number }): boolean {
	return entry.rows > 0;
}

/** @param sort what the rows are put in order by: its value of this row is told too */
export function summaryOf(model: DatasetModel, shown: ViewRow, sort?: RowSort): RowSummary {
	const recognised = recogniseBytes(shown.bytes, model.file.mapping);
	return sorted(model, shown, summarise(model, shown, recognised), sort);
}

function sorted(
	model: DatasetModel,
	shown: ViewRow,
	summary: RowSummary,
	sort: RowSort | undefined,
): RowSummary {
	const sortValue = sort && sortValueIn(model, shown, sort.by);
	return sortValue === undefined ? summary : { ...summary, sortValue };
}

function sortValueIn(
	model: DatasetModel,
	{ row, position, bytes }: ViewRow,
	key: SortKey,
): SortValue {
	const marks = {
		number: position + 1,
		format: undefined,
		findings: undefined,
		label: undefined,
		isEdited: row.bytes !== undefined,
	};
	return rowSortKey(key)
		? sortValueOf(key, queryRowOf(bytes, marks, model.file.mapping))
		: markSortValue(model, row.id, key);
}

/** @param sort what the rows are put in order by */
export function detailOf(model: DatasetModel, shown: ViewRow, sort?: RowSort): RowDetail {
	const recognised = recogniseBytes(shown.bytes, model.file.mapping);
	const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(
		shown.bytes.subarray(0, longestRaw),
	);
	return {
		summary: sorted(model, shown, summarise(model, shown, recognised), sort),
		example: recognised.example,
		findings: findingsOf(model, shown.row, checkRow(recognised, model.file)),
		annotation: {
			mine: model.labels?.mine(shown.row.id),
			others: model.labels?.othersOn(shown.row.id) ?? [],
			hidden: model.labels?.hiddenOn(shown.row.id) ?? 0,
			suggestions: model.labels?.suggestionsOn(shown.row.id) ?? [],
		},
		raw: text,
		isRawCut: shown.bytes.length > longestRaw,
		stamp: stampOf(shown.bytes),
		actions: model.readOnly === undefined ? actionsIn(model, shown.bytes, recognised) : noActions,
	};
}

/** Where rows have columns, none can be added to one of them alone. */
function actionsIn(model: DatasetModel, bytes: Uint8Array, recognised: RecognisedRow): RowActions {
	const actions = actionsOf(bytes, recognised, model.file.mapping);
	return isJsonContainer(model.file.kind) ? actions : { ...actions, canAddField: false };
}

function actionsOf(
	bytes: Uint8Array,
	{ example }: RecognisedRow,
	mapping: RowMapping | undefined,
): RowActions {
	if (example.kind === 'broken') {
		return noActions;
	}
	return rowActions(
		JSON.parse(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)),
		example,
		mapping,
	);
}

function summarise(model: DatasetModel, shown: ViewRow, recognised: RecognisedRow): RowSummary {
	const row: RowRef = shown.row;
	return {
		id: row.id,
		number: shown.position + 1,
		title: titleOf(recognised.example),
		format: recognised.format,
		label: model.labels?.of(row.id),
		marks: marksOf(model.labels?.mine(row.id)),
		findings: codesOf(model.findingsOf(row)),
		isEdited: row.bytes !== undefined,
	};
}

function marksOf(mine: Annotation | undefined): RowMarks {
	return {
		rating: mine?.rating,
		tags: mine?.tags ?? [],
		hasNote: mine?.note !== undefined,
		isSkipped: mine?.isSkipped ?? false,
	};
}

/** Tags by the annotations that they are of; counting them for each snapshot is slow. */
const knownTags = new WeakMap<RowAnnotations, { version: number; tags: readonly string[] }>();
const mostTags = 200;

function tagsOf(labels: RowAnnotations): readonly string[] {
	const { version } = labels;
	const before = knownTags.get(labels);
	if (before?.version === version) {
		return before.tags;
	}
	const tags = labels
		.tags()
		.slice(0, mostTags)
		.map(({ tag }) => tag);
	knownTags.set(labels, { version, tags });
	return tags;
}

function annotationsOf(labels: RowAnnotations | undefined): AnnotationState {
	const failure = labels?.store.failure;
	return {
		detached: labels?.detachedCount ?? 0,
		tags: labels ? tagsOf(labels) : [],
		unwritten: failure && {
			events: labels?.store.pendingCount ?? 0,
			reason: messageFor(failure),
		},
	};
}
