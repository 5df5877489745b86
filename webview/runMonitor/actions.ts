/** What the page asks of the extension host. */
export interface Actions {
	chooseRuns(runIds: readonly string[]): void;
	openRunPicker(): void;
	stopRun(runId: string): void;
	showLog(runId: string): void;
}
