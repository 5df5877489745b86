import type { TableRows } from '../../src/core/metrics/metricTable';
import type { TableQuery } from '../../src/core/metrics/metricTables';

/** What the page asks of the extension host. */
export interface Actions {
	chooseRuns(runIds: readonly string[]): void;
	openRunPicker(): void;
	stopRun(runId: string): void;
	showLog(runId: string): void;
	loadTable(query: TableQuery): Promise<TableRows>;
}
