import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import { WindsockError } from '../../core/base/errors';
import type { Logger } from '../../core/base/logger';
import type { Result } from '../../core/base/result';
import type { HostDirectory } from '../../core/hosts/hostDirectory';
import { hostFindings, hostSummary, probeFrom } from '../../node/hosts/hostSummary';
import type { Notifications } from '../notifications';
import type { HostItem, HostsTreeProvider } from './hostsTreeProvider';

/** What the commands need of the directory beyond the port. */
export interface RetryableHosts extends HostDirectory {
	allowRetry(name?: string): void;
	refresh(): void;
}

export interface HostCommandServices {
	readonly hosts: RetryableHosts;
	/** Asks the host for its facts, as `windsock_remote probe` prints them. */
	readonly probe: (host: string, signal: AbortSignal) => Promise<Result<unknown>>;
	readonly tree: HostsTreeProvider;
	readonly notifications: Notifications;
	readonly logger: Logger;
	readonly openLog: () => void;
}

export class HostCommands implements Disposable {
	readonly #disposables = new DisposableStore();

	constructor(private readonly services: HostCommandServices) {}

	register(): Disposable {
		const commands: Record<string, (argument: unknown) => Promise<void> | void> = {
			'windsock.host.refresh': () => this.services.hosts.refresh(),
			'windsock.host.check': argument => this.#check(argument),
			'windsock.host.openSettings': () => openSettings(),
		};
		for (const [id, run] of Object.entries(commands)) {
			this.#disposables.add(vscode.commands.registerCommand(id, run));
		}
		return this;
	}

	dispose(): void {
		this.#disposables.dispose();
	}

	async #check(argument: unknown): Promise<void> {
		const name = hostNameOf(argument) ?? (await this.#pick());
		if (name === undefined) {
			return;
		}
		const { hosts, notifications, probe } = this.services;
		hosts.allowRetry(name);
		const answer = await notifications.progress(`Checking “${name}”`, (progress, signal) => {
			progress.report('connecting');
			return probe(name, signal);
		});
		if (answer.ok) {
			await this.#show(name, answer.value);
		} else {
			notifications.error(answer.error);
		}
	}

	async #show(name: string, value: unknown): Promise<void> {
		const { logger, notifications, openLog, tree } = this.services;
		const facts = probeFrom(value);
		if (facts === undefined) {
			const reason = 'its answer is not that of a probe';
			notifications.error(new WindsockError('remoteCommandFailed', { host: name, reason }));
			return;
		}
		const findings = hostFindings(facts);
		for (const { level, text, fix } of findings) {
			const line = `${name}: ${text}${fix === undefined ? '' : ` – ${fix}`}`;
			if (level === 'info') {
				logger.info(line);
			} else {
				logger.warn(line);
			}
		}
		tree.setSummary(name, hostSummary(facts));
		const worst = findings.filter(finding => finding.level !== 'info');
		const text =
			worst.length === 0
				? `“${name}” is ready: ${hostSummary(facts)}.`
				: `“${name}”: ${worst.map(({ text: what, fix }) => (fix ? `${what} – ${fix}` : what)).join('; ')}.`;
		if ((await notifications.info(text, 'Show Log')) !== undefined) {
			openLog();
		}
	}

	async #pick(): Promise<string | undefined> {
		const entries = await this.services.hosts.entries();
		const picked = await vscode.window.showQuickPick(
			entries.map(entry => ({ label: entry.name, description: entry.address })),
			{ title: 'Check Host', placeHolder: 'Which host?' },
		);
		return picked?.label;
	}
}

/** Commands run from the tree get its item, from elsewhere a name or nothing. */
function hostNameOf(argument: unknown): string | undefined {
	if (typeof argument === 'string') {
		return argument;
	}
	const item = argument as Partial<HostItem> | undefined;
	return item?.kind === 'host' ? item.entry?.name : undefined;
}

async function openSettings(): Promise<void> {
	await vscode.commands.executeCommand('workbench.action.openSettings', 'windsock.hosts');
}
