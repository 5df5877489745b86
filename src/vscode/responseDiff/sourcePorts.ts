import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Disposable } from '../../core/base/disposable';
import { lazy } from '../../core/base/lazy';
import type { ModelData } from '../../core/responses/source/searchedDataset';
import { cacheFolder } from '../../node/dataset/hub/cacheFolder';
import { datasetFilesOfWorkspace } from '../datasets/datasetFiles';
import { datasetUri } from '../preflight/datasetUri';
import type { SourcePorts } from './answerSources';

/** @param workFile the bundled `dataWorkWorker.js` */
export function sourcePorts(services: {
	readonly workFile: string;
	readonly dataOf: (ref: string) => ModelData;
	readonly own: (part: Disposable) => unknown;
}): SourcePorts {
	const { workFile, dataOf, own } = services;
	const indexes = lazy(async () => {
		const { PhraseIndexes } = await import('../../node/responses/source/phraseIndexes');
		const made = new PhraseIndexes({ cache: join(cacheFolder(), 'phrases'), workFile });
		own(made);
		return made;
	});
	return {
		indexes: {
			find: async (phrase, paths, options) => (await indexes()).find(phrase, paths, options),
		},
		dataOf,
		pickDatasets,
		openRow: (dataset, row) =>
			void vscode.commands.executeCommand(
				'windsock.dataset.showRow',
				datasetUri(dataset),
				row,
				vscode.ViewColumn.Beside,
			),
	};
}

async function pickDatasets(): Promise<readonly string[] | undefined> {
	const files = await datasetFilesOfWorkspace();
	const browse = 'Browse…';
	const picked = await vscode.window.showQuickPick(
		[
			...files.map(uri => {
				const shown = vscode.workspace.asRelativePath(uri);
				const slash = shown.lastIndexOf('/');
				return {
					label: shown.slice(slash + 1),
					description: shown.slice(0, Math.max(0, slash)),
					path: uri.fsPath,
				};
			}),
			{ label: browse, description: 'other files', path: '' },
		],
		{
			title: 'Datasets to Search for the Phrase',
			placeHolder: 'What the model was trained on',
			canPickMany: true,
			ignoreFocusOut: true,
		},
	);
	const paths = picked?.map(({ path }) => path).filter(path => path !== '');
	if (picked?.some(({ label, path }) => label === browse && path === '') !== true) {
		return paths;
	}
	const { datasetFilters } = await import('../datasetEditor/datasetFilters');
	const browsed = await vscode.window.showOpenDialog({
		title: 'Datasets to Search for the Phrase',
		openLabel: 'Search',
		canSelectMany: true,
		filters: datasetFilters,
	});
	return [...(paths ?? []), ...(browsed ?? []).map(({ fsPath }) => fsPath)];
}
