import * as vscode from 'vscode';
import { isObject } from '../../core/dataset/messageShapes';
import type { ReviewAction } from '../../protocol/datasetReview';
import type { Notifications } from '../notifications';
import type { DatasetEditorProvider } from './datasetEditorProvider';
import type { ReviewMemory } from './reviewMemory';

/** The commands of a review; each acts on the dataset in front. */
export function registerReviewCommands(
	provider: DatasetEditorProvider,
	notifications: Notifications,
	memory: ReviewMemory,
): vscode.Disposable {
	const register = vscode.commands.registerCommand;
	const act = async (action: ReviewAction, argument?: unknown): Promise<void> => {
		const done = await provider.activeSession?.review.perform(action, argument);
		if (done && !done.ok) {
			notifications.error(done.error);
		}
	};
	return vscode.Disposable.from(
		register('windsock.review.start', async () => {
			const { startReview } = await import('./startReview');
			await startReview(provider.activeSession, memory);
		}),
		register('windsock.review.disagreements', async () => {
			const { startReview } = await import('./startReview');
			const queue = { kind: 'disagreement', title: 'disagreements' } as const;
			await startReview(provider.activeSession, memory, queue);
		}),
		register('windsock.annotations.summary', () => provider.activeSession?.askForReport()),
		register('windsock.review.keep', () => act('keep')),
		register('windsock.review.drop', () => act('drop')),
		register('windsock.review.fix', () => act('fix')),
		register('windsock.review.rate', (argument?: unknown) =>
			act('rate', isObject(argument) ? argument['rating'] : argument),
		),
		register('windsock.review.tag', () => act('tag')),
		register('windsock.review.note', () => act('note')),
		register('windsock.review.skip', () => act('skip')),
		register('windsock.review.next', () => act('next')),
		register('windsock.review.previous', () => act('previous')),
		register('windsock.review.undo', () => act('undo')),
		register('windsock.review.clear', () => act('clear')),
		register('windsock.review.stop', () => act('stop')),
		register('windsock.annotations.openFolder', async () => {
			const { openAnnotations } = await import('./startReview');
			await openAnnotations(provider.activeSession);
		}),
	);
}
