import { posix } from 'node:path';
import * as vscode from 'vscode';
import { messageFor } from '../../core/base/errorMessages';
import { WindsockError } from '../../core/base/errors';
import type { Logger } from '../../core/base/logger';
import type { Result } from '../../core/base/result';
import type { RowId } from '../../core/dataset/overlay';
import type { ReviewAction, ReviewView } from '../../protocol/datasetReview';
import type { Notifications } from '../notifications';
import { webviewOptions, webviewPage } from '../webviewPage';
import type { DatasetDocument } from './datasetDocument';
import type { DatasetDocumentServices } from './openModel';
import type { RowChangeServices } from './changeShownRows';
import { ChangesView } from './changesView';
import type { DatasetWorkServices } from './datasetWork';
import { oneFileOf } from './datasetParts';
import { DocumentBackups } from './documentBackups';
import { WholeFile } from './wholeFile';
import type { DatasetEditorSession, DatasetSessionActions } from './datasetEditorSession';
import { QueryMemory } from './queryMemory';
import { ReadingMemory } from './readingMemory';
import { SaveQuestions } from './saveQuestions';
import type { TokensServices } from './sessionTokens';
import { TokensMemory } from './tokensMemory';

const saveCopyHere = 'Save a Copy…';

export interface DatasetEditorServices extends DatasetDocumentServices {
	readonly extensionUri: vscode.Uri;
	/** A folder of the extension's own, for what a comparison shows. */
	readonly storageUri: vscode.Uri;
	/** What a person chose, in all windows. */
	readonly globalState: vscode.Memento;
	/** What was reviewed last in this workspace. */
	readonly workspaceState: vscode.Memento;
	readonly notifications: Notifications;
	readonly logger: Logger;
	/** Where examples are looked at as the trainer sees them. */
	readonly trainers: TokensServices['trainers'];
	readonly hosts: TokensServices['hosts'];
	/** The folder of the window. */
	readonly root: string | undefined;
	/** The keys of a review's actions. */
	readonly reviewKeys: () => Promise<ReviewView['keys']>;
}

/** What VS Code calls to open, save and restore datasets. */
export class DatasetEditorProvider
	implements vscode.CustomEditorProvider<DatasetDocument>, DatasetSessionActions, vscode.Disposable
{
	readonly #changed = new vscode.EventEmitter<
		| vscode.CustomDocumentEditEvent<DatasetDocument>
		| vscode.CustomDocumentContentChangeEvent<DatasetDocument>
	>();
	// VS Code takes both kinds from one event; its type asks for one of them.
	readonly onDidChangeCustomDocument = this.#changed.event as vscode.Event<
		vscode.CustomDocumentEditEvent<DatasetDocument>
	>;
	/** A document was opened for a page, or could not be. */
	readonly #opened = new vscode.EventEmitter<{
		readonly uri: vscode.Uri;
		readonly document: DatasetDocument | undefined;
	}>();
	readonly #sessions = new Set<DatasetEditorSession>();
	readonly #backups: DocumentBackups;
	/** Documents whose edits came from a backup; it goes when those are saved or given up. */
	readonly #restored = new Set<DatasetDocument>();
	/** Documents whose owner knows what a save takes from their file. */
	readonly #questions: SaveQuestions;
	readonly #changes = new ChangesView();
	readonly #wholeFile = new WholeFile();
	readonly reading: ReadingMemory;
	readonly queries: QueryMemory;
	readonly tokens: TokensServices;

	constructor(private readonly services: DatasetEditorServices) {
		this.#questions = new SaveQuestions(services);
		this.#backups = new DocumentBackups(services.storageUri);
		this.reading = new ReadingMemory(services.globalState);
		this.queries = new QueryMemory(services.globalState);
		const { trainers, hosts, root, workspaceState } = services;
		this.tokens = { trainers, hosts, root, memory: new TokensMemory(workspaceState) };
	}

	/** The page that has the focus, or the one that had it last and is still in front. */
	get activeSession(): DatasetEditorSession | undefined {
		const sessions = [...this.#sessions];
		return sessions.find(({ panel }) => panel.active);
	}

	async openCustomDocument(
		uri: vscode.Uri,
		context: vscode.CustomDocumentOpenContext,
	): Promise<DatasetDocument> {
		// With its first use: the editor would hold up the start of every window.
		const { DatasetDocument } = await import('./datasetDocument');
		const opened = await DatasetDocument.open(uri, this.services, source =>
			this.#wholeFile.mayOpen(source, posix.basename(uri.path)),
		);
		if (!opened.ok) {
			this.#opened.fire({ uri, document: undefined });
			// VS Code shows in the tab that it failed, but not why.
			this.services.notifications.error(opened.error);
			throw new Error(messageFor(opened.error));
		}
		const document = opened.value;
		const [backup = context.backupId && vscode.Uri.parse(context.backupId)] =
			await this.#backups.find(uri);
		if (backup) {
			await this.#restore(document, backup);
		}
		document.onDidEdit(change =>
			this.#changed.fire({
				document,
				label: change.title,
				undo: () => change.undo(),
				redo: () => change.redo(),
			}),
		);
		// VS Code compares the number of edits with that at the last save (mainThreadCustomEditors,
		// isDirty): save, undo, another edit, and the document counts as saved. A change without undo
		// keeps it unsaved until it is saved.
		document.onDidLoseSavePoint(() => this.#changed.fire({ document }));
		return document;
	}

	async resolveCustomEditor(document: DatasetDocument, panel: vscode.WebviewPanel): Promise<void> {
		const { DatasetEditorSession } = await import('./datasetEditorSession');
		const { extensionUri } = this.services;
		const { imageFolders } = await import('./rowImages');
		panel.webview.options = webviewOptions(extensionUri, imageFolders(document));
		if (this.#restored.has(document)) {
			// VS Code knows that there are unsaved edits only when it asked for them itself.
			this.#changed.fire({ document });
		}
		const session = new DatasetEditorSession(document, panel, this);
		this.#sessions.add(session);
		this.#opened.fire({ uri: document.uri, document });
		const tell = (): void => this.#tellReview();
		session.review.onDidChange(tell);
		panel.onDidChangeViewState(tell);
		panel.onDidDispose(() => {
			this.#sessions.delete(session);
			session.dispose();
			tell();
		});
		panel.webview.html = webviewPage(panel.webview, extensionUri, {
			bundle: 'datasetEditor',
			title: document.model.name,
		});
	}

	async saveCustomDocument(document: DatasetDocument): Promise<void> {
		this.#checkPlace(document);
		await this.#questions.askAboutLosses(document);
		const saved = await document.model.save({ overwrite: false });
		const isChanged = !saved.ok && saved.error.code === 'fileChanged';
		this.#check(isChanged ? await this.#questions.askAboutChange(document, saved.error) : saved);
		document.markSaved();
		await this.#forgetBackup(document);
	}

	async saveCustomDocumentAs(document: DatasetDocument, destination: vscode.Uri): Promise<void> {
		if (destination.scheme !== 'file') {
			const text = 'A dataset is saved to files on this machine only; for one that is elsewhere';
			throw new Error(`${text}, “Windsock: Save a Copy on This Machine…” asks for one.`);
		}
		this.#check(await document.model.saveCopy(destination.fsPath));
	}

	async revertCustomDocument(document: DatasetDocument): Promise<void> {
		this.#check(await document.model.revert());
		document.markSaved();
		await this.#forgetBackup(document);
	}

	async backupCustomDocument(
		document: DatasetDocument,
		context: vscode.CustomDocumentBackupContext,
	): Promise<vscode.CustomDocumentBackup> {
		const { destination } = context;
		await this.#backups.write(destination, document.uri, document.model.backup());
		if (!document.model.overlay.isChanged) {
			// Saved or reverted while this was written: such edits must not come back.
			await this.#backups.remove(destination);
		}
		return {
			id: destination.toString(),
			delete: () => void this.#backups.remove(destination),
		};
	}

	async save(document: DatasetDocument): Promise<void> {
		await vscode.workspace.save(document.uri);
	}

	async copyText(text: string): Promise<void> {
		await vscode.env.clipboard.writeText(text);
	}

	async askForRows(session: DatasetEditorSession, what: 'row' | 'sample'): Promise<void> {
		const { goToRow, sampleRows } = await import('./rowPrompts');
		await (what === 'row' ? goToRow(session) : sampleRows(session));
	}

	async chooseMapping(document: DatasetDocument, row: RowId | undefined): Promise<void> {
		const { chooseMapping } = await import('./chooseMapping');
		await chooseMapping(document, row, this.services.notifications);
	}

	showChanges(document: DatasetDocument): Promise<void> {
		return this.#changes.show(document);
	}

	/** The document of a URI that is open or being opened; `undefined` when that fails. */
	async documentAt(uri: vscode.Uri): Promise<DatasetDocument | undefined> {
		const wanted = uri.toString();
		const known = [...this.#sessions].find(({ document }) => document.uri.toString() === wanted);
		if (known) {
			return known.document;
		}
		return new Promise(resolve => {
			const listener = this.#opened.event(({ uri: other, document }) => {
				if (other.toString() === wanted) {
					listener.dispose();
					resolve(document);
				}
			});
		});
	}

	/** The page of a URI that is open or being opened; `undefined` when that fails. */
	async sessionAt(uri: vscode.Uri): Promise<DatasetEditorSession | undefined> {
		await this.documentAt(uri);
		const wanted = uri.toString();
		const pages = [...this.#sessions].filter(({ document }) => document.uri.toString() === wanted);
		return pages.find(({ panel }) => panel.active) ?? pages.find(({ panel }) => panel.visible);
	}

	/** What work that goes through whole datasets needs. */
	get workServices(): DatasetWorkServices {
		const { extensionUri, notifications, workerFile } = this.services;
		const own = vscode.extensions.all.find(
			one => one.extensionUri.toString() === extensionUri.toString(),
		);
		const version = String((own?.packageJSON as { version?: unknown } | undefined)?.version);
		return { notifications, workerFile, changes: this.#changes, version };
	}

	/** What a change of all rows that a page shows needs. */
	rowChanges(session: DatasetEditorSession): RowChangeServices {
		const { extensionUri, notifications } = this.services;
		const worker = vscode.Uri.joinPath(extensionUri, 'dist', 'workers', 'rewriteWorker.js');
		return {
			session,
			changes: this.#changes,
			notifications,
			rewriteWorkerFile: worker.fsPath,
		};
	}

	mayReadAll(document: DatasetDocument, what: string): Promise<boolean> {
		return this.#wholeFile.mayRead(document.model.file, what);
	}

	async checkAll({ model }: DatasetDocument): Promise<void> {
		const { file } = model;
		if (file.isChecking || file.isScanned) {
			return;
		}
		const title = `Reading “${model.name}” from ${file.far?.place ?? 'its host'}`;
		const checked = await this.services.notifications.progress(title, (progress, signal) => {
			const listener = file.onDidProgress(() => {
				const part = file.scan.count / Math.max(1, file.rows.count);
				progress.report(`${Math.floor(100 * part)}% of its rows`, part);
			});
			return model.check(signal).finally(() => listener.dispose());
		});
		if (!checked.ok) {
			this.services.notifications.error(checked.error);
		}
	}

	async saveCopy(document: DatasetDocument): Promise<void> {
		if (await this.mayReadAll(document, 'A copy')) {
			const { saveCopy } = await import('./saveCopy');
			await saveCopy(document, this.services.notifications, () =>
				this.resolveChange(document, 'reload'),
			);
		}
	}

	async mergeIntoSource(): Promise<void> {
		await vscode.commands.executeCommand('windsock.dataset.mergeIntoSource');
	}

	async checkAgain({ preflight }: DatasetDocument): Promise<void> {
		const { recipePath } = preflight;
		if (recipePath !== undefined) {
			const recipe = vscode.Uri.file(recipePath);
			await vscode.commands.executeCommand('windsock.recipe.checkAgain', recipe);
		}
	}

	async openAsText(document: DatasetDocument): Promise<void> {
		const file = await oneFileOf(document);
		if (file) {
			await vscode.commands.executeCommand('vscode.openWith', file, 'default');
		}
	}

	async resolveChange(
		document: DatasetDocument,
		how: 'overwrite' | 'reload' | 'compare',
	): Promise<void> {
		if (how === 'compare') {
			await this.#questions.compare(document);
			return;
		}
		const { model } = document;
		const done = how === 'reload' ? await model.revert() : await model.save({ overwrite: true });
		if (!done.ok) {
			this.services.notifications.error(done.error);
			return;
		}
		// Tells VS Code that nothing is left to save.
		await this.save(document);
	}

	async startReview(): Promise<void> {
		await vscode.commands.executeCommand('windsock.review.start');
	}

	async reviewDisagreements(): Promise<void> {
		await vscode.commands.executeCommand('windsock.review.disagreements');
	}

	async review(action: ReviewAction, rating: number | undefined): Promise<void> {
		await vscode.commands.executeCommand(`windsock.review.${action}`, rating);
	}

	async changeKeys(): Promise<void> {
		await vscode.commands.executeCommand(
			'workbench.action.openGlobalKeybindings',
			'windsock.review',
		);
	}

	reviewKeys(): Promise<ReviewView['keys']> {
		return this.services.reviewKeys();
	}

	/** Single letters are keys only while the page in front is in a review. */
	#tellReview(): void {
		const isOn = this.activeSession?.review.session !== undefined;
		void vscode.commands.executeCommand('setContext', 'windsock.datasetReview', isOn);
	}

	dispose(): void {
		this.#changed.dispose();
		this.#opened.dispose();
		this.#changes.dispose();
		for (const session of this.#sessions) {
			session.dispose();
		}
	}

	async #restore(document: DatasetDocument, backup: vscode.Uri): Promise<void> {
		const { notifications, logger } = this.services;
		const edits = await this.#backups.read(backup);
		if (edits === undefined) {
			logger.error(`the backup ${backup.toString()} cannot be read`);
			return;
		}
		const restored = await document.model.restore(edits);
		if (restored.ok) {
			this.#restored.add(document);
			return;
		}
		const kept = await this.#backups.setAside(edits);
		await this.#backups.remove(backup);
		logger.error(`edits of ${document.uri.fsPath} that no longer fit are in ${kept.fsPath}`);
		notifications.error(restored.error);
	}

	async #forgetBackup(document: DatasetDocument): Promise<void> {
		if (this.#restored.delete(document)) {
			for (const backup of await this.#backups.find(document.uri)) {
				await this.#backups.remove(backup);
			}
		}
	}

	/** What cannot be saved in its place is offered as a copy; its edits stay meanwhile. */
	#checkPlace(document: DatasetDocument): void {
		const { model } = document;
		const place = model.file.far?.saveElsewhere;
		if (place === undefined || !model.overlay.isChanged) {
			return;
		}
		const error = new WindsockError('saveElsewhere', { path: model.name, place });
		void vscode.window.showWarningMessage(messageFor(error), saveCopyHere).then(async choice => {
			if (choice === saveCopyHere) {
				await this.saveCopy(document);
			}
		});
		throw new vscode.CancellationError();
	}

	/** A failure is logged with its cause; VS Code shows the sentence. */
	#check(result: Result<void>): void {
		if (!result.ok) {
			this.services.logger.error(messageFor(result.error), result.error);
			throw new Error(messageFor(result.error));
		}
	}
}
