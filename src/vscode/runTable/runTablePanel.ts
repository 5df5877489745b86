import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import { RunsWithFiles } from '../../core/runTable/foreignRuns';
import { TableRuns } from '../../node/runs/tableRuns';
import { TextPairs } from '../textPairs';
import { webviewPort } from '../webviewSession';
import { copyTable } from './copyTable';
import { pickColumns } from './pickColumns';
import type { RunTableServices } from './runTablePanels';
import { RunTableSession } from './runTableSession';
import { isTableMemory } from './tableMemory';

/** Where the columns, the baseline and the look of the table are kept for the workspace. */
const memoryKey = 'windsock.runTable';
/** Rows that are written out; more than a person reads, and still quick to show. */
const mostRows = 2000;

/** The editor tab with the run table. */
export class RunTablePanel implements Disposable {
	readonly #parts = new DisposableStore();
	readonly #session: RunTableSession;
	readonly #rows = this.#parts.add(new TextPairs('windsock-run-rows', 'jsonl'));

	constructor(
		panel: vscode.WebviewPanel,
		private readonly services: RunTableServices,
	) {
		const { library, workspaceState } = services;
		const kept: unknown = workspaceState.get(memoryKey);
		const run = (command: string, ...rest: unknown[]): void =>
			void vscode.commands.executeCommand(command, ...rest);
		this.#session = this.#parts.add(
			new RunTableSession(
				this.#parts.add(new RunsWithFiles(new TableRuns(library), services.openFiles)),
				webviewPort(panel.webview),
				isTableMemory(kept) ? kept : {},
				{
					remember: memory => void workspaceState.update(memoryKey, memory),
					pickColumns: () => void this.#pickColumns(),
					showMetrics: runIds => services.showMetrics(runIds),
					compareInputs: (before, after) =>
						run('windsock.run.compareInputs', before, [before, after]),
					compareData: (before, after, split) => void this.#compareData(before, after, split),
					copy: table => void copyTable(table, services.notifications),
					showLog: runId => run('windsock.run.showLog', { runId }),
					copyNames: names => void vscode.env.clipboard.writeText(names.join('\n')),
					launch: () => run('windsock.training.launch'),
				},
			),
		);
		this.#parts.add(
			panel.onDidChangeViewState(() => {
				if (!panel.visible) {
					this.#session.hide();
				}
			}),
		);
	}

	select(runIds: readonly string[]): void {
		this.#session.select(runIds);
	}

	dispose(): void {
		this.#parts.dispose();
	}

	async #pickColumns(): Promise<void> {
		const ids = await pickColumns(this.#session.columnChoices(), this.#session.shownColumns);
		if (ids !== undefined) {
			this.#session.chooseColumns(ids);
		}
	}

	async #compareData(before: string, after: string, split: 'train' | 'eval'): Promise<void> {
		const { comparing, notifications, library } = this.services;
		const compared = await notifications.progress('Comparing datasets', (progress, signal) =>
			comparing.compareRows(before, after, split, mostRows, progress, signal),
		);
		if (!compared.ok) {
			notifications.error(compared.error);
			return;
		}
		const { name, changes, before: old, after: now } = compared.value;
		const nameOf = (id: string): string => library.mirrored(id)?.summary.name ?? id;
		const count = (number: number): string => number.toLocaleString('en-US');
		const title = `${name}: ${count(changes.added)} added, ${count(changes.removed)} removed, ${count(changes.changed)} changed, ${count(changes.same)} the same`;
		await this.#rows.show(
			{ name: `${nameOf(before)}-${name}`, text: old },
			{ name: `${nameOf(after)}-${name}`, text: now },
			title,
		);
	}
}
