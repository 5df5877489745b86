import * as vscode from 'vscode';
import { WindsockError } from '../../core/base/errors';
import type { DatasetEditorProvider, DatasetEditorServices } from './datasetEditorProvider';
import type { DatasetEditorSession } from './datasetEditorSession';

/** Commands that go through a whole dataset. What they need is loaded with their first use. */
export function registerDataWorkCommands(
	provider: DatasetEditorProvider,
	{ notifications, workerFile, author }: DatasetEditorServices,
): vscode.Disposable {
	const onSession = (
		command: string,
		act: (session: DatasetEditorSession) => Promise<void>,
		{ isForFar = false } = {},
	): vscode.Disposable =>
		vscode.commands.registerCommand(command, async () => {
			const session = provider.activeSession;
			if (session?.document.model.file.far && !isForFar) {
				const { path } = session.document.model.file;
				const reason = 'this needs it on this machine; “Keep Dataset Offline” puts a copy here';
				notifications.error(new WindsockError('formatUnsupported', { path, reason }));
			} else if (session) {
				await act(session);
			}
		});
	const offline = { provider, notifications, workerFile, author };
	return vscode.Disposable.from(
		vscode.commands.registerCommand('windsock.dataset.keepOffline', async () => {
			const session = provider.activeSession;
			if (session) {
				const { keepDatasetOffline } = await import('./offlineCommands');
				await keepDatasetOffline(offline, session);
			}
		}),
		vscode.commands.registerCommand('windsock.dataset.mergeIntoSource', async () => {
			const session = provider.activeSession;
			if (session) {
				const { mergeIntoSource } = await import('./offlineCommands');
				await mergeIntoSource(offline, session);
			}
		}),
		vscode.commands.registerCommand('windsock.dataset.clean', async () => {
			const { cleanDataset } = await import('./cleanCommand');
			await cleanDataset(provider.activeSession, provider.workServices);
		}),
		onSession('windsock.dataset.split', async session => {
			const { splitDataset } = await import('./cleanCommand');
			await splitDataset(session, provider.workServices);
		}),
		onSession('windsock.dataset.binarize', async session => {
			const { binarizeDataset } = await import('./deriveCommands');
			await binarizeDataset(session, provider.workServices);
		}),
		onSession('windsock.dataset.convert', async session => {
			const { convertDataset } = await import('./deriveCommands');
			await convertDataset(session, provider.workServices);
		}),
		onSession('windsock.dataset.compareWith', async session => {
			const { compareDataset } = await import('./compareCommand');
			await compareDataset(session, provider.workServices);
		}),
		onSession(
			'windsock.dataset.findNearDuplicates',
			async session => {
				const { findNearDuplicates } = await import('./nearDuplicatesCommand');
				await findNearDuplicates(session, notifications, workerFile);
			},
			{ isForFar: true },
		),
		onSession(
			'windsock.dataset.findContamination',
			async session => {
				const { findContamination } = await import('./contaminationCommand');
				await findContamination(session, notifications, workerFile);
			},
			{ isForFar: true },
		),
	);
}
