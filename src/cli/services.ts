import type { Disposable } from '../core/base/disposable';
import type { Logger } from '../core/base/logger';
import type { HostDirectory } from '../core/hosts/hostDirectory';
import { NodeHostDirectory } from '../node/hosts/hostDirectory';
import { defaultConfigLocation } from '../node/hosts/sshResolve';
import type { GraphRunner } from '../node/graph/graphRunner';
import { terminalPrompts } from '../node/hosts/terminalPrompts';
import type { AdapterMerge } from '../node/runs/adapterMerge';
import type { HostPreparation } from '../node/runs/hostPreparation';
import type { CheckpointPush } from '../node/runs/checkpointPush';
import type { RunAgain } from '../node/runs/runAgain';
import type { RunAttachment } from '../node/runs/runAttachment';
import type { RunCloning } from '../node/runs/runCloning';
import type { RunComparison } from '../node/runs/runComparison';
import type { RunControl } from '../node/runs/runControl';
import type { RunRemoval } from '../node/runs/runRemoval';
import type { RewardMaps } from '../node/rewardMaps/rewardMaps';
import { createRunServices } from '../node/runs/runServices';
import type { Launcher } from '../core/training/launchRequest';
import type { RecipeChecker } from '../core/training/preflight/preflightRequest';
import type { WorkspaceRunLibrary } from '../node/runs/runLibrary';
import type { LazyTrainers } from '../node/tokens/lazyTrainers';
import type { RunTransfers } from '../node/transfer/runTransfers';
import { workspaceFolder, type WorkspaceFolder } from '../node/workspace/workspaceFolder';
import type { CliConfig } from './hostConfig';

/** The services of one workspace, as the editor has them too. */
export interface Services extends Disposable {
	readonly hosts: HostDirectory;
	readonly library: WorkspaceRunLibrary;
	readonly launcher: Launcher;
	readonly preparation: HostPreparation;
	readonly attachment: RunAttachment;
	readonly control: RunControl;
	readonly removal: RunRemoval;
	readonly cloning: RunCloning;
	readonly checker: RecipeChecker;
	readonly merging: Pick<AdapterMerge, 'merge'>;
	readonly again: Pick<RunAgain, 'launch'>;
	readonly comparing: Pick<RunComparison, 'compare'>;
	readonly pushing: Pick<CheckpointPush, 'push'>;
	readonly rewardMaps: Pick<RewardMaps, 'launch'>;
	readonly transfers: RunTransfers;
	readonly graphs: () => Promise<GraphRunner>;
	readonly trainers: LazyTrainers;
	readonly folder: WorkspaceFolder;
	readonly endpoints: CliConfig['endpoints'];
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
	const prompts = terminalPrompts();
	const hosts = new NodeHostDirectory({
		configLocation: () => defaultConfigLocation(config.sshConfigFile),
		settingsFor: name => (Object.hasOwn(config.hosts, name) ? (config.hosts[name] ?? {}) : {}),
		logger: logger.child('hosts'),
		...(prompts === undefined ? {} : { prompts }),
	});
	const services = createRunServices({ ...options, hosts });
	const { library } = services;
	return {
		hosts,
		...services,
		folder: workspaceFolder(options.workspace),
		endpoints: config.endpoints,
		dispose: () => {
			services.trainers.dispose();
			library.dispose();
			hosts.dispose();
		},
	};
}
