import * as vscode from 'vscode';
import { messageFor } from '../../core/base/errorMessages';
import { datasetNames } from '../../core/dataset/container';
import type { DirectoryEntry, Host } from '../../core/hosts/host';
import { sizeText } from './readingCost';

interface PathItem extends vscode.QuickPickItem {
	readonly path: string;
	readonly isFolder: boolean;
	/** The folder that is shown, as the answer. */
	readonly isWhole?: true;
}

export interface HostFileQuestion {
	readonly title: string;
	/** Whether a file of this name is listed. */
	readonly isOffered: (name: string) => boolean;
	/** A folder can be the answer as well. */
	readonly takesFolders?: boolean;
}

const isDataset = (name: string): boolean => datasetNames.test(name);

/** Where somebody looked last on each host, while the window is open. */
const lastFolders = new Map<string, string>();

/**
 * Lets a person go through the folders of a host to a dataset, or write its path. `undefined` when
 * they leave.
 *
 * @param home absolute path of their folder there
 */
export function pickHostFile(
	host: Host,
	home: string,
	question: HostFileQuestion = {
		title: `Open Dataset on ${host.name}`,
		isOffered: isDataset,
	},
): Promise<string | undefined> {
	const pick = vscode.window.createQuickPick<PathItem>();
	const abort = new AbortController();
	pick.title = question.title;
	pick.ignoreFocusOut = true;
	const { promise, resolve } = Promise.withResolvers<string | undefined>();
	const show = async (folder: string): Promise<void> => {
		pick.busy = true;
		pick.placeholder = `${folder} – choose a file or a folder, or write a path`;
		const listed = await host.list(folder, { signal: abort.signal });
		if (abort.signal.aborted) {
			return;
		}
		pick.busy = false;
		pick.value = '';
		pick.items = [
			...(question.takesFolders === true ? [wholeItem(folder)] : []),
			...upItem(folder),
			...(listed.ok ? listed.value.flatMap(itemIn(folder, question.isOffered)) : []),
		];
		if (listed.ok) {
			lastFolders.set(host.name, folder);
		} else {
			pick.placeholder = messageFor(listed.error);
		}
	};
	const take = async (path: string): Promise<void> => {
		const absolute = path.replace(/^~(?=\/|$)/, home).replace(/(?<=.)\/+$/, '');
		pick.busy = true;
		const found = await host.stat(absolute, { signal: abort.signal });
		pick.busy = false;
		if (!found.ok || !found.value) {
			pick.placeholder = found.ok ? `Nothing is at ${absolute}` : messageFor(found.error);
			pick.value = '';
		} else if (found.value.kind === 'directory') {
			await show(absolute);
		} else {
			resolve(absolute);
			pick.hide();
		}
	};
	pick.onDidChangeValue(value => {
		// A path that is being written is offered as it is; the list filters by it otherwise.
		const others = pick.items.filter(item => item.alwaysShow !== true || item.label === '..');
		const written = isPath(value) ? [writtenItem(value)] : [];
		if (written.length > 0 || others.length < pick.items.length) {
			pick.items = [...written, ...others];
		}
	});
	pick.onDidAccept(() => {
		const [item] = pick.activeItems;
		// Enter may come before the list has the path that was just pasted.
		if (isPath(pick.value)) {
			void take(pick.value);
		} else if (item) {
			if (item.isWhole === true) {
				resolve(item.path);
				pick.hide();
			} else {
				void (item.isFolder ? show(item.path) : take(item.path));
			}
		}
	});
	pick.onDidHide(() => {
		abort.abort();
		resolve(undefined);
		pick.dispose();
	});
	pick.show();
	void show(lastFolders.get(host.name) ?? home);
	return promise;
}

function isPath(value: string): boolean {
	return /^[/~]/.test(value);
}

function upItem(folder: string): PathItem[] {
	const path = folder.replace(/\/[^/]*$/, '') || '/';
	return folder === '/'
		? []
		: [{ label: '..', description: path, path, isFolder: true, iconPath: upIcon }];
}

function wholeItem(folder: string): PathItem {
	const label = 'All in this folder and below';
	const iconPath = vscode.ThemeIcon.Folder;
	return { label, description: folder, path: folder, isFolder: true, isWhole: true, iconPath };
}

function writtenItem(value: string): PathItem {
	return { label: value, description: 'this path', path: value, isFolder: false, alwaysShow: true };
}

/** Folders, links and what is read in place; hidden ones and other files are left out. */
function itemIn(
	folder: string,
	isOffered: (name: string) => boolean,
): (entry: DirectoryEntry) => PathItem[] {
	const prefix = folder === '/' ? '/' : `${folder}/`;
	return ({ name, kind, size }) => {
		const path = prefix + name;
		if (name.startsWith('.')) {
			return [];
		}
		if (kind === 'directory') {
			return [{ label: name, path, isFolder: true, iconPath: vscode.ThemeIcon.Folder }];
		}
		const isData = isOffered(name);
		return isData || kind === 'link'
			? [
					{
						label: name,
						description: kind === 'link' ? 'link' : sizeText(size),
						path,
						// A link is looked at first: it may lead to a folder.
						isFolder: false,
						iconPath: isData ? dataIcon : linkIcon,
					},
				]
			: [];
	};
}

const upIcon = new vscode.ThemeIcon('arrow-up');
const dataIcon = new vscode.ThemeIcon('database');
const linkIcon = new vscode.ThemeIcon('file-symlink-file');
