import * as vscode from 'vscode';
import { DisposableStore } from '../../core/base/disposable';
import { messageFor } from '../../core/base/errorMessages';
import type { Logger } from '../../core/base/logger';
import { openFileSource } from '../../node/dataset/byteSource';
import { datasetFilesOfWorkspace, datasetPattern } from './datasetFiles';
import { detectContainer } from '../../core/dataset/container';

/** A dataset in the tree; commands get it as their argument. */
export interface DatasetItem {
	readonly kind: 'dataset';
	readonly uri: vscode.Uri;
}

/** Milliseconds in which many changed files are one change. */
const pace = 300;

/** The view Datasets: the files of the workspace that hold rows, with their number. */
export class DatasetsTreeProvider
	implements vscode.TreeDataProvider<DatasetItem>, vscode.Disposable
{
	readonly #disposables = new DisposableStore();
	readonly #changed = this.#disposables.add(new vscode.EventEmitter<DatasetItem | undefined>());
	readonly onDidChangeTreeData = this.#changed.event;
	/** Sentence on the rows of each file, until it changes. */
	readonly #counts = new Map<string, { text: string }>();
	#items = new Map<string, DatasetItem>();
	#counting: Promise<void> = Promise.resolve();
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(
		private readonly workerFile: string,
		private readonly logger: Logger,
	) {
		const watcher = this.#disposables.add(vscode.workspace.createFileSystemWatcher(datasetPattern));
		const touched = (uri: vscode.Uri): void => {
			this.#counts.delete(uri.toString());
			this.#timer ??= setTimeout(() => this.refresh(), pace);
		};
		this.#disposables.add(watcher.onDidCreate(touched));
		this.#disposables.add(watcher.onDidChange(touched));
		this.#disposables.add(watcher.onDidDelete(touched));
	}

	/** Looks for files anew. */
	refresh(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#changed.fire(undefined);
	}

	async getChildren(parent?: DatasetItem): Promise<DatasetItem[]> {
		if (parent) {
			return [];
		}
		const found: DatasetItem[] = [];
		for (const uri of await datasetFilesOfWorkspace()) {
			if (await holdsRows(uri)) {
				found.push(this.#items.get(uri.toString()) ?? { kind: 'dataset', uri });
			}
		}
		this.#items = new Map(found.map(item => [item.uri.toString(), item]));
		return found;
	}

	getTreeItem(item: DatasetItem): vscode.TreeItem {
		const { uri } = item;
		const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
		const path = vscode.workspace.asRelativePath(uri);
		const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
		const rows = this.#counts.get(uri.toString())?.text;
		if (rows === undefined) {
			this.#count(item);
		}
		const tree = new vscode.TreeItem(name);
		tree.id = uri.toString();
		tree.resourceUri = uri;
		tree.iconPath = new vscode.ThemeIcon('database');
		tree.contextValue = 'dataset';
		tree.description = [rows, folder].filter(part => part !== undefined && part !== '').join(' · ');
		tree.tooltip = uri.fsPath;
		tree.command = { command: 'windsock.dataset.open', title: 'Open Dataset', arguments: [uri] };
		return tree;
	}

	dispose(): void {
		clearTimeout(this.#timer);
		this.#disposables.dispose();
	}

	/** Counts rows one file after the other, so that a large workspace stays quick. */
	#count(item: DatasetItem): void {
		// A change of the file takes this out of the map: a count that was under way then is not shown.
		const count = { text: '' };
		this.#counts.set(item.uri.toString(), count);
		this.#counting = this.#counting.then(async () => {
			if (!this.#disposables.isDisposed) {
				count.text = await this.#countRows(item.uri);
				this.#changed.fire(item);
			}
		});
	}

	async #countRows(uri: vscode.Uri): Promise<string> {
		// With its first use: reading datasets would hold up the start of every window.
		const { DatasetFile } = await import('../../node/dataset/datasetFile');
		const opened = await DatasetFile.open(uri.fsPath, { workerFile: this.workerFile });
		if (!opened.ok) {
			this.logger.warn(messageFor(opened.error));
			return 'unreadable';
		}
		const indexed = await opened.value.indexed;
		const rows = opened.value.rows.count;
		await opened.value.close();
		if (!indexed.ok) {
			this.logger.warn(messageFor(indexed.error));
			return 'unreadable';
		}
		return `${rows.toLocaleString('en-US')} ${rows === 1 ? 'row' : 'rows'}`;
	}
}

/** Most `.json` files are settings; those with an array of objects, or an object a line, are data. */
async function holdsRows(uri: vscode.Uri): Promise<boolean> {
	if (uri.scheme !== 'file' || !/\.json$/i.test(uri.path)) {
		return uri.scheme === 'file';
	}
	try {
		const source = await openFileSource(uri.fsPath);
		try {
			const head = await source.read(0, 1 << 12);
			const text = new TextDecoder().decode(head);
			const kind = detectContainer(head, uri.path);
			return kind === 'jsonl' ? /\n\s*\{/.test(text) : /^\uFEFF?\s*\[\s*\{/.test(text);
		} finally {
			await source.close();
		}
	} catch {
		// Gone between listing and looking.
		return false;
	}
}
