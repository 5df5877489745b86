import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import { parseForwardTarget, printForwardTarget } from '../../core/hosts/forwardTarget';
import type { Forward } from '../../core/hosts/host';
import type { HostDirectory } from '../../core/hosts/hostDirectory';
import type { Notifications } from '../notifications';

/** Something of a host that is reached from here while the window is open. */
export interface ForwardedPort {
	readonly host: string;
	/** As it was typed: `6006`, `node17:6006`, a path. */
	readonly target: string;
	/** On this machine's loopback. */
	readonly port: number;
}

/** What is forwarded to this machine. All of it ends with the window. */
export class ForwardedPorts implements Disposable {
	readonly #disposables = new DisposableStore();
	readonly #changed = this.#disposables.add(new vscode.EventEmitter<string>());
	/** Names the host. */
	readonly onDidChange = this.#changed.event;
	readonly #forwards = new Map<ForwardedPort, Forward>();

	constructor(
		private readonly hosts: HostDirectory,
		private readonly notifications: Notifications,
	) {}

	of(host: string): readonly ForwardedPort[] {
		return [...this.#forwards.keys()].filter(forwarded => forwarded.host === host);
	}

	/** Asks what is wanted, forwards it and offers to open it. */
	async add(host: string): Promise<void> {
		const typed = await vscode.window.showInputBox({
			title: `Forward a Port of “${host}”`,
			prompt: 'A port, node:port for a machine behind it, or the path of a socket',
			placeHolder: '6006',
			validateInput: text =>
				text.trim() === '' || parseForwardTarget(text)
					? undefined
					: 'This is no port, no node:port and no absolute path.',
		});
		const target = typed === undefined ? undefined : parseForwardTarget(typed);
		if (!target) {
			return;
		}
		const name = printForwardTarget(target);
		const known = this.of(host).find(forwarded => forwarded.target === name);
		if (known) {
			await this.#offer(known);
			return;
		}
		const forward = await this.notifications.progress(
			`Forwarding ${name} of “${host}”`,
			async (_progress, signal) => {
				const found = await this.hosts.get(host);
				return found.ok ? found.value.forward(target, { signal }) : found;
			},
		);
		if (!forward.ok) {
			this.notifications.error(forward.error);
			return;
		}
		const forwarded = { host, target: name, port: forward.value.port };
		this.#forwards.set(forwarded, forward.value);
		this.#changed.fire(host);
		await this.#offer(forwarded);
	}

	async open(forwarded: ForwardedPort): Promise<void> {
		await vscode.env.openExternal(vscode.Uri.parse(addressOf(forwarded)));
	}

	end(forwarded: ForwardedPort): void {
		this.#forwards.get(forwarded)?.dispose();
		this.#forwards.delete(forwarded);
		this.#changed.fire(forwarded.host);
	}

	dispose(): void {
		for (const forward of this.#forwards.values()) {
			forward.dispose();
		}
		this.#forwards.clear();
		this.#disposables.dispose();
	}

	async #offer(forwarded: ForwardedPort): Promise<void> {
		const text = `${forwarded.target} of “${forwarded.host}” is at ${addressOf(forwarded)} until the window closes.`;
		const open = 'Open in Browser';
		const copy = 'Copy Address';
		const choice = await this.notifications.info(text, open, copy);
		if (choice === open) {
			await this.open(forwarded);
		} else if (choice === copy) {
			await vscode.env.clipboard.writeText(addressOf(forwarded));
		}
	}
}

function addressOf({ port }: ForwardedPort): string {
	return `http://127.0.0.1:${port}`;
}
