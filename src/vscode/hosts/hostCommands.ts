import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { Logger } from '../../core/base/logger';
import type { HostDirectory } from '../../core/hosts/hostDirectory';
import type { RememberedSecrets } from '../../core/hosts/rememberedSecrets';
import { hostFindings } from '../../node/hosts/hostFindings';
import { hostSummary } from '../../node/hosts/hostSummary';
import type { ProbedHost } from '../../node/runs/hostProbe';
import type { RunTransfers } from '../../node/transfer/runTransfers';
import type { Notifications } from '../notifications';
import type { ForwardedPorts } from './forwardedPorts';
import { pickHost } from './pickHost';
import type { HostLooks } from './hostLooks';
import { hostNameOf, type HostFactItem } from './hostsTreeProvider';

/** What the commands need of the directory beyond the port. */
export interface RetryableHosts extends HostDirectory {
	allowRetry(name?: string): void;
	refresh(): void;
}

export interface HostCommandServices {
	readonly hosts: RetryableHosts;
	readonly remembered: RememberedSecrets;
	readonly looks: HostLooks;
	readonly transfers: RunTransfers;
	readonly ports: ForwardedPorts;
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
			'windsock.host.removeUnusedUploads': argument => this.#sweep(argument),
			'windsock.host.openSettings': () => openSettings(),
			'windsock.host.forgetSecrets': () => this.#forgetSecrets(),
			'windsock.host.copyFinding': argument => copyFinding(argument),
			'windsock.host.forwardPort': argument => this.#forward(argument),
			'windsock.host.openForward': argument => this.#withForward(argument, 'open'),
			'windsock.host.endForward': argument => this.#withForward(argument, 'end'),
		};
		for (const [id, run] of Object.entries(commands)) {
			this.#disposables.add(vscode.commands.registerCommand(id, run));
		}
		return this;
	}

	dispose(): void {
		this.#disposables.dispose();
	}

	/** Looks at a host whose card was opened: its findings stand in the card. */
	async open(name: string): Promise<void> {
		const looked = await this.#look(name);
		if (looked) {
			this.#log(name, looked);
		}
	}

	async #check(argument: unknown): Promise<void> {
		const name =
			hostNameOf(argument) ??
			(await pickHost(this.services.hosts, { placeHolder: 'Which host?', title: 'Check Host' }));
		if (name === undefined) {
			return;
		}
		const looked = await this.#look(name);
		if (looked) {
			this.#log(name, looked);
			await this.#say(name, looked);
		}
	}

	async #sweep(argument: unknown): Promise<void> {
		const name =
			hostNameOf(argument) ??
			(await pickHost(this.services.hosts, {
				placeHolder: 'Which host?',
				title: 'Remove Unused Uploads',
			}));
		if (name !== undefined) {
			this.services.hosts.allowRetry(name);
			const { sweepUploads } = await import('./sweepUploads');
			await sweepUploads(name, this.services);
		}
	}

	async #forward(argument: unknown): Promise<void> {
		const name =
			hostNameOf(argument) ??
			(await pickHost(this.services.hosts, {
				placeHolder: 'Which host?',
				title: 'Forward a Port',
			}));
		if (name !== undefined) {
			await this.services.ports.add(name);
		}
	}

	async #withForward(argument: unknown, action: 'open' | 'end'): Promise<void> {
		const item = argument as Partial<HostFactItem> | undefined;
		if (item?.kind === 'forward' && 'forwarded' in item && item.forwarded) {
			await this.services.ports[action](item.forwarded);
		}
	}

	async #look(name: string): Promise<ProbedHost | undefined> {
		const { hosts, notifications, looks } = this.services;
		hosts.allowRetry(name);
		const looked = await notifications.progress(`Checking “${name}”`, (progress, signal) => {
			progress.report('connecting');
			return looks.look(name, signal);
		});
		if (looked.ok) {
			return looked.value;
		}
		notifications.error(looked.error);
		return undefined;
	}

	#log(name: string, { facts }: ProbedHost): void {
		const { logger } = this.services;
		for (const { level, text, fix } of hostFindings(facts)) {
			const line = `${name}: ${text}${fix === undefined ? '' : ` – ${fix}`}`;
			if (level === 'info') {
				logger.info(line);
			} else {
				logger.warn(line);
			}
		}
	}

	async #say(name: string, { facts }: ProbedHost): Promise<void> {
		const { notifications, openLog } = this.services;
		const worst = hostFindings(facts).filter(finding => finding.level !== 'info');
		const text =
			worst.length === 0
				? `“${name}” is ready: ${hostSummary(facts)}.`
				: `“${name}”: ${worst.map(({ text: what, fix }) => (fix ? `${what} – ${fix}` : what)).join('; ')}.`;
		if ((await notifications.info(text, 'Show Log')) !== undefined) {
			openLog();
		}
	}

	async #forgetSecrets(): Promise<void> {
		const count = await this.services.remembered.forgetAll();
		const what =
			count === 1 ? 'One password or passphrase is' : `${count} passwords and passphrases are`;
		void this.services.notifications.info(`${what} forgotten.`);
	}
}

/** The words of a finding and what mends it, for a terminal or an administrator. */
async function copyFinding(argument: unknown): Promise<void> {
	const item = argument as Partial<HostFactItem> | undefined;
	if (item?.kind === 'fact' && 'fact' in item && item.fact) {
		await vscode.env.clipboard.writeText(item.fact.details.join('\n'));
	}
}

async function openSettings(): Promise<void> {
	await vscode.commands.executeCommand('workbench.action.openSettings', 'windsock.hosts');
}
