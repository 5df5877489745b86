import type { TableRows } from '../../src/core/metrics/metricTable';
import type { TableQuery } from '../../src/core/metrics/metricTables';

import type { ExportActions } from './export/exportActions';

/** What the page asks of the extension host. */
export interface Actions {
	readonly exports: ExportActions;
	chooseRuns(runIds: readonly string[]): void;
	openRunPicker(): void;
	stopRun(runId: string): void;
	showLog(runId: string): void;
	loadTable(query: TableQuery): Promise<TableRows>;
}
