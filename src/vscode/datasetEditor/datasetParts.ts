import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { isHubLocation } from '../../core/dataset/hub/hubLocation';
import type { DatasetPart } from '../../node/dataset/datasetPart';
import type { DatasetDocument } from './datasetDocument';
import { hubUri } from './hubUri';

/** Watchers for more files than this would be many; a whole folder is watched then. */
const mostPatterns = 20;

/** What to watch of a dataset's files. */
export function partPatterns(
	parts: readonly Pick<DatasetPart, 'path'>[],
): vscode.RelativePattern[] {
	const paths = parts.map(({ path }) => path);
	if (paths.length <= mostPatterns) {
		return paths.map(path => patternIn(dirname(path), globEscaped(basename(path))));
	}
	return [...new Set(paths.map(path => dirname(path)))].map(folder => patternIn(folder, '*'));
}

/** The dataset's file; of several, the one that is picked. */
export async function oneFileOf(document: DatasetDocument): Promise<vscode.Uri | undefined> {
	const { parts } = document.model.file;
	if (parts.length === 1 && parts[0].path === document.model.file.path) {
		return document.uri;
	}
	const picked = await vscode.window.showQuickPick(
		parts.map(({ path }) => ({ label: basename(path), path })),
		{ title: 'Open as Text', placeHolder: 'Which of the dataset’s files?' },
	);
	return (
		picked && (isHubLocation(picked.path) ? hubUri(picked.path) : vscode.Uri.file(picked.path))
	);
}

function patternIn(folder: string, pattern: string): vscode.RelativePattern {
	return new vscode.RelativePattern(vscode.Uri.file(folder), pattern);
}

/** A file name that means only itself in a glob. */
function globEscaped(name: string): string {
	return name.replaceAll(/[[\]{}*?]/g, '[$&]');
}
