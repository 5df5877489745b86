import type { Figure } from './figure';
import type { TextTable } from './textTable';

/** Something to know about a run, by its group; undefined where it is not on record. */
export interface ReportFact {
	readonly group: string;
	readonly name: string;
	readonly value: string | undefined;
}

/** What the run doctor says, as a report tells it. */
export interface ReportFinding {
	readonly severity: 'error' | 'warning' | 'info';
	readonly text: string;
	/** Steps, values: what it rests on. */
	readonly evidence?: string;
	/** What to do. */
	readonly advice?: string;
	/** Papers and issues that the rule rests on; only http and https become links. */
	readonly sources: readonly { readonly title: string; readonly url?: string }[];
	/** Keys of the recipe to set. */
	readonly change?: string;
}

export interface ReportRun {
	readonly name: string;
	/** Its place in the palette and among the marks. */
	readonly slot: number;
	readonly facts: readonly ReportFact[];
	readonly findings: readonly ReportFinding[];
	readonly recipe?: string;
	/** What of its files could not be read, counted and named. */
	readonly skipped: readonly string[];
}

export interface ReportFigure {
	/** Heading that it stands under; empty for those that come first. */
	readonly group: string;
	readonly healthy: string;
	readonly figure: Figure;
}

/** All that a report on runs says, before it is written in any format. */
export interface Report {
	readonly title: string;
	readonly runs: readonly ReportRun[];
	readonly results: TextTable;
	readonly figures: readonly ReportFigure[];
	/** Sentences on what was left out and how figures were made. */
	readonly notes: readonly string[];
	/** Version of Windsock that made it. */
	readonly version: string;
}
