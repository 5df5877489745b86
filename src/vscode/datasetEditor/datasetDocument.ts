import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { ok, type Result } from '../../core/base/result';
import type { Label } from '../../core/dataset/annotation';
import type { StringRange } from '../../core/dataset/example';
import type { JsonPath } from '../../core/dataset/jsonScanner';
import type { RowId } from '../../core/dataset/overlay';
import type { DatasetModel } from '../../node/dataset/datasetModel';
import type { UndoableChange } from '../../node/dataset/editableDataset';
import { DocumentPreflight } from './documentPreflight';
import { partPatterns } from './datasetParts';
import { openModel, type DatasetDocumentServices, type MayReadAll } from './openModel';

/** Milliseconds without another change after which a review is at rest. */
const restBetween = 400;

/** A dataset as VS Code sees it: it owns the undo stack, this owns the data. */
export class DatasetDocument implements vscode.CustomDocument {
	readonly #edited = new vscode.EventEmitter<UndoableChange>();
	readonly onDidEdit = this.#edited.event;
	readonly #unsaved = new vscode.EventEmitter<void>();
	/** VS Code would take the document for saved, though it is not. */
	readonly onDidLoseSavePoint = this.#unsaved.event;
	readonly #disposables: vscode.Disposable[] = [this.#edited, this.#unsaved];
	#isUndone = false;
	#settling: ReturnType<typeof setTimeout> | undefined;

	private constructor(
		readonly uri: vscode.Uri,
		readonly model: DatasetModel,
		/** The bundled worker that tries queries. */
		readonly queryWorkerFile: string,
		readonly preflight: DocumentPreflight,
	) {
		this.#disposables.push(preflight);
		if (uri.scheme === 'file') {
			this.#watch();
		}
	}

	static async open(
		uri: vscode.Uri,
		services: DatasetDocumentServices,
		mayReadAll: MayReadAll,
	): Promise<Result<DatasetDocument>> {
		const opened = await openModel(uri, services, mayReadAll);
		const queryWorkerFile = join(dirname(services.workerFile), 'queryWorker.js');
		if (!opened.ok) {
			return opened;
		}
		const preflight = new DocumentPreflight(opened.value, services.preflights);
		return ok(new DatasetDocument(uri, opened.value, queryWorkerFile, preflight));
	}

	async editText(
		id: RowId,
		paths: readonly JsonPath[],
		text: string,
		before: string,
		range?: StringRange,
	): Promise<Result<void>> {
		return this.#tell(await this.model.editText(id, paths, text, before, range));
	}

	/** Makes a change and puts it on VS Code's undo stack. */
	async change(
		make: (model: DatasetModel) => Promise<Result<UndoableChange | undefined>>,
	): Promise<Result<void>> {
		return this.#tell(await make(this.model));
	}

	async setLabel(id: RowId, label: Label | undefined): Promise<Result<void>> {
		return this.#tell(await this.model.setLabel(id, label));
	}

	/** Labels several rows as one step. Stops at the first that cannot be labelled. */
	async setLabels(ids: readonly RowId[], label: Label | undefined): Promise<Result<void>> {
		const made: UndoableChange[] = [];
		let failed: Result<void> = ok();
		for (const id of ids) {
			const result = await this.model.setLabel(id, label);
			if (!result.ok) {
				failed = result;
				break;
			}
			if (result.value) {
				made.push(result.value);
			}
		}
		const told = this.#tell(ok(together(made)));
		return failed.ok ? told : failed;
	}

	/**
	 * Puts a change that was made on the undo stack. They come quickly one after another, so VS Code
	 * is told only after the last that there is nothing to save.
	 */
	record(made: Result<UndoableChange | undefined>): Result<void> {
		return this.#tell(made, restBetween);
	}

	/** VS Code has taken note that nothing is left to save. */
	markSaved(): void {
		this.#isUndone = false;
	}

	dispose(): void {
		clearTimeout(this.#settling);
		for (const disposable of this.#disposables) {
			disposable.dispose();
		}
		this.model.dispose();
	}

	#tell(result: Result<UndoableChange | undefined>, pause = 0): Result<void> {
		if (result.ok && result.value) {
			const change = result.value;
			this.#edited.fire({
				title: change.title,
				undo: () => this.#turn(true, () => change.undo()),
				redo: () => this.#turn(false, () => change.redo()),
			});
			if (this.#isUndone) {
				this.#unsaved.fire();
			}
			this.#settle(pause);
		}
		return result.ok ? { ok: true, value: undefined } : result;
	}

	async #turn(isUndo: boolean, work: () => Promise<void>): Promise<void> {
		await work();
		this.#isUndone ||= isUndo;
		this.#settle();
	}

	/**
	 * Labels are on disk at once, and an edit may lead back to what the file has: with nothing to
	 * write, the tab shall not look unsaved. Saving then only tells VS Code so.
	 */
	#settle(pause = 0): void {
		clearTimeout(this.#settling);
		if (!this.model.overlay.isChanged) {
			// After VS Code has taken note of the change that is under way.
			this.#settling = setTimeout(() => void vscode.workspace.save(this.uri), pause);
		}
	}

	#watch(): void {
		const check = (): void => void this.model.checkDisk();
		for (const pattern of partPatterns(this.model.file.parts)) {
			const watcher = vscode.workspace.createFileSystemWatcher(pattern);
			this.#disposables.push(watcher, watcher.onDidChange(check), watcher.onDidCreate(check));
		}
		this.#watchAnnotations();
	}

	/** Others' annotations come in by git or a shared folder; our own files are known. */
	#watchAnnotations(): void {
		const { store } = this.model.labels ?? {};
		for (const folder of store?.folders ?? []) {
			const pattern = new vscode.RelativePattern(vscode.Uri.file(folder), '*.jsonl');
			const watcher = vscode.workspace.createFileSystemWatcher(pattern);
			const look = (uri: vscode.Uri): void => {
				if (store?.isOwn(uri.fsPath) !== true) {
					void this.model.reloadAnnotations();
				}
			};
			this.#disposables.push(
				watcher,
				watcher.onDidChange(look),
				watcher.onDidCreate(look),
				watcher.onDidDelete(look),
			);
		}
	}
}

/** Several changes as one step. */
function together(changes: readonly UndoableChange[]): UndoableChange | undefined {
	const [first] = changes;
	if (!first || changes.length === 1) {
		return first;
	}
	return {
		title: `${first.title} (${changes.length} Rows)`,
		undo: async () => {
			for (const change of changes.toReversed()) {
				await change.undo();
			}
		},
		redo: async () => {
			for (const change of changes) {
				await change.redo();
			}
		},
	};
}
