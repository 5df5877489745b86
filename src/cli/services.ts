import { copyFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Disposable } from '../core/base/disposable';
import { Emitter } from '../core/base/emitter';
import { WindsockError } from '../core/base/errors';
import type { Logger } from '../core/base/logger';
import { err, ok } from '../core/base/result';
import type { HostDirectory } from '../core/hosts/hostDirectory';
import { LocalHost } from '../node/hosts/localHost';
import { HostPreparation } from '../node/runs/hostPreparation';
import { WorkspaceLauncher } from '../node/runs/launcher';
import { RunHosts } from '../node/runs/runHosts';
import { WorkspaceRunLibrary } from '../node/runs/runLibrary';
import { workspaceFolder } from '../node/workspace/workspaceFolder';
import type { CliConfig } from './hostConfig';

/** The services of one workspace, as the editor has them too. */
export interface Services extends Disposable {
	readonly hosts: HostDirectory;
	readonly library: WorkspaceRunLibrary;
	readonly launcher: WorkspaceLauncher;
}

export interface ServiceOptions {
	readonly workspace: string;
	readonly config: CliConfig;
	/** Folder that holds `windsock_remote`. */
	readonly remoteFolder: string;
	readonly version: string;
	readonly logger: Logger;
}

export function createServices(options: ServiceOptions): Services {
	const { config, logger } = options;
	const local = new LocalHost();
	const hosts: HostDirectory = {
		onDidChange: new Emitter<void>().event,
		entries: async () => [{ name: 'local', address: hostname(), source: 'local' }],
		get: async name =>
			name === 'local' ? ok(local) : err(new WindsockError('hostUnknown', { host: name })),
		settingsFor: name => config.hosts[name] ?? {},
	};
	const folder = workspaceFolder(options.workspace);
	const runHosts = new RunHosts(new HostPreparation(hosts, options.remoteFolder), logger);
	const library = new WorkspaceRunLibrary(folder, runHosts);
	const launcher = new WorkspaceLauncher({
		folder,
		hosts: runHosts,
		library,
		version: options.version,
		convert: async (from, _target, to) => {
			await copyFile(from, to);
			return ok();
		},
	});
	return {
		hosts,
		library,
		launcher,
		dispose: () => {
			library.dispose();
			local.dispose();
		},
	};
}
