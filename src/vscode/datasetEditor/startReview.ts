import * as vscode from 'vscode';
import type { ReviewShare } from '../../core/dataset/annotate/reviewShare';
import { authorName } from '../../node/dataset/annotationStore';
import { reviewSplit } from '../settings';
import type { DatasetEditorSession } from './datasetEditorSession';
import type { NamedQueue, ReviewMemory } from './reviewMemory';
import { askForQueue } from './reviewPrompts';

/**
 * Asks what to review, unless that is said, and begins where the log says that this annotator
 * stopped.
 */
export async function startReview(
	session: DatasetEditorSession | undefined,
	memory: ReviewMemory,
	chosen?: NamedQueue,
): Promise<void> {
	const labels = session?.document.model.labels;
	if (!session || !labels) {
		const reason = session ? 'Only datasets on disk can be reviewed.' : 'Open a dataset first.';
		void vscode.window.showInformationMessage(reason);
		return;
	}
	const { uri } = session.document;
	const choice = chosen ?? (await askForQueue(session.queueOffer(memory.get(uri))));
	if (choice === 'summary') {
		session.askForReport();
	} else if (choice && (await begin(session, choice, labels.store.author))) {
		await memory.set(uri, choice);
	}
}

/** Says whether there was something to review. */
async function begin(
	session: DatasetEditorSession,
	choice: NamedQueue,
	author: string,
): Promise<boolean> {
	const share = shareOf(author);
	const isShared = share !== undefined && choice.kind !== 'disagreement';
	const title = isShared
		? `${choice.title}, part ${share.annotator + 1} of ${share.annotators}`
		: choice.title;
	const rows = await vscode.window.withProgress(
		{
			location: vscode.ProgressLocation.Notification,
			title: 'Preparing the review',
			cancellable: true,
		},
		async (_progress, token) => {
			const abort = new AbortController();
			token.onCancellationRequested(() => abort.abort());
			const started = await session.startReview(
				{ ...choice, ...(isShared ? { share } : {}) },
				title,
				abort.signal,
			);
			return abort.signal.aborted ? undefined : started;
		},
	);
	if (rows === 0) {
		void vscode.window.showInformationMessage(nothingIn(choice));
	}
	return rows !== undefined && rows > 0;
}

function nothingIn({ kind, title }: NamedQueue): string {
	switch (kind) {
		case 'disagreement':
			return 'No two annotators decided an example differently.';
		case 'finding':
			return `No row to review: ${title}.`;
		default:
			return 'No row of your part is shown.';
	}
}

/** Shows the annotation files where files are shown. */
export async function openAnnotations(session: DatasetEditorSession | undefined): Promise<void> {
	const store = session?.document.model.labels?.store;
	if (!store) {
		void vscode.window.showInformationMessage('Open a dataset first.');
		return;
	}
	await session?.document.model.labels?.flush();
	const folder = vscode.Uri.file(await store.writeFolder());
	try {
		await vscode.workspace.fs.stat(folder);
	} catch {
		void vscode.window.showInformationMessage('Nothing is annotated yet in this dataset.');
		return;
	}
	const isInside = vscode.workspace.getWorkspaceFolder(folder) !== undefined;
	await vscode.commands.executeCommand(isInside ? 'revealInExplorer' : 'revealFileInOS', folder);
}

/** The part of a review that falls to an annotator; `undefined` is all of it. */
function shareOf(author: string): ReviewShare | undefined {
	const { annotators, overlap } = reviewSplit();
	const annotator = annotators.map(name => authorName(name)).indexOf(author);
	return annotator < 0 || annotators.length < 2
		? undefined
		: { annotator, annotators: annotators.length, overlap };
}
