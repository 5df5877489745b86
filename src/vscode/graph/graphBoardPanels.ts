import * as path from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { GraphPicture } from '../../node/graph/graphPicture';
import { webviewOptions, webviewPage } from '../webviewPage';
import { webviewPort } from '../webviewSession';
import { GraphBoardSession, type GraphBoardParts } from './graphBoardSession';

export const graphBoardViewType = 'windsock.graphBoard';

export interface GraphBoardCommands {
	run(graph: string): Promise<void>;
	restart(graph: string, stage: string, again: readonly string[]): Promise<void>;
}

/** The boards that are open, one a graph, each in an editor tab; opened again after a restart. */
export class GraphBoardPanels implements vscode.WebviewPanelSerializer, Disposable {
	readonly #disposables = new DisposableStore();
	readonly #open = new Map<string, vscode.WebviewPanel>();

	constructor(
		private readonly parts: GraphBoardParts,
		private readonly extensionUri: vscode.Uri,
		private readonly commands: GraphBoardCommands,
	) {}

	register(): Disposable {
		this.#disposables.add(vscode.window.registerWebviewPanelSerializer(graphBoardViewType, this));
		return this;
	}

	show(graph: string): void {
		const known = this.#open.get(graph);
		if (known !== undefined) {
			known.reveal();
			return;
		}
		const panel = vscode.window.createWebviewPanel(
			graphBoardViewType,
			'Graph',
			vscode.ViewColumn.Active,
			webviewOptions(this.extensionUri),
		);
		this.#adopt(panel, graph);
	}

	deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
		const graph: unknown =
			typeof state === 'object' && state !== null ? Reflect.get(state, 'graph') : undefined;
		if (typeof graph !== 'string' || this.#open.has(graph)) {
			panel.dispose();
			return Promise.resolve();
		}
		panel.webview.options = webviewOptions(this.extensionUri);
		this.#adopt(panel, graph);
		return Promise.resolve();
	}

	dispose(): void {
		this.#disposables.dispose();
		for (const panel of this.#open.values()) {
			panel.dispose();
		}
	}

	#adopt(panel: vscode.WebviewPanel, graph: string): void {
		this.#open.set(graph, panel);
		const file = vscode.workspace.asRelativePath(graph);
		const session = new GraphBoardSession(this.parts, webviewPort(panel.webview), graph, file, {
			run: () => void this.commands.run(graph),
			restart: (stage, again) => void this.commands.restart(graph, stage, again),
			open: (stage, picture) => void openStage(stage, picture),
			openFile: () => void vscode.window.showTextDocument(vscode.Uri.file(graph)),
		});
		const folder = path.dirname(graph);
		const saved = vscode.workspace.onDidSaveTextDocument(({ uri }) => {
			if (uri.scheme === 'file' && path.dirname(uri.fsPath) === folder) {
				session.reread();
			}
		});
		const seen = panel.onDidChangeViewState(() => {
			if (!panel.visible) {
				session.hide();
			}
		});
		panel.onDidDispose(() => {
			this.#open.delete(graph);
			session.dispose();
			saved.dispose();
			seen.dispose();
		});
		panel.iconPath = new vscode.ThemeIcon('type-hierarchy-sub');
		panel.title = `${path.basename(folder)} (graph)`;
		panel.webview.html = webviewPage(panel.webview, this.extensionUri, {
			bundle: 'graphBoard',
			title: 'Graph',
		});
	}
}

/** What a stage came to: its metrics, its answers or its data; before that the file that says it. */
async function openStage(name: string, { loaded, statuses }: GraphPicture): Promise<void> {
	const work = loaded.work.get(name);
	const status = statuses.get(name);
	if (work?.kind === 'train' && status?.runId !== undefined) {
		await vscode.commands.executeCommand('windsock.run.showMetrics', status.runId);
	} else if (work?.kind === 'answers' && status?.runId !== undefined) {
		await vscode.commands.executeCommand('windsock.comparison.open', status.runId);
	} else if (work?.kind === 'data' && status?.state === 'finished' && work.outs[0] !== undefined) {
		await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(work.outs[0]));
	} else if (work !== undefined) {
		await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(work.path));
	}
}
