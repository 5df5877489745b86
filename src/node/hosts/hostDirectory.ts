import { watch, type FSWatcher } from 'node:fs';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import type { Disposable } from '../../core/base/disposable';
import { Emitter } from '../../core/base/emitter';
import { WindsockError } from '../../core/base/errors';
import type { Logger } from '../../core/base/logger';
import { err, ok, type Result } from '../../core/base/result';
import type { Host, HostTransport } from '../../core/hosts/host';
import type {
	ConnectionPrompts,
	HostDirectory,
	HostEntry,
	HostSettings,
} from '../../core/hosts/hostDirectory';
import { wildcardMatches } from './knownHosts';
import { LocalHost } from './localHost';
import type { SshTiming } from './sshConnection';
import { hostAliases, hostPatterns, isSafeAlias, readSshConfig } from './sshConfigFile';
import type { SshHost } from './sshHost';
import {
	computeOptions,
	configFileOf,
	defaultConfigLocation,
	resolveTarget,
	type SshConfigLocation,
	targetFrom,
} from './sshResolve';
import { addressOf } from './sshTarget';

export interface NodeHostDirectoryOptions {
	/** Where hosts are read from; asked each time, so that a changed setting counts. */
	readonly configLocation?: () => SshConfigLocation;
	readonly settingsFor?: (name: string) => HostSettings;
	/** Undefined where nobody can be asked; what would need an answer then fails with its reason. */
	readonly prompts?: ConnectionPrompts;
	readonly logger: Logger;
	readonly timing?: SshTiming;
}

/** Milliseconds: editors write a file in several steps. */
const settleTime = 150;

/** The machine itself and the hosts of the ssh config. One object and one connection per name. */
export class NodeHostDirectory implements HostDirectory, Disposable {
	readonly #changed = new Emitter<void>();
	readonly #hosts = new Map<string, SshHost>();
	readonly #local = new LocalHost();
	readonly #watchers: FSWatcher[] = [];
	#settling: ReturnType<typeof setTimeout> | undefined;
	#watching = false;

	constructor(readonly options: NodeHostDirectoryOptions) {}

	/** The first subscription begins to watch the config. */
	readonly onDidChange: HostDirectory['onDidChange'] = listener => {
		this.#watch();
		return this.#changed.event(listener);
	};

	/** The config that hosts are read from, as people know it. */
	get configFile(): string {
		return configFileOf(this.#location);
	}

	async entries(): Promise<readonly HostEntry[]> {
		const location = this.#location;
		const { config } = readSshConfig(configFileOf(location), location.sshDirectory);
		const local: HostEntry = {
			name: 'local',
			address: this.#local.address,
			source: 'local',
			also: [],
		};
		const names = hostAliases(config).filter(name => name !== 'local');
		const others = names
			.filter(name => this.canonicalName(name) === name)
			.map((name): HostEntry => {
				// Without ssh: showing a list must not run the commands of `Match exec`.
				const target = targetFrom(name, computeOptions(name, location), location);
				const also = names.filter(one => one !== name && this.canonicalName(one) === name);
				return { name, address: addressOf(target), source: 'sshConfig', also };
			});
		return [local, ...others];
	}

	async get(alias: string): Promise<Result<Host>> {
		const name = this.canonicalName(alias);
		if (name === 'local') {
			return ok(this.#local);
		}
		const host = this.#hosts.get(name);
		if (host !== undefined) {
			return ok(host);
		}
		if (!this.#isNamed(name)) {
			const known = (await this.entries()).map(entry => entry.name).join(', ');
			return err(new WindsockError('hostUnknown', { host: name, known }));
		}
		const { prompts, logger, timing } = this.options;
		// With its first use: the SSH stack would hold up the start of every window.
		const { SshHost } = await import('./sshHost');
		const early = this.#hosts.get(name);
		if (early !== undefined) {
			return ok(early);
		}
		const created = new SshHost(name, {
			resolve: alias => resolveTarget(alias, this.#location, logger),
			prompts,
			logger,
			timing,
			transport: () => this.settingsFor(name).transport,
		});
		this.#hosts.set(name, created);
		return ok(created);
	}

	async transportOf(alias: string): Promise<HostTransport | undefined> {
		const name = this.canonicalName(alias);
		if (name === 'local') {
			return undefined;
		}
		const used = this.#hosts.get(name)?.transport;
		if (used !== undefined) {
			return used;
		}
		const location = this.#location;
		// Without ssh, as for a list.
		const target = targetFrom(name, computeOptions(name, location), location);
		const { chooseTransport, transportSetting } = await import('./transportChoice');
		return await chooseTransport(target, transportSetting(this.settingsFor(name).transport));
	}

	settingsFor(name: string): HostSettings {
		return this.options.settingsFor?.(this.canonicalName(name)) ?? {};
	}

	canonicalName(name: string): string {
		let canonical = name;
		// Settings may go in a circle; then each name is its own host.
		for (const seen = new Set([name]); ; seen.add(canonical)) {
			const { sameAs } = this.options.settingsFor?.(canonical) ?? {};
			if (typeof sameAs !== 'string' || sameAs === '') {
				return canonical;
			}
			if (seen.has(sameAs)) {
				return name;
			}
			canonical = sameAs;
		}
	}

	/** A person asks again: refused keys and logins of this host, or of all, are forgotten. */
	allowRetry(name?: string): void {
		for (const host of this.#hosts.values()) {
			if (name === undefined || host.name === name) {
				host.allowRetry();
			}
		}
	}

	/** Reads the config anew and forgets refusals. */
	refresh(): void {
		this.allowRetry();
		if (this.#watching) {
			this.#unwatch();
			this.#watch();
		}
		this.#changed.fire();
	}

	dispose(): void {
		this.#unwatch();
		clearTimeout(this.#settling);
		this.#changed.dispose();
		for (const host of this.#hosts.values()) {
			host.dispose();
		}
		this.#hosts.clear();
		this.#local.dispose();
	}

	get #location(): SshConfigLocation {
		return this.options.configLocation?.() ?? defaultConfigLocation();
	}

	/** In the config by name, or by a pattern that means more than every host. */
	#isNamed(name: string): boolean {
		const { config } = readSshConfig(configFileOf(this.#location), this.#location.sshDirectory);
		const patterns = hostPatterns(config).filter(pattern => !/^[*?!]+$/.test(pattern));
		return isSafeAlias(name) && patterns.some(pattern => wildcardMatches(pattern, name));
	}

	/** Folders, not files: editors replace files, and a watch on the old one sees nothing more. */
	#watch(): void {
		if (this.#watching) {
			return;
		}
		this.#watching = true;
		const location = this.#location;
		const { files } = readSshConfig(configFileOf(location), location.sshDirectory);
		const folders = new Set([configFileOf(location), ...files].map(file => dirname(file)));
		folders.delete(homedir());
		for (const folder of folders) {
			try {
				const watcher = watch(folder, { persistent: false }, (_event, name) => {
					if (name === null || !/known_hosts|\.sock$|^(agent|cm|control)/.test(name)) {
						this.#settle();
					}
				});
				watcher.on('error', error => {
					this.options.logger.warn(`not watching ${folder}: ${error.message}`);
				});
				this.#watchers.push(watcher);
			} catch (error) {
				this.options.logger.info(`not watching ${folder}: ${String(error)}`);
			}
		}
	}

	#unwatch(): void {
		this.#watching = false;
		for (const watcher of this.#watchers.splice(0)) {
			watcher.close();
		}
	}

	#settle(): void {
		clearTimeout(this.#settling);
		this.#settling = setTimeout(() => this.#changed.fire(), settleTime);
	}
}
