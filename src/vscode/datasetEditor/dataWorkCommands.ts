import * as vscode from 'vscode';
import type { DatasetEditorProvider, DatasetEditorServices } from './datasetEditorProvider';
import type { DatasetEditorSession } from './datasetEditorSession';

/** Commands that go through a whole dataset. What they need is loaded with their first use. */
export function registerDataWorkCommands(
	provider: DatasetEditorProvider,
	{ notifications, workerFile }: DatasetEditorServices,
): vscode.Disposable {
	const onSession = (
		command: string,
		act: (session: DatasetEditorSession) => Promise<void>,
	): vscode.Disposable =>
		vscode.commands.registerCommand(command, async () => {
			const session = provider.activeSession;
			if (session) {
				await act(session);
			}
		});
	return vscode.Disposable.from(
		onSession('windsock.dataset.findNearDuplicates', async session => {
			const { findNearDuplicates } = await import('./nearDuplicatesCommand');
			await findNearDuplicates(session, notifications, workerFile);
		}),
		onSession('windsock.dataset.findContamination', async session => {
			const { findContamination } = await import('./contaminationCommand');
			await findContamination(session, notifications, workerFile);
		}),
	);
}
