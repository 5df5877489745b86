import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { MetricSources } from '../../core/metrics/metricSource';
import type { RunLibrary, RunSummary } from '../../core/training/runLibrary';
import { isFileSource } from '../../node/metrics/fileSourceId';
import type { Notifications } from '../notifications';
import { webviewOptions, webviewPage } from '../webviewPage';
import { webviewPort } from '../webviewSession';
import { stopRun } from '../runs/stopRun';
import type { LazyExports } from './export/lazyExports';
import type { MetricSourcesOfFiles } from './metricSourcesOfFiles';
import { pickOfRun, pickSources } from './pickSources';
import type { DoctorFor } from './doctorOf';
import { isKeptView, newerView, type MonitorViews } from './monitorViews';
import { RunMonitorSession, type RunMonitorActions } from './runMonitorSession';

export const runMonitorViewType = 'windsock.runMonitor';

/** The run monitors that are open, each in an editor tab; opened again after a restart. */
export class RunMonitorPanels implements vscode.WebviewPanelSerializer, Disposable {
	readonly #disposables = new DisposableStore();
	readonly #open = new Set<RunMonitorPanel>();

	constructor(
		private readonly library: RunLibrary,
		private readonly extensionUri: vscode.Uri,
		private readonly notifications: Notifications,
		private readonly sources: MetricSources,
		private readonly exports: LazyExports,
		private readonly files: MetricSourcesOfFiles,
		private readonly doctorFor: DoctorFor,
		private readonly views: MonitorViews,
	) {}

	/** Registers the command and the serializer. */
	register(): Disposable {
		this.#disposables.add(
			vscode.commands.registerCommand('windsock.run.showMetrics', (target: unknown) =>
				this.#showMetrics(target),
			),
		);
		this.#disposables.add(vscode.window.registerWebviewPanelSerializer(runMonitorViewType, this));
		return this;
	}

	/** Ids of all sources that some tab shows. */
	get shownIds(): readonly string[] {
		return [...new Set([...this.#open].flatMap(({ runIds }) => runIds))];
	}

	/** Shows these runs: in the tab that already shows the first of them, else in a new one. */
	show(runIds: readonly string[]): void {
		const known = [...this.#open].find(panel => panel.shows(runIds));
		if (known) {
			known.reveal();
			return;
		}
		const panel = vscode.window.createWebviewPanel(
			runMonitorViewType,
			'Run',
			vscode.ViewColumn.Active,
			webviewOptions(this.extensionUri),
		);
		this.#adopt(panel, runIds, randomUUID());
	}

	async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
		panel.webview.options = webviewOptions(this.extensionUri);
		const page = isKeptView(state) ? state : undefined;
		const name = page?.panel ?? randomUUID();
		const runIds = newerView(page, this.views.get(name))?.runIds ?? [];
		if (runIds.some(isFileSource)) {
			await this.files.ready();
		}
		this.#adopt(panel, runIds, name);
	}

	dispose(): void {
		this.#disposables.dispose();
		for (const panel of this.#open) {
			panel.dispose();
		}
	}

	#adopt(panel: vscode.WebviewPanel, runIds: readonly string[], name: string): void {
		const monitor = new RunMonitorPanel(
			panel,
			this.library,
			this.sources,
			this.files,
			this.extensionUri,
			this.notifications,
			this.exports,
			this.doctorFor,
			{
				panel: name,
				get: () => this.views.get(name),
				keep: view => this.views.keep(name, view),
			},
			runIds,
		);
		this.#open.add(monitor);
		panel.onDidDispose(() => {
			this.#open.delete(monitor);
			this.views.forget(name);
			monitor.dispose();
		});
	}

	async #showMetrics(target: unknown): Promise<void> {
		const runId = runIdOf(target) ?? (await pickRun(this.library));
		if (runId !== undefined) {
			this.show([runId]);
		}
	}
}

/** One editor tab with a run monitor. */
class RunMonitorPanel implements Disposable {
	readonly #disposables = new DisposableStore();
	readonly #session: RunMonitorSession;

	constructor(
		private readonly panel: vscode.WebviewPanel,
		private readonly library: RunLibrary,
		private readonly sources: MetricSources,
		private readonly files: MetricSourcesOfFiles,
		extensionUri: vscode.Uri,
		private readonly notifications: Notifications,
		exports: LazyExports,
		doctorFor: DoctorFor,
		kept: RunMonitorActions['kept'],
		runIds: readonly string[],
	) {
		this.#session = this.#disposables.add(
			new RunMonitorSession(sources, library, webviewPort(panel.webview), runIds, {
				stopRun: runId => void stopRun(this.library, this.notifications, runId),
				showLog: (runId, step) =>
					void vscode.commands.executeCommand('windsock.run.showLog', { runId, step }),
				addNote: (runId, step) =>
					void vscode.commands.executeCommand('windsock.run.addNote', { runId, step }),
				showAnswers: (runId, step) =>
					void vscode.commands.executeCommand('windsock.comparison.open', { runId, step }),
				sayFilesOnly: name =>
					void vscode.window.setStatusBarMessage(
						`${name} was read from files of another tool, which hold no log, notes or answers.`,
						6000,
					),
				pickRuns: () => void this.#pick(),
				kept,
				exports,
				doctorFor,
				runsChosen: () => this.#retitle(),
			}),
		);
		this.#disposables.add(
			panel.onDidChangeViewState(() => {
				if (!panel.visible) {
					this.#session.hide();
				}
			}),
		);
		this.#disposables.add(sources.onDidChange(() => this.#retitle()));
		panel.iconPath = new vscode.ThemeIcon('graph-line');
		this.#retitle();
		panel.webview.html = webviewPage(panel.webview, extensionUri, {
			bundle: 'runMonitor',
			title: 'Run monitor',
		});
	}

	get runIds(): readonly string[] {
		return this.#session.runIds;
	}

	/** Whether a request for these runs is served by this tab. */
	shows(runIds: readonly string[]): boolean {
		const mine = this.#session.runIds;
		return runIds.every(runId => mine.includes(runId)) && runIds[0] === mine[0];
	}

	reveal(): void {
		this.panel.reveal();
	}

	dispose(): void {
		this.#disposables.dispose();
	}

	#retitle(): void {
		const [first = '', ...more] = this.#session.runIds;
		const name = this.sources.get(first)?.name ?? 'Run';
		const title = more.length === 0 ? name : `${name} and ${more.length} more`;
		if (this.panel.title !== title) {
			this.panel.title = title;
		}
	}

	async #pick(): Promise<void> {
		const runIds = await pickSources(this.library, this.files, this.#session.runIds);
		if (runIds && runIds.length > 0) {
			this.#session.chooseRuns(runIds);
		}
	}
}

/** One of the training runs, newest first; the only one without a question. */
async function pickRun(library: RunLibrary): Promise<string | undefined> {
	const runs = library.list().filter(run => run.kind === 'train');
	if (runs.length === 1) {
		return runs[0]?.id;
	}
	const picked = await vscode.window.showQuickPick(runs.map(pickOfRun), {
		title: 'Run to show',
		placeHolder: runs.length === 0 ? 'No training runs in this workspace yet' : 'Choose a run',
		matchOnDescription: true,
	});
	return picked?.id;
}

/** A run id as given by the palette (none), another command (text) or the tree (its item). */
function runIdOf(target: unknown): string | undefined {
	if (typeof target === 'string') {
		return target;
	}
	if (typeof target !== 'object' || target === null) {
		return undefined;
	}
	const runId: unknown = Reflect.get(target, 'runId');
	if (typeof runId === 'string') {
		return runId;
	}
	const run = Reflect.get(target, 'run') as Partial<RunSummary> | undefined;
	return typeof run?.id === 'string' ? run.id : undefined;
}
