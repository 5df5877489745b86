import type { Label } from '../../../core/dataset/annotation';
import type { Remarks } from '../../../core/dataset/query/remarks';
import type { TextMatches } from '../../../core/dataset/query/matchSpans';
import type { SortKey, SortValue } from '../../../core/dataset/query/rowSelection';
import type { RowMapping } from '../../../core/dataset/rowMapping';
import type { ColumnSummary } from '../../../core/dataset/statistics/columnSummary';
import type { PackedStatistics } from '../../../core/dataset/statistics/rowStatistics';
import type { RowRangeBatch } from '../../../core/dataset/rowRanges';
import type { PartDescription } from '../partReading';

/** Rows that follow each other in reading order. `id` and `position` are those of the first. */
export type PortionRun =
	| {
			readonly kind: 'file';
			readonly id: number;
			readonly position: number;
			readonly part: PartDescription;
			/** Row of the dataset as it is on disk. */
			readonly base: number;
			/** Row of that file, and how many. */
			readonly from: number;
			readonly count: number;
			/** Where the rows stand; absent for a file that says so itself. */
			readonly ranges?: RowRangeBatch;
	  }
	| {
			readonly kind: 'own';
			readonly id: number;
			readonly position: number;
			readonly bytes: Uint8Array;
			readonly isEdited: boolean;
	  };

/** What the marks of a row say about it. */
export const verdicts = { fails: 0, open: 1, passes: 2 } as const;

/** So many rows that a thread is busy for some hundredths of a second. */
export interface Portion {
	/** From 0, in reading order. */
	readonly number: number;
	readonly runs: readonly PortionRun[];
	readonly count: number;
	/** One of `verdicts` for each row; absent where all are open. */
	readonly verdicts?: Uint8Array;
	/** Of each row, where the query asks for them. */
	readonly findings?: Uint32Array;
	readonly preflight?: readonly (readonly string[] | undefined)[];
	readonly labels?: readonly (Label | undefined)[];
	readonly remarks?: readonly (Remarks | undefined)[];
}

/** What a thread can be asked. It can be posted. */
export type QueryWork =
	| {
			readonly kind: 'portion';
			readonly query: string;
			readonly sort: SortKey | undefined;
			readonly portion: Portion;
			readonly mapping: RowMapping | undefined;
	  }
	| {
			readonly kind: 'order';
			readonly values: readonly SortValue[];
			readonly isDescending: boolean;
	  }
	/** Counts the rows of a portion; what is counted stays in the thread until `tallied`. */
	| {
			readonly kind: 'tally';
			readonly pass: number;
			readonly portion: Portion;
			readonly mapping: RowMapping | undefined;
	  }
	| { readonly kind: 'tallied'; readonly pass: number }
	| { readonly kind: 'summary'; readonly tallies: readonly PackedStatistics[] }
	| {
			readonly kind: 'spans';
			readonly query: string;
			readonly bytes: Uint8Array;
			readonly mapping: RowMapping | undefined;
	  };

export interface PortionAnswer {
	/** Rows of the portion that pass, by their place in it, ascending. */
	readonly passed: Uint32Array;
	/** What each of those is put in order by; empty where nothing in the row is asked for. */
	readonly sortValues: readonly SortValue[];
}

export interface QueryAnswers {
	readonly portion: PortionAnswer;
	readonly order: Uint32Array;
	readonly spans: readonly TextMatches[];
	/** Rows that were counted. */
	readonly tally: number;
	readonly tallied: PackedStatistics;
	readonly summary: readonly ColumnSummary[];
}

/** How whoever waits for a thread follows and stops it. */
export interface Watch {
	isWanted(): boolean;
	/** A row is about to be read: its place in the portion and its bytes. */
	atRow(index: number, bytes: number): void;
	/** Number of the expression that is about to be tried, among the terms of the query. */
	atTerm(term: number): void;
}
