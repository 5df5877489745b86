import * as vscode from 'vscode';
import type { Logger } from '../../core/base/logger';
import { DatasetsTreeProvider } from './datasetsTreeProvider';

/** Registers the view Datasets. It looks for files when it is first shown. */
export function registerDatasets(services: {
	readonly workerFile: string;
	readonly logger: Logger;
}): vscode.Disposable {
	const tree = new DatasetsTreeProvider(services.workerFile, services.logger);
	return vscode.Disposable.from(
		tree,
		vscode.window.createTreeView('windsock.datasets', { treeDataProvider: tree }),
		vscode.commands.registerCommand('windsock.dataset.refresh', () => tree.refresh()),
	);
}
