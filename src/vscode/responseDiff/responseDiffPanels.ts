import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { Logger } from '../../core/base/logger';
import type { RunLibrary } from '../../core/training/runLibrary';
import { AnswerAnalysis } from '../../node/responses/answerAnalysis';
import type { ComparisonMaps } from '../../node/rewardMaps/comparisonMaps';
import type { ComparisonStore } from '../../node/responses/comparisonStore';
import type { Notifications } from '../notifications';
import { webviewOptions, webviewPage } from '../webviewPage';
import { webviewPort } from '../webviewSession';
import { chooseModels } from './chooseModels';
import { AnswerDocuments } from './answerDocuments';
import type { SourcePorts } from './answerSources';
import { BehaviourAnswers } from './behaviourAnswers';
import type { ResponseDiffActions } from './responseDiffActions';
import { ResponseDiffSession } from './responseDiffSession';
import { RevealedNames } from './revealedNames';

export const responseDiffViewType = 'windsock.responseDiff';

/** Milliseconds for all answers of a large comparison on a slow machine. */
const readingPatience = 180_000;

/** The comparisons that are open, one editor tab each; opened again after a restart. */
export class ResponseDiffPanels implements vscode.WebviewPanelSerializer, Disposable {
	readonly #disposables = new DisposableStore();
	readonly #open = new Map<string, ResponseDiffPanel>();
	/** One thread for all tabs. */
	readonly #analysis: AnswerAnalysis;
	/** Another for what reads every answer, so that marks never wait for it. */
	readonly #reading: AnswerAnalysis;
	readonly #documents = this.#disposables.add(new AnswerDocuments());

	/** @param voter names the author of votes; asked anew for each tab */
	constructor(
		private readonly store: ComparisonStore,
		private readonly library: RunLibrary,
		private readonly extensionUri: vscode.Uri,
		private readonly notifications: Notifications,
		private readonly voter: () => string,
		private readonly asking: Pick<ResponseDiffActions, 'answererFor' | 'askOnHost'>,
		private readonly sources: SourcePorts,
		private readonly logger: Logger,
		private readonly maps: ComparisonMaps,
		private readonly memory: vscode.Memento,
	) {
		const workerFile = vscode.Uri.joinPath(
			extensionUri,
			'dist',
			'workers',
			'answerAnalysisWorker.js',
		).fsPath;
		this.#analysis = this.#disposables.add(new AnswerAnalysis(workerFile));
		this.#reading = this.#disposables.add(new AnswerAnalysis(workerFile, readingPatience));
	}

	/** Registers the serializer and the documents of answers. */
	register(): Disposable {
		this.#documents.register();
		this.#disposables.add(vscode.window.registerWebviewPanelSerializer(responseDiffViewType, this));
		return this;
	}

	/** Shows a comparison: in the tab that already shows it, else in a new one. */
	show(comparisonId: string): void {
		const known = this.#open.get(comparisonId);
		if (known) {
			known.reveal();
			return;
		}
		const panel = vscode.window.createWebviewPanel(
			responseDiffViewType,
			'Comparison',
			vscode.ViewColumn.Active,
			webviewOptions(this.extensionUri),
		);
		this.#adopt(panel, comparisonId);
	}

	/** Reads a comparison again where a tab shows it. */
	refresh(comparisonId: string): void {
		this.#open.get(comparisonId)?.refresh();
	}

	/** Looks for the sources of what is selected in the comparison in front. */
	findSources(): void {
		for (const panel of this.#open.values()) {
			if (panel.isActive) {
				panel.findSources();
			}
		}
	}

	deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
		const comparisonId: unknown =
			typeof state === 'object' && state !== null ? Reflect.get(state, 'comparisonId') : undefined;
		if (typeof comparisonId !== 'string' || comparisonId === '') {
			panel.dispose();
			return Promise.resolve();
		}
		panel.webview.options = webviewOptions(this.extensionUri);
		this.#adopt(panel, comparisonId);
		return Promise.resolve();
	}

	dispose(): void {
		this.#disposables.dispose();
		for (const panel of this.#open.values()) {
			panel.dispose();
		}
	}

	#adopt(panel: vscode.WebviewPanel, comparisonId: string): void {
		const opened = new ResponseDiffPanel(panel, comparisonId, {
			store: this.store,
			library: this.library,
			extensionUri: this.extensionUri,
			notifications: this.notifications,
			voter: this.voter(),
			memory: this.memory,
			asking: this.asking,
			analysis: this.#analysis,
			behaviour: new BehaviourAnswers(this.#reading, this.logger),
			sources: this.sources,
			documents: this.#documents,
			logger: this.logger,
			maps: this.maps,
		});
		this.#open.set(comparisonId, opened);
		panel.onDidDispose(() => {
			this.#open.delete(comparisonId);
			opened.dispose();
		});
	}
}

interface PanelServices {
	readonly store: ComparisonStore;
	readonly library: RunLibrary;
	readonly extensionUri: vscode.Uri;
	readonly notifications: Notifications;
	readonly voter: string;
	readonly memory: vscode.Memento;
	readonly asking: Pick<ResponseDiffActions, 'answererFor' | 'askOnHost'>;
	readonly analysis: AnswerAnalysis;
	readonly behaviour: BehaviourAnswers;
	readonly sources: SourcePorts;
	readonly documents: AnswerDocuments;
	readonly logger: Logger;
	readonly maps: ComparisonMaps;
}

/** One editor tab with a comparison. */
class ResponseDiffPanel implements Disposable {
	readonly #disposables = new DisposableStore();
	readonly #session: ResponseDiffSession;

	constructor(
		private readonly panel: vscode.WebviewPanel,
		comparisonId: string,
		services: PanelServices,
	) {
		const { store, library, notifications, voter, analysis, documents, logger } = services;
		const run = (command: string, ...rest: unknown[]): void =>
			void vscode.commands.executeCommand(command, ...rest);
		const session = this.#disposables.add(
			new ResponseDiffSession(
				comparisonId,
				store,
				library,
				voter,
				webviewPort(panel.webview),
				{
					openPreferences: () => run('windsock.comparison.openPreferences'),
					trainOnVotes: () => run('windsock.comparison.trainOnVotes'),
					exportVotes: () => run('windsock.comparison.exportVotes', comparisonId),
					pinPrompt: promptId => run('windsock.regression.pin', { comparisonId, promptId }),
					...services.asking,
					keepPrompt: messages => run('windsock.prompt.keep', messages),
					showLog: () => run('windsock.showLog'),
					judge: () => run('windsock.comparison.judge', { comparisonId }),
					showRun: runId => run('windsock.run.showLog', { runId }),
					showError: error => notifications.error(error),
					editsSetAside: file =>
						void notifications.info(
							`Rows that were edited by hand are kept in ${file}; the file itself was made anew from the votes and edits.`,
						),
					retitle: title => {
						if (panel.title !== title) {
							panel.title = title;
						}
					},
					openDiffs: (title, diffs) => void documents.open(title, diffs),
					generate: () => run('windsock.responses.generate'),
					chooseModels: (labels, shown) => chooseModels(labels, shown),
					selectionMissing: () =>
						void notifications.info(
							'Select some words of an answer first; their nearest rows of the training data are then found.',
						),
				},
				{ analysis, behaviour: services.behaviour, sources: services.sources },
				logger,
				services.maps,
				new RevealedNames({
					get: () => services.memory.get(`windsock.namesSeen.${comparisonId}`),
					keep: ids => void services.memory.update(`windsock.namesSeen.${comparisonId}`, ids),
				}),
			),
		);
		this.#session = session;
		this.#disposables.add(
			panel.onDidChangeViewState(() => {
				if (!panel.visible) {
					session.hide();
				}
			}),
		);
		panel.iconPath = new vscode.ThemeIcon('diff');
		panel.webview.html = webviewPage(panel.webview, services.extensionUri, {
			bundle: 'responseDiff',
			title: 'Comparison',
		});
	}

	get isActive(): boolean {
		return this.panel.active;
	}

	findSources(): void {
		this.#session.askForSelection();
	}

	reveal(): void {
		this.panel.reveal();
	}

	refresh(): void {
		this.#session.refresh();
	}

	dispose(): void {
		this.#disposables.dispose();
	}
}
