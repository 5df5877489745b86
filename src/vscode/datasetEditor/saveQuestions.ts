import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { messageFor } from '../../core/base/errorMessages';
import { WindsockError } from '../../core/base/errors';
import type { Result } from '../../core/base/result';
import { saveLosses } from '../../node/dataset/saveLosses';
import type { Notifications } from '../notifications';
import type { DatasetDocument } from './datasetDocument';

const overwrite = 'Overwrite';
const reload = 'Reload';
const compare = 'Compare';
const saveAnyway = 'Save Anyway';

/** What is asked before a save that would lose something or write over what somebody else wrote. */
export class SaveQuestions {
	readonly #agreed = new WeakSet<DatasetDocument>();

	constructor(
		private readonly services: {
			readonly storageUri: vscode.Uri;
			readonly notifications: Notifications;
		},
	) {}

	/** Asked once; whoever has agreed is not asked at every save. */
	async askAboutLosses(document: DatasetDocument): Promise<void> {
		const { path, far } = document.model.file;
		if (!document.model.overlay.isChanged || this.#agreed.has(document)) {
			return;
		}
		const all = far
			? [far.losses]
			: await Promise.all(document.model.file.parts.map(part => saveLosses(part.path)));
		const losses = [...new Set(all.flat())];
		if (losses.length === 0) {
			return;
		}
		const error = new WindsockError('saveLoses', { path, reason: losses.join('; ') });
		const choice = await vscode.window.showWarningMessage(
			messageFor(error),
			{ modal: true },
			saveAnyway,
		);
		if (choice !== saveAnyway) {
			throw new vscode.CancellationError();
		}
		this.#agreed.add(document);
	}

	/** The file was changed on disk since it was read. Raises a cancellation where nothing is to be done. */
	async askAboutChange(document: DatasetDocument, error: WindsockError): Promise<Result<void>> {
		const choice = await vscode.window.showWarningMessage(
			messageFor(error),
			{ modal: true },
			overwrite,
			reload,
			compare,
		);
		switch (choice) {
			case overwrite:
				return document.model.save({ overwrite: true });
			case reload:
				return document.model.revert();
			case compare:
				await this.compare(document);
				throw new vscode.CancellationError();
			default:
				throw new vscode.CancellationError();
		}
	}

	/** Shows the file as it is on disk beside the dataset with its edits, both as text. */
	async compare(document: DatasetDocument): Promise<void> {
		const { storageUri, notifications } = this.services;
		const copy = vscode.Uri.joinPath(storageUri, 'compare', randomUUID(), document.model.name);
		await vscode.workspace.fs.createDirectory(vscode.Uri.joinPath(copy, '..'));
		if (document.model.file.parts.length > 1) {
			const text = 'A dataset of several files has no one text to compare. Overwrite or reload it.';
			await notifications.info(text);
			return;
		}
		const written = await document.model.saveCopy(copy.fsPath);
		if (!written.ok) {
			notifications.error(written.error);
			return;
		}
		const title = `${document.model.name}: on Disk ↔ with Your Edits`;
		await vscode.commands.executeCommand('vscode.diff', document.uri, copy, title, {
			override: true,
		});
	}
}
