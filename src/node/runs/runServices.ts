import type { Logger } from '../../core/base/logger';
import type { HostDirectory } from '../../core/hosts/hostDirectory';
import type { Launcher } from '../../core/training/launchRequest';
import type { RecipeChecker } from '../../core/training/preflight/preflightRequest';
import { workspaceFolder } from '../workspace/workspaceFolder';
import type { GraphRunner } from '../graph/graphRunner';
import { LazyTrainers } from '../tokens/lazyTrainers';
import type { RewardMaps } from '../rewardMaps/rewardMaps';
import type { AdapterMerge } from './adapterMerge';
import type { CheckpointPush } from './checkpointPush';
import { HostPreparation } from './hostPreparation';
import type { LauncherParts } from './launchContext';
import { lazyLauncher } from './lazyLauncher';
import type { FollowerTiming } from './runFollower';
import { RunAttachment } from './runAttachment';
import { RunCloning } from './runCloning';
import type { RunAgain } from './runAgain';
import type { RunComparison } from './runComparison';
import { RunControl } from './runControl';
import { RunHosts } from './runHosts';
import { RunRemoval } from './runRemoval';
import { RunTransfers } from '../transfer/runTransfers';
import { WorkspaceRunLibrary } from './runLibrary';

export interface RunServiceOptions {
	/** Folder of the user's project. */
	readonly workspace: string;
	readonly hosts: HostDirectory;
	/** Folder that holds `windsock_remote`: `remote` beside the bundle's folder. */
	readonly remoteFolder: string;
	/** Version of this program, for the record. */
	readonly version: string;
	readonly logger: Logger;
	readonly timing?: FollowerTiming;
	/** The bundled `tokensWorker.js`; without it tokens come from hosts only. */
	readonly tokensWorkerFile?: string;
}

/** Everything about the runs of one workspace. Disposing the library ends all following. */
export function createRunServices(options: RunServiceOptions): {
	readonly library: WorkspaceRunLibrary;
	readonly launcher: Launcher;
	readonly runHosts: RunHosts;
	readonly preparation: HostPreparation;
	readonly transfers: RunTransfers;
	readonly attachment: RunAttachment;
	readonly control: RunControl;
	readonly removal: RunRemoval;
	readonly cloning: RunCloning;
	readonly checker: RecipeChecker;
	readonly merging: Pick<AdapterMerge, 'merge'>;
	readonly again: Pick<RunAgain, 'launch'>;
	/** Loaded with its first use. */
	readonly graphs: () => Promise<GraphRunner>;
	/** The caller disposes of it. */
	readonly trainers: LazyTrainers;
	readonly comparing: Pick<RunComparison, 'compare' | 'compareRows'>;
	readonly pushing: Pick<CheckpointPush, 'push'>;
	readonly rewardMaps: Pick<RewardMaps, 'launch'>;
} {
	const folder = workspaceFolder(options.workspace);
	const preparation = new HostPreparation(options.hosts, options.remoteFolder);
	const runHosts = new RunHosts(preparation, options.logger.child('runs'), options.timing);
	const library = new WorkspaceRunLibrary(folder, runHosts);
	const launchParts = async (): Promise<LauncherParts> => {
		const { convertDataset } = await import('../dataset/convertDataset');
		return {
			folder,
			hosts: runHosts,
			library,
			version: options.version,
			convert: (path, target, out, chosen) => convertDataset({ path, target, out, ...chosen }),
			locateSplit: async (location, split, config, signal) => {
				const { hubPlace } = await import('../dataset/hub/hubPlace');
				const { locateSplit } = await import('../dataset/hub/hubSplit');
				const { expected } = await import('../dataset/expected');
				const place = await expected(async () => hubPlace());
				const asked = signal ?? new AbortController().signal;
				return place.ok ? locateSplit(place.value, location, split, config, asked) : place;
			},
		};
	};
	const launcher = lazyLauncher(async () => {
		const { WorkspaceLauncher } = await import('./launcher');
		return new WorkspaceLauncher(await launchParts());
	});
	const trainers = new LazyTrainers(async () => {
		const { makeTrainers } = await import('../tokens/makeTrainers');
		return makeTrainers(await launchParts(), options.remoteFolder, options.tokensWorkerFile);
	});
	const again: Pick<RunAgain, 'launch'> = {
		launch: async (...words) => {
			const { RunAgain } = await import('./runAgain');
			return new RunAgain(await launchParts()).launch(...words);
		},
	};
	const comparing: Pick<RunComparison, 'compare' | 'compareRows'> = {
		compare: async (...words) => {
			const { RunComparison } = await import('./runComparison');
			return new RunComparison(runHosts, library).compare(...words);
		},
		compareRows: async (...words) => {
			const { RunComparison } = await import('./runComparison');
			return new RunComparison(runHosts, library).compareRows(...words);
		},
	};
	const pushing: Pick<CheckpointPush, 'push'> = {
		push: async (...words) => {
			const { CheckpointPush } = await import('./checkpointPush');
			const { version } = options;
			const parts = { folder, hosts: runHosts, library, removal, version };
			return new CheckpointPush(parts).push(...words);
		},
	};
	const rewardMaps: Pick<RewardMaps, 'launch'> = {
		launch: async (...words) => {
			const { RewardMaps } = await import('../rewardMaps/rewardMaps');
			return new RewardMaps(await launchParts()).launch(...words);
		},
	};
	const transfers = new RunTransfers(runHosts, library);
	const attachment = new RunAttachment(folder, runHosts, library);
	const control = new RunControl(runHosts, library);
	const cloning = new RunCloning(folder, library);
	const removal = new RunRemoval(folder, runHosts, library);
	const checker: RecipeChecker = {
		check: async (...words) => {
			const { RecipePreflight } = await import('./preflight/recipePreflight');
			return new RecipePreflight({ ...(await launchParts()), removal }).check(...words);
		},
	};
	const merging: Pick<AdapterMerge, 'merge'> = {
		merge: async (...words) => {
			const { AdapterMerge } = await import('./adapterMerge');
			const { version } = options;
			const parts = { folder, hosts: runHosts, library, removal, version };
			return new AdapterMerge(parts).merge(...words);
		},
	};
	let graphRunner: Promise<GraphRunner> | undefined;
	const loadGraphs = async (): Promise<GraphRunner> => {
		const { GraphRunner } = await import('../graph/graphRunner');
		const { hosts, version } = options;
		const queues = (host: string): boolean => hosts.settingsFor(host).scheduler !== undefined;
		return new GraphRunner({ folder, library, launcher, attachment, version, queues });
	};
	return {
		library,
		launcher,
		runHosts,
		preparation,
		transfers,
		attachment,
		control,
		removal,
		cloning,
		checker,
		merging,
		again,
		graphs: () => (graphRunner ??= loadGraphs()),
		trainers,
		comparing,
		pushing,
		rewardMaps,
	};
}
