import type { Label } from '../core/dataset/annotation';
import type { ContainerKind } from '../core/dataset/container';
import type { RowActions } from '../core/dataset/edit/rowActions';
import type { RowChange } from '../core/dataset/edit/rowChange';
import type { Example, FormatName, StringRange } from '../core/dataset/example';
import type { Finding, FindingCode } from '../core/dataset/findings/finding';
import type { JsonPath } from '../core/dataset/jsonScanner';
import type { RowId } from '../core/dataset/overlay';
import type { TextMatches } from '../core/dataset/query/matchSpans';
import type { ColumnSummary } from '../core/dataset/statistics/columnSummary';
import type { RowSelection } from '../core/dataset/query/rowSelection';
import type { PreflightRequests, PreflightState } from './datasetPreflight';
import type {
	AnnotationState,
	ReviewNotifications,
	ReviewPageNotifications,
	ReviewRequests,
	ReviewView,
	RowAnnotation,
	RowMarks,
} from './datasetReview';
import type { TokensPageNotifications, TokensRequests } from './datasetTokens';

/** One row of the list. */
export interface RowSummary {
	readonly id: RowId;
	/** Place in the dataset, from 1, whatever the filter. */
	readonly number: number;
	/** The first words. */
	readonly title: string;
	readonly format: FormatName;
	readonly label: Label | undefined;
	readonly marks: RowMarks;
	readonly findings: readonly FindingCode[];
	readonly isEdited: boolean;
	/** What the rows are put in order by; absent where they are not, or where the row has no such thing. */
	readonly sortValue?: string | number;
}

/** One row as it is read and edited. */
export interface RowDetail {
	readonly summary: RowSummary;
	readonly example: Example;
	readonly findings: readonly Finding[];
	readonly annotation: RowAnnotation;
	/** The row's own text, cut where it is very long. */
	readonly raw: string;
	readonly isRawCut: boolean;
	/** Changes with the row's content; a change names the one that it was made for. */
	readonly stamp: string;
	readonly actions: RowActions;
}

/** Rows that follow each other in a page, by their places there; `to` is exclusive. */
export interface RowRange {
	readonly from: number;
	readonly to: number;
	/** Ids of its first and last row, as far as the page has them: another row stops the action. */
	readonly first: RowId | undefined;
	readonly last: RowId | undefined;
}

/** What can be done with several rows at once. `label` of null takes labels off. */
export type RowsAction =
	| { readonly kind: 'delete' }
	| { readonly kind: 'duplicate' }
	/** So that the first of them becomes row `number`, from 1, or goes up or down by one. */
	| { readonly kind: 'move'; readonly to: number | 'up' | 'down' }
	| { readonly kind: 'label'; readonly label: Label | null };

/** What is different of a dataset that another machine holds. */
export interface FarDataset {
	/** The host's name, or the Hub's. */
	readonly place: string;
	/** Which version of it this is, in words, where it has several. */
	readonly version: string | undefined;
	/** Edits can be saved only as a file on this machine. */
	readonly isSavedElsewhere: boolean;
	/** Why it is out of reach, as a sentence, while it is. */
	readonly lost: string | undefined;
	/** All of it is being read for what only all rows show. */
	readonly isReadingAll: boolean;
}

export interface DatasetState {
	readonly name: string;
	readonly container: ContainerKind;
	/** Rows known so far. */
	readonly rows: number;
	readonly bytesRead: number;
	readonly size: number;
	readonly isIndexed: boolean;
	/** Rows whose findings are known. */
	readonly checkedRows: number;
	readonly isChecked: boolean;
	readonly formats: readonly { readonly format: FormatName; readonly rows: number }[];
	readonly findings: readonly { readonly code: FindingCode; readonly rows: number }[];
	readonly kept: number;
	readonly dropped: number;
	readonly annotations: AnnotationState;
	/** Why it cannot be edited. */
	readonly readOnly: string | undefined;
	/** Why it cannot be labelled. */
	readonly noLabels: string | undefined;
	/** What is wrong with the file as a whole. */
	readonly fault: string | undefined;
	/** Why it could not be read to the end. */
	readonly error: string | undefined;
	/** Something else has written the file while there are unsaved edits. */
	readonly isChangedOnDisk: boolean;
	/** `undefined` for a dataset on this machine. */
	readonly far: FarDataset | undefined;
	/** What it is a copy of that was kept offline. */
	readonly copyOf: { readonly source: string; readonly keptAt: string } | undefined;
}

/** An image on disk as a page may load it. */
export interface ImageAddress {
	readonly uri: string;
	/** Bytes. */
	readonly size: number;
}

/** How a person likes rows to be drawn. */
export interface ReadingChoices {
	readonly isRendered: boolean;
	readonly marksWords: boolean;
}

/** Everything a page shows, but for the rows, which it loads as they come into view. */
export interface DatasetSnapshot {
	/** Grows with every change of the dataset or the filter; rows of an older one are stale. */
	readonly revision: number;
	readonly dataset: DatasetState;
	/** Each page of a dataset has its own. */
	readonly filter: RowSelection;
	/** What the check of a recipe on a host says; absent where there was none. */
	readonly preflight?: PreflightState | undefined;
	readonly review: ReviewView | undefined;
	/** Rows that pass the filter. */
	readonly shownRows: number;
	/** The filter is still going through the file; `shownRows` grows. */
	readonly isFiltering: boolean;
	/** Of the dataset's rows, those that the filter is done with. */
	readonly rowsFiltered: number;
	/** Those that a summary of the columns has read so far. */
	readonly rowsSummarised: number;
	/**
	 * Rows that the filter would find or place otherwise now, since they were edited or annotated;
	 * `undefined` where too many were to know.
	 */
	readonly rowsOutdated: number | undefined;
	/** Why the filter was stopped, as a sentence. */
	readonly filterFailure: string | undefined;
	/** Queries of before, the newest first. */
	readonly queries: readonly string[];
	/** Absent until something was chosen. */
	readonly reading?: ReadingChoices;
}

/** Rows that a command wants to have shown. `index` is a place among those that pass. */
export type RowsAsked =
	| { readonly kind: 'row'; readonly index: number }
	/** Of the whole dataset: what hides it goes. */
	| { readonly kind: 'rowOfAll'; readonly index: number }
	| { readonly kind: 'sample'; readonly count: number }
	| { readonly kind: 'query'; readonly query: string; readonly withFindings?: boolean };

/** What a request answers that may fail; the sentence is for people. */
export type Answer<T> =
	{ readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

/** The extension host's side. */
export interface DatasetHost {
	requests: ReviewRequests &
		PreflightRequests &
		TokensRequests & {
			/** Rows `from` (inclusive) to `to` (exclusive) of those that pass the filter. */
			loadRows: {
				params: { readonly from: number; readonly to: number };
				result: Answer<{ readonly revision: number; readonly rows: readonly RowSummary[] }>;
			};
			/** The row at a place among those that pass the filter. */
			loadExample: { params: { readonly index: number }; result: Answer<RowDetail> };
			/** Place of a row among those that pass the filter. */
			findRow: { params: { readonly id: RowId }; result: number | undefined };
			/** `false` when it would read all of a far file and that was not wanted. */
			setFilter: { params: RowSelection; result: boolean };
			/** Reads all of a far file for findings and labels, after saying how much that is. */
			readAll: { params: null; result: void };
			/** Tries to reach a far file now. */
			reconnect: { params: null; result: void };
			/** Makes in the source of a copy what was done to it. */
			mergeIntoSource: { params: null; result: void };
			/** Asks for a file on this machine and writes a far dataset there, with its edits. */
			saveCopy: { params: null; result: void };
			/** What the columns of all rows are like; reads every row once. */
			loadSummary: { params: null; result: Answer<readonly ColumnSummary[]> };
			stopSummary: { params: null; result: void };
			/** Asks the user for a row, or for the size of a sample; `rowsAsked` brings what was said. */
			askForRows: { params: { readonly what: 'row' | 'sample' }; result: void };
			/** Place of the next row with a finding, or the one before, around the ends; of those that pass. */
			findFinding: {
				params: { readonly from: number; readonly by: 1 | -1 };
				result: number | undefined;
			};
			/** Where the query hits what a row says. */
			findMatches: { params: { readonly id: RowId }; result: readonly TextMatches[] };
			/** Keeps a query for the next time, in all datasets and windows. */
			keepQuery: { params: { readonly query: string }; result: void };
			editText: {
				params: {
					readonly id: RowId;
					readonly paths: readonly JsonPath[];
					/** What the text was when the editing began. When it is another now, nothing changes. */
					readonly before: string;
					readonly text: string;
					/** The part of the string at each path that the text is; all of it when absent. */
					readonly range?: StringRange;
				};
				result: Answer<null>;
			};
			changeRow: {
				params: { readonly id: RowId; readonly stamp: string; readonly change: RowChange };
				result: Answer<null>;
			};
			actOnRows: {
				params: { readonly ranges: readonly RowRange[]; readonly action: RowsAction };
				result: Answer<null>;
			};
			/** Adds a row without content behind another, or as the first; answers its place. */
			insertRow: {
				params: { readonly after: RowId | undefined };
				result: Answer<{ readonly index: number }>;
			};
			setLabel: {
				params: { readonly id: RowId; readonly label: Label | null };
				result: Answer<null>;
			};
			/** The image that a row names by a path. */
			loadImage: { params: { readonly named: string }; result: Answer<ImageAddress> };
			/** Asks how the rows are to be read. */
			chooseMapping: { params: null; result: void };
			setReading: { params: ReadingChoices; result: void };
			save: { params: null; result: void };
			/** Opens a diff of what a save will change. */
			showChanges: { params: null; result: void };
			openAsText: { params: null; result: void };
			resolveChange: { params: { readonly how: 'overwrite' | 'reload' | 'compare' }; result: void };
		};
	notifications: ReviewNotifications & {
		/** For the commands that act on the row in view. */
		rowSelected: { readonly id: RowId | undefined };
	};
}

/** The page's side. */
export interface DatasetPage {
	requests: Record<string, never>;
	notifications: ReviewPageNotifications &
		TokensPageNotifications & {
			snapshotReplaced: DatasetSnapshot;
			rowsAsked: RowsAsked;
		};
}
