import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { Host, LinkState } from '../../core/hosts/host';
import type { HostDirectory, HostEntry } from '../../core/hosts/hostDirectory';

/** A host in the tree; commands get it as their argument. */
export interface HostItem {
	readonly kind: 'host';
	readonly entry: HostEntry;
}

const icons: Readonly<Record<LinkState, vscode.ThemeIcon>> = {
	idle: new vscode.ThemeIcon('remote'),
	connecting: new vscode.ThemeIcon('sync~spin'),
	connected: new vscode.ThemeIcon('vm-active', new vscode.ThemeColor('testing.iconPassed')),
	disconnected: new vscode.ThemeIcon(
		'debug-disconnect',
		new vscode.ThemeColor('list.warningForeground'),
	),
};

const stateNames: Readonly<Record<LinkState, string>> = {
	idle: 'not connected yet',
	connecting: 'connecting',
	connected: 'connected',
	disconnected: 'not connected; the next action tries again',
};

/** The view Hosts: this machine by its name, then the hosts of the ssh config. Does not connect. */
export class HostsTreeProvider implements vscode.TreeDataProvider<HostItem>, Disposable {
	readonly #disposables = new DisposableStore();
	readonly #changed = this.#disposables.add(new vscode.EventEmitter<void>());
	readonly onDidChangeTreeData = this.#changed.event;
	readonly #watched = new Map<string, Host>();
	readonly #summaries = new Map<string, string>();

	constructor(private readonly directory: HostDirectory) {
		this.#disposables.add(directory.onDidChange(() => this.#changed.fire()));
	}

	/** Shows one line of facts beside a host, as the last check found them. */
	setSummary(name: string, summary: string): void {
		this.#summaries.set(name, summary);
		this.#changed.fire();
	}

	dispose(): void {
		this.#disposables.dispose();
	}

	async getChildren(parent?: HostItem): Promise<HostItem[]> {
		if (parent) {
			return [];
		}
		const entries = await this.directory.entries();
		for (const entry of entries) {
			await this.#watch(entry.name);
		}
		return entries.map(entry => ({ kind: 'host' as const, entry }));
	}

	getTreeItem({ entry }: HostItem): vscode.TreeItem {
		const isLocal = entry.source === 'local';
		const item = new vscode.TreeItem(entry.name);
		const state = this.#watched.get(entry.name)?.linkState ?? 'idle';
		const summary = this.#summaries.get(entry.name);
		item.id = entry.name;
		item.description = summary === undefined ? entry.address : `${entry.address} · ${summary}`;
		item.iconPath = isLocal ? new vscode.ThemeIcon('vm') : icons[state];
		item.contextValue = isLocal ? 'host.local' : 'host.ssh';
		item.tooltip = isLocal
			? `This machine, ${entry.address}`
			: [entry.name, entry.address, stateNames[state], summary ?? ''].filter(Boolean).join('\n');
		item.accessibilityInformation = {
			label: [entry.name, entry.address, isLocal ? 'this machine' : stateNames[state], summary]
				.filter(Boolean)
				.join(', '),
		};
		return item;
	}

	/** Asking for a host does not connect to it; its link tells when something does. */
	async #watch(name: string): Promise<void> {
		const host = await this.directory.get(name);
		if (host.ok && this.#watched.get(name) !== host.value) {
			this.#watched.set(name, host.value);
			this.#disposables.add(host.value.onDidChangeLinkState(() => this.#changed.fire()));
		}
	}
}

/** Which machine's ssh config the view shows: in a remote window it is not the laptop's. */
export function hostsViewDescription(configFile: string, machine: string): string {
	const where = vscode.env.remoteName === undefined ? '' : ` on ${machine}`;
	return `${configFile}${where}`;
}
