import type { RunConditions } from '../comparability/runConditions';
import type { RunSummary } from '../training/runLibrary';
import { runStateWords } from '../training/runStateWords';
import type { MetricDigest } from './metricDigest';
import type { FactName, TableColumn } from './tableColumn';

/** What a cell holds; nothing where the run has no such value. */
export type CellValue = string | number | undefined;

/** One run as the table knows it. */
export interface TableRun {
	/** Of files of other tools only the name is known, and where they are, as host. */
	readonly summary: Pick<RunSummary, 'id' | 'name' | 'hostName'> & Partial<RunSummary>;
	readonly model?: string;
	/** Names of the GPUs that it saw; absent where that is not on record. */
	readonly gpus?: readonly string[];
	readonly data: readonly string[];
	readonly evalData: readonly string[];
	/** The keys of its recipe with what the launch laid over them. */
	readonly recipe: Readonly<Record<string, unknown>>;
	/** Made with its first use: only a table with a baseline needs it. */
	readonly conditions: () => RunConditions;
	/** Absent until its metrics have been read. */
	readonly digest?: MetricDigest;
}

export function cellOf(run: TableRun, column: TableColumn): CellValue {
	switch (column.kind) {
		case 'fact':
			return factOf(run, column.fact);
		case 'recipe':
			return plainValue(run.recipe[column.key]);
		case 'metric': {
			const { metric, kind, dataset } = column.measured;
			const found = run.digest?.find(
				one => one.metric === metric && one.kind === kind && one.dataset === dataset,
			);
			return found?.[column.statistic];
		}
	}
}

function factOf(run: TableRun, fact: FactName): CellValue {
	const { summary, gpus } = run;
	switch (fact) {
		case 'state':
			return summary.state && runStateWords[summary.state];
		case 'method':
			return summary.method;
		case 'model':
			return run.model;
		case 'host':
			return summary.hostName;
		case 'started':
			return summary.createdAt === undefined ? undefined : timeOf(summary.createdAt);
		case 'duration':
			return summary.seconds;
		case 'step':
			return summary.step;
		case 'epoch':
			return summary.epoch;
		case 'gpus':
			return gpus === undefined ? undefined : gpus.length === 0 ? 'none' : gpuNames(gpus);
		case 'gpuHours':
			return gpus === undefined || summary.seconds === undefined
				? undefined
				: (gpus.length * summary.seconds) / 3600;
		case 'data':
			return listed(run.data);
		case 'evalData':
			return listed(run.evalData);
		case 'author':
			return summary.author;
		case 'archived':
			return summary.archivedAt === undefined ? undefined : timeOf(summary.archivedAt);
		case 'id':
			return summary.id;
	}
}

function timeOf(iso: string): number | undefined {
	const time = Date.parse(iso);
	return Number.isNaN(time) ? undefined : time;
}

function gpuNames(gpus: readonly string[]): string {
	const names = new Set(gpus);
	return [...names].map(name => `${gpus.filter(one => one === name).length} × ${name}`).join(', ');
}

function listed(names: readonly string[]): CellValue {
	return names.length === 0 ? undefined : names.join(', ');
}

/** A value of a recipe as it sorts and reads: numbers stay numbers, blocks become JSON. */
function plainValue(value: unknown): CellValue {
	return typeof value === 'number' || typeof value === 'string'
		? value
		: value === undefined || value === null
			? undefined
			: JSON.stringify(value);
}
