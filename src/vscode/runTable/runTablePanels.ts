import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { OpenFiles } from '../../core/runTable/foreignRuns';
import type { RunComparison } from '../../node/runs/runComparison';
import type { WorkspaceRunLibrary } from '../../node/runs/runLibrary';
import type { Notifications } from '../notifications';
import { webviewOptions, webviewPage } from '../webviewPage';
import type { RunTablePanel } from './runTablePanel';

export const runTableViewType = 'windsock.runTable';

export interface RunTableServices {
	readonly library: Pick<WorkspaceRunLibrary, 'list' | 'mirrored' | 'watch' | 'onDidChange'>;
	readonly comparing: Pick<RunComparison, 'compareRows'>;
	readonly extensionUri: vscode.Uri;
	readonly notifications: Notifications;
	readonly workspaceState: vscode.Memento;
	/** Files of other tools that some run monitor shows. */
	readonly openFiles: OpenFiles;
	showMetrics(runIds: readonly string[]): void;
}

/** The run table, one editor tab a window; opened again after a restart. */
export class RunTablePanels implements vscode.WebviewPanelSerializer, Disposable {
	readonly #parts = new DisposableStore();
	#open: { readonly panel: vscode.WebviewPanel; readonly table: RunTablePanel } | undefined;

	constructor(private readonly services: RunTableServices) {}

	/** Registers the command and the serializer. */
	register(): Disposable {
		this.#parts.add(
			vscode.commands.registerCommand(
				'windsock.run.showTable',
				(_item: unknown, selected: unknown) => this.#show(runIdsOf(selected)),
			),
		);
		this.#parts.add(vscode.window.registerWebviewPanelSerializer(runTableViewType, this));
		return this;
	}

	async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
		if (this.#open !== undefined) {
			panel.dispose();
			return;
		}
		panel.webview.options = webviewOptions(this.services.extensionUri);
		await this.#adopt(panel);
	}

	dispose(): void {
		this.#parts.dispose();
		this.#open?.panel.dispose();
	}

	async #show(selected: readonly string[]): Promise<void> {
		if (this.#open === undefined) {
			const panel = vscode.window.createWebviewPanel(
				runTableViewType,
				'Run Table',
				vscode.ViewColumn.Active,
				webviewOptions(this.services.extensionUri),
			);
			await this.#adopt(panel);
		} else {
			this.#open.panel.reveal();
		}
		if (selected.length > 0) {
			this.#open?.table.select(selected);
		}
	}

	async #adopt(panel: vscode.WebviewPanel): Promise<void> {
		const { RunTablePanel } = await import('./runTablePanel');
		const table = new RunTablePanel(panel, this.services);
		this.#open = { panel, table };
		panel.onDidDispose(() => {
			this.#open = undefined;
			table.dispose();
		});
		panel.iconPath = new vscode.ThemeIcon('table');
		panel.webview.html = webviewPage(panel.webview, this.services.extensionUri, {
			bundle: 'runTable',
			title: 'Run table',
		});
	}
}

/** Runs that are selected in the tree. */
function runIdsOf(selected: unknown): readonly string[] {
	return (Array.isArray(selected) ? (selected as unknown[]) : []).flatMap(item => {
		const id: unknown = typeof item === 'object' && item ? Reflect.get(item, 'runId') : item;
		return typeof id === 'string' ? [id] : [];
	});
}
