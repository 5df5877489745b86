import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { messageFor } from '../../core/base/errorMessages';
import { findRowImage } from '../../node/dataset/rowImage';
import type { Answer, ImageAddress } from '../../protocol/datasetEditor';
import type { DatasetDocument } from './datasetDocument';

/** Folders that the images of a dataset may lie in. */
export function imageFolders(document: DatasetDocument): string[] {
	const { file } = document.model;
	if (document.uri.scheme !== 'file' || !file.fingerprint) {
		return [];
	}
	const own = file.parts.map(({ path }) => dirname(path));
	const workspaces = (vscode.workspace.workspaceFolders ?? [])
		.filter(({ uri }) => uri.scheme === 'file')
		.map(({ uri }) => uri.fsPath);
	return [...new Set([...own, ...workspaces])];
}

/** The address under which a page may load the image that a row names. */
export async function imageAddress(
	document: DatasetDocument,
	webview: vscode.Webview,
	named: string,
): Promise<Answer<ImageAddress>> {
	const found = await findRowImage(named, imageFolders(document));
	if (!found.ok) {
		return { ok: false, message: messageFor(found.error) };
	}
	const { path, size } = found.value;
	const uri = webview.asWebviewUri(vscode.Uri.file(path)).toString();
	return { ok: true, value: { uri, size } };
}
