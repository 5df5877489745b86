import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import { messageFor } from '../../core/base/errorMessages';
import type { WindsockError } from '../../core/base/errors';
import { withoutLinks } from '../../core/base/foreignText';
import type { Host, HostTransport, LinkState } from '../../core/hosts/host';
import type { HostDirectory, HostEntry } from '../../core/hosts/hostDirectory';
import { hostCard, type HostFact } from '../../node/hosts/hostCard';
import { hostSummary } from '../../node/hosts/hostSummary';
import type { ForwardedPort, ForwardedPorts } from './forwardedPorts';
import { hostFactItem } from './hostFactItem';
import type { HostLooks } from './hostLooks';

/** A host in the tree; commands get it as their argument. */
export interface HostItem {
	readonly kind: 'host';
	readonly entry: HostEntry;
}

/** A line of a host's card, or what stands there while there is none. */
export type HostFactItem =
	| { readonly kind: 'fact'; readonly host: HostItem; readonly fact: HostFact }
	| { readonly kind: 'forward'; readonly host: HostItem; readonly forwarded: ForwardedPort }
	| { readonly kind: 'unknown'; readonly host: HostItem };

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

/** Which ssh it is, and why; nothing before the first connection. */
function transportText(transport: HostTransport | undefined): string {
	return transport === undefined
		? ''
		: `${transport.kind === 'system' ? 'By the ssh program of this machine' : 'By the built-in SSH'}, ${transport.reason}`;
}

/**
 * The view Hosts: this machine by its name, then the hosts of the ssh config, each with its card.
 * Listing does not connect; a host is looked at when a person opens its card.
 */
export class HostsTreeProvider
	implements vscode.TreeDataProvider<HostItem | HostFactItem>, Disposable
{
	readonly #disposables = new DisposableStore();
	readonly #changed = this.#disposables.add(new vscode.EventEmitter<HostItem | undefined>());
	readonly onDidChangeTreeData = this.#changed.event;
	readonly #watched = new Map<string, Host>();
	readonly #items = new Map<string, HostItem>();

	constructor(
		private readonly directory: HostDirectory,
		private readonly looks: HostLooks,
		private readonly ports: ForwardedPorts,
	) {
		this.#disposables.add(directory.onDidChange(() => this.#changed.fire(undefined)));
		for (const { onDidChange } of [looks, ports]) {
			this.#disposables.add(onDidChange(host => this.#changed.fire(this.#items.get(host))));
		}
	}

	dispose(): void {
		this.#disposables.dispose();
	}

	async getChildren(parent?: HostItem | HostFactItem): Promise<(HostItem | HostFactItem)[]> {
		if (parent) {
			return parent.kind === 'host' ? this.#card(parent) : [];
		}
		const entries = await this.directory.entries();
		this.#items.clear();
		for (const entry of entries) {
			await this.#watch(entry.name);
			this.#items.set(entry.name, { kind: 'host', entry });
		}
		return [...this.#items.values()];
	}

	getTreeItem(item: HostItem | HostFactItem): vscode.TreeItem {
		if (item.kind === 'host') {
			return this.#hostItem(item.entry);
		}
		const { name } = item.host.entry;
		switch (item.kind) {
			case 'fact':
				return hostFactItem(name, item.fact);
			case 'forward':
				return forwardItem(item.forwarded);
			case 'unknown':
				return unknownItem(item.host, this.looks.isLooking(name), this.looks.failureOf(name));
		}
	}

	#card(host: HostItem): HostFactItem[] {
		const look = this.looks.of(host.entry.name);
		const forwards: HostFactItem[] = this.ports
			.of(host.entry.name)
			.map(forwarded => ({ kind: 'forward' as const, host, forwarded }));
		if (this.looks.failureOf(host.entry.name) !== undefined) {
			forwards.unshift({ kind: 'unknown', host });
			return look
				? [...forwards, ...hostCard(look).map(fact => ({ kind: 'fact' as const, host, fact }))]
				: forwards;
		}
		return look
			? [...forwards, ...hostCard(look).map(fact => ({ kind: 'fact' as const, host, fact }))]
			: [...forwards, { kind: 'unknown', host }];
	}

	#hostItem(entry: HostEntry): vscode.TreeItem {
		const isLocal = entry.source === 'local';
		const item = new vscode.TreeItem(entry.name, vscode.TreeItemCollapsibleState.Collapsed);
		const state = this.#watched.get(entry.name)?.linkState ?? 'idle';
		const transport = this.#watched.get(entry.name)?.transport;
		const look = this.looks.of(entry.name);
		const summary = look && hostSummary(look.facts);
		const also = entry.also.length === 0 ? '' : `also ${entry.also.join(', ')}`;
		item.id = entry.name;
		item.description = [entry.address, also, summary].filter(Boolean).join(' · ');
		item.iconPath = isLocal ? new vscode.ThemeIcon('vm') : icons[state];
		item.contextValue = isLocal ? 'host.local' : 'host.ssh';
		item.tooltip = isLocal
			? `This machine, ${entry.address}`
			: [entry.name, entry.address, also, stateNames[state], summary, transportText(transport)]
					.filter(Boolean)
					.join('\n');
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
			this.#disposables.add(
				host.value.onDidChangeLinkState(() => this.#changed.fire(this.#items.get(name))),
			);
		}
	}
}

function forwardItem({ host, target, port }: ForwardedPort): vscode.TreeItem {
	const item = new vscode.TreeItem(target);
	item.id = `${host}/forward/${target}`;
	item.description = `at 127.0.0.1:${port}`;
	item.iconPath = new vscode.ThemeIcon('plug');
	item.tooltip = `${target} of “${host}”, forwarded until the window closes`;
	item.contextValue = 'hostForward';
	return item;
}

function unknownItem(
	host: HostItem,
	isLooking: boolean,
	failure: WindsockError | undefined,
): vscode.TreeItem {
	const wrong = failure && withoutLinks(messageFor(failure));
	// Its first sentence says what happened; the whole is in the tooltip.
	const label = wrong?.split(/(?<=[\w)”])\. /)[0] ?? 'Look at this host';
	const item = new vscode.TreeItem(isLooking ? 'Looking…' : label);
	item.id = `${host.entry.name}/unknown`;
	item.iconPath = isLooking
		? new vscode.ThemeIcon('loading~spin')
		: wrong === undefined
			? new vscode.ThemeIcon('search')
			: new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
	if (wrong !== undefined && !isLooking) {
		item.tooltip = `${wrong}\n\nClick to look again.`;
	}
	if (!isLooking) {
		item.command = { command: 'windsock.host.check', title: 'Check Host', arguments: [host] };
	}
	return item;
}

/** Commands run from the tree get its item, from elsewhere a name or nothing. */
export function hostNameOf(argument: unknown): string | undefined {
	if (typeof argument === 'string') {
		return argument;
	}
	const item = argument as Partial<HostItem> | undefined;
	return item?.kind === 'host' ? item.entry?.name : undefined;
}

/** Which machine's ssh config the view shows: in a remote window it is not the laptop's. */
export function hostsViewDescription(configFile: string, machine: string): string {
	const where = vscode.env.remoteName === undefined ? '' : ` on ${machine}`;
	return `${configFile}${where}`;
}
