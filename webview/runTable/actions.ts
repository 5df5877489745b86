/** What the page asks of the extension host. */
export interface TableActions {
	chooseColumns(): void;
	arrangeColumns(ids: readonly string[]): void;
	pin(runId: string | undefined): void;
	showMetrics(runIds: readonly string[]): void;
	compareInputs(runIds: readonly string[]): void;
	openInputsDiff(before: string, after: string): void;
	openDataDiff(before: string, after: string, split: 'train' | 'eval'): void;
	copy(runIds: readonly string[]): void;
	showLog(runId: string): void;
	copyNames(names: readonly string[]): void;
	launch(): void;
}
