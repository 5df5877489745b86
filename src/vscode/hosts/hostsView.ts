import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { HostLooks } from './hostLooks';
import type { HostFactItem, HostItem, HostsTreeProvider } from './hostsTreeProvider';

/**
 * Shows the hosts and tells which cards are on screen. A card that was left open when the window
 * was closed does not connect by itself: only opening it does.
 */
export function showHostsView(
	tree: HostsTreeProvider,
	looks: HostLooks,
	options: {
		readonly description: string;
		/** A person has opened the card of a host that was not looked at yet. */
		readonly onOpen: (host: string) => void;
	},
): Disposable {
	const disposables = new DisposableStore();
	const view = disposables.add(
		vscode.window.createTreeView<HostItem | HostFactItem>('windsock.hosts', {
			treeDataProvider: tree,
		}),
	);
	view.description = options.description;
	const open = new Set<string>();
	const show = (): void => looks.show(view.visible ? open : new Set());
	disposables.add(
		view.onDidExpandElement(({ element }) => {
			if (element.kind === 'host') {
				const { name } = element.entry;
				open.add(name);
				if (looks.of(name) === undefined) {
					options.onOpen(name);
				}
				show();
			}
		}),
	);
	disposables.add(
		view.onDidCollapseElement(({ element }) => {
			if (element.kind === 'host') {
				open.delete(element.entry.name);
				show();
			}
		}),
	);
	disposables.add(view.onDidChangeVisibility(show));
	// A look that is done makes an open card one that can be followed.
	disposables.add(looks.onDidChange(show));
	return disposables;
}
