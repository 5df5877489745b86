import * as vscode from 'vscode';
import { problemText } from '../../core/responses/formats/fileProblem';
import { readComparedFiles } from '../../node/responses/comparedFiles';
import { keepComparison } from '../../node/responses/keptComparison';
import type { Notifications } from '../notifications';

export interface OpenAnswerFilesServices {
	/** Folder of the workspace's comparisons. */
	readonly parent: string;
	readonly notifications: Notifications;
	show(comparisonId: string): void;
}

/**
 * Open as Comparison…: the answers of files, by whatever tool, as lanes that can be read and voted on.
 *
 * @param picked what was selected in the explorer; asked for when there is nothing
 */
export async function openAnswerFiles(
	{ parent, notifications, show }: OpenAnswerFilesServices,
	picked: readonly vscode.Uri[],
): Promise<void> {
	const uris = picked.length > 0 ? picked : await askForFiles();
	if (uris.length === 0) {
		return;
	}
	const read = await vscode.window.withProgress(
		{ location: vscode.ProgressLocation.Notification, title: 'Reading answers', cancellable: true },
		(_progress, token) => {
			const stop = new AbortController();
			token.onCancellationRequested(() => stop.abort());
			return readComparedFiles(
				uris.map(uri => uri.fsPath),
				stop.signal,
			);
		},
	);
	if (!read.ok) {
		if (read.error.code !== 'cancelled') {
			notifications.error(read.error);
		}
		return;
	}
	const { files, lines } = read.value;
	if (!lines) {
		void notifications.info(
			'These files hold prompts or judgments and no answers. “windsock compare” prints what judgments come to.',
		);
		return;
	}
	const kept = await keepComparison(parent, { files, lines });
	if (!kept.ok) {
		notifications.error(kept.error);
		return;
	}
	show(kept.value);
	// No file's name here: it mostly is a model's, and names are hidden at first.
	const problems = files.flatMap(file => file.problems.map(problemText));
	if (problems.length > 0) {
		void notifications.info(`Of the files: ${problems.slice(0, 4).join('; ')}.`);
	}
}

async function askForFiles(): Promise<readonly vscode.Uri[]> {
	const chosen = await vscode.window.showOpenDialog({
		title: 'Answers to compare: MT-Bench, AlpacaEval, Arena-Hard, LLM Comparator',
		openLabel: 'Compare',
		canSelectMany: true,
		filters: { Answers: ['json', 'jsonl'] },
		defaultUri: vscode.workspace.workspaceFolders?.[0]?.uri,
	});
	return chosen ?? [];
}

/** The files that the explorer names: the one clicked and all selected. */
export function urisOf(clicked: unknown, selected: unknown): vscode.Uri[] {
	const all: unknown[] = Array.isArray(selected) && selected.length > 0 ? selected : [clicked];
	return all.filter(one => one instanceof vscode.Uri);
}
