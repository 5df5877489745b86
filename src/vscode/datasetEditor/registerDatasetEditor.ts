import * as vscode from 'vscode';
import { registerDatasetCommands } from './datasetCommands';
import { registerRowChangeCommands } from './rowChangeCommands';
import { registerDataWorkCommands } from './dataWorkCommands';
import { registerReviewCommands } from './reviewCommands';
import { ReviewMemory } from './reviewMemory';
import { DatasetEditorProvider, type DatasetEditorServices } from './datasetEditorProvider';
import { datasetViewTypes } from './viewTypes';

/** Registers the dataset editor and its commands. Costs nothing until a dataset is opened. */
export function registerDatasetEditor(services: DatasetEditorServices): vscode.Disposable {
	const provider = new DatasetEditorProvider(services);
	return vscode.Disposable.from(
		provider,
		...datasetViewTypes.map(viewType =>
			vscode.window.registerCustomEditorProvider(viewType, provider, {
				supportsMultipleEditorsPerDocument: true,
				// Pages are small and are rebuilt from a snapshot; keeping them costs more than that.
				webviewOptions: { retainContextWhenHidden: false, enableFindWidget: false },
			}),
		),
		registerDatasetCommands(provider, services.notifications),
		registerRowChangeCommands(provider),
		registerDataWorkCommands(provider, services),
		registerReviewCommands(
			provider,
			services.notifications,
			new ReviewMemory(services.workspaceState),
		),
	);
}
