import { basename } from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { PreflightReport } from '../../core/training/preflight/preflightReport';
import type { PreflightReports } from '../../core/training/preflight/preflightReports';
import type { PreflightHost, PreflightPage } from '../../protocol/preflight';
import { Rpc } from '../../protocol/rpc';
import { webviewOptions, webviewPage } from '../webviewPage';
import { webviewPort } from '../webviewSession';
import { preflightSnapshot } from './preflightSnapshot';

/** What a click on a page does. */
export interface PageActions {
	open(report: PreflightReport, index: number): Promise<void>;
	fix(report: PreflightReport, settings: Readonly<Record<string, unknown>>): Promise<void>;
	checkAgain(report: PreflightReport, withProbe: boolean): Promise<void>;
	launch(report: PreflightReport): Promise<void>;
}

/** The pages that show what checks of recipes found, one per recipe, beside what is being edited. */
export class PreflightPages implements Disposable {
	readonly #pages = new Map<string, Page>();
	readonly #running = new Set<string>();
	readonly #listener: Disposable;

	constructor(
		private readonly reports: PreflightReports,
		private readonly extensionUri: vscode.Uri,
		private readonly actions: PageActions,
	) {
		this.#listener = reports.onDidChange(({ recipePath }) => this.#pages.get(recipePath)?.send());
	}

	/** Shows what is known of a recipe; the focus stays where it is. */
	show(recipePath: string): void {
		const known = this.#pages.get(recipePath);
		if (known) {
			known.reveal();
			return;
		}
		const panel = vscode.window.createWebviewPanel(
			'windsock.preflight',
			`Check of ${basename(recipePath)}`,
			{ viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
			webviewOptions(this.extensionUri),
		);
		const page = new Page(
			panel,
			() => this.reports.ofRecipe(recipePath),
			() => this.#running.has(recipePath),
			this.actions,
		);
		this.#pages.set(recipePath, page);
		panel.iconPath = new vscode.ThemeIcon('checklist');
		panel.onDidDispose(() => {
			this.#pages.delete(recipePath);
			page.dispose();
		});
		panel.webview.html = webviewPage(panel.webview, this.extensionUri, {
			bundle: 'preflight',
			title: `Check of ${basename(recipePath)}`,
		});
	}

	/** Tells the page of a recipe that it is being checked until the disposable is disposed. */
	running(recipePath: string): Disposable {
		this.#running.add(recipePath);
		this.#pages.get(recipePath)?.send();
		return {
			dispose: () => {
				this.#running.delete(recipePath);
				this.#pages.get(recipePath)?.send();
			},
		};
	}

	dispose(): void {
		this.#listener.dispose();
		for (const page of this.#pages.values()) {
			page.close();
		}
	}
}

class Page implements Disposable {
	readonly #disposables = new DisposableStore();
	readonly #rpc: Rpc<PreflightHost, PreflightPage>;

	constructor(
		private readonly panel: vscode.WebviewPanel,
		private readonly report: () => PreflightReport | undefined,
		private readonly isRunning: () => boolean,
		actions: PageActions,
	) {
		const withReport = (act: (report: PreflightReport) => Promise<void>): void => {
			const known = report();
			if (known) {
				void act(known);
			}
		};
		this.#rpc = this.#disposables.add(
			new Rpc<PreflightHost, PreflightPage>(
				webviewPort(panel.webview),
				{},
				{
					entryOpened: ({ index }) => withReport(known => actions.open(known, index)),
					fixAsked: ({ index }) =>
						withReport(async known => {
							const settings = known.kinds[index]?.fix;
							await (settings && actions.fix(known, settings));
						}),
					memoryFixAsked: () =>
						withReport(async known => {
							const settings = known.summary?.memory?.change?.set;
							await (settings && actions.fix(known, settings));
						}),
					checkAsked: ({ withProbe }) => withReport(known => actions.checkAgain(known, withProbe)),
					launchAsked: () => withReport(known => actions.launch(known)),
				},
				() => this.send(),
			),
		);
		this.#disposables.add(panel.onDidChangeViewState(() => this.send()));
		this.#rpc.ready();
	}

	send(): void {
		const report = this.report();
		if (report && this.panel.visible) {
			this.#rpc.notify('snapshotTaken', preflightSnapshot(report, this.isRunning()));
		}
	}

	reveal(): void {
		this.panel.reveal(undefined, true);
	}

	close(): void {
		this.panel.dispose();
	}

	dispose(): void {
		this.#disposables.dispose();
	}
}
