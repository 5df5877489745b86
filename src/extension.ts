import { hostname } from 'node:os';
import * as vscode from 'vscode';
import { RememberedSecrets } from './core/hosts/rememberedSecrets';
import { isToldByHost } from './core/doctor/hostEvents';
import { JoinedSources } from './core/metrics/joinedSources';
import { RunSources } from './core/training/runSources';
import { PreflightReports } from './core/training/preflight/preflightReports';
import { isFileSource } from './node/metrics/fileSourceId';
import { NodeHostDirectory } from './node/hosts/hostDirectory';
import { defaultConfigLocation } from './node/hosts/sshResolve';
import { ComparisonMaps } from './node/rewardMaps/comparisonMaps';
import { ComparisonStore } from './node/responses/comparisonStore';
import { endpointKeyFromEnvironment } from './node/responses/endpointClient';
import { probeHost } from './node/runs/hostProbe';
import { followLiveFacts } from './node/runs/liveHost';
import { createRunServices } from './node/runs/runServices';
import { workspaceFolder } from './node/workspace/workspaceFolder';
import { ComparisonCommands } from './vscode/comparisons/comparisonCommands';
import { RegressionCommands } from './vscode/regression/regressionCommands';
import { askHostWithProgress } from './vscode/comparisons/askHost';
import { liveAnswererFor } from './vscode/comparisons/liveAnswerers';
import { PreferenceCommands } from './vscode/comparisons/preferenceCommands';
import { ComparisonsTreeProvider } from './vscode/comparisons/comparisonsTreeProvider';
import { endpointKey } from './vscode/comparisons/endpointKey';
import { GenerateResponses } from './vscode/comparisons/generateResponses';
import { registerJudgeCommand } from './vscode/comparisons/judgeCommand';
import { HostDatasets } from './vscode/datasetEditor/hostDatasets';
import { HubDatasets } from './vscode/datasetEditor/hubDatasets';
import { registerDatasetEditor } from './vscode/datasetEditor/registerDatasetEditor';
import { currentReviewKeys } from './vscode/datasetEditor/reviewKeys';
import { registerDatasets } from './vscode/datasets/registerDatasets';
import { DismissedFindings } from './vscode/doctor/dismissedFindings';
import { registerDoctor } from './vscode/doctor/registerDoctor';
import { EditorConnectionPrompts } from './vscode/hosts/connectionPrompts';
import { ForwardedPorts } from './vscode/hosts/forwardedPorts';
import { HostCommands } from './vscode/hosts/hostCommands';
import { HostLooks } from './vscode/hosts/hostLooks';
import { HostsTreeProvider, hostsViewDescription } from './vscode/hosts/hostsTreeProvider';
import { showHostsView } from './vscode/hosts/hostsView';
import { trustedHosts } from './vscode/hosts/trustedHosts';
import { ChannelLogger } from './vscode/logging';
import { EditorNotifications } from './vscode/notifications';
import { ResponseDiffPanels } from './vscode/responseDiff/responseDiffPanels';
import { sourcePorts } from './vscode/responseDiff/sourcePorts';
import { modelData } from './node/responses/source/modelData';
import { workFileBeside } from './node/dataset/work/dataWorkThread';
import { registerGraphs } from './vscode/graph/registerGraphs';
import { LazyExports } from './vscode/runMonitor/export/lazyExports';
import { MetricSourcesOfFiles } from './vscode/runMonitor/metricSourcesOfFiles';
import { registerOpenMetrics } from './vscode/runMonitor/registerOpenMetrics';
import { doctorOf } from './vscode/runMonitor/doctorOf';
import { MonitorViews } from './vscode/runMonitor/monitorViews';
import { RunMonitorPanels } from './vscode/runMonitor/runMonitorPanels';
import { RunTablePanels } from './vscode/runTable/runTablePanels';
import { registerPreflight } from './vscode/preflight/registerPreflight';
import { registerRecipes } from './vscode/recipes/registerRecipes';
import { registerRuns } from './vscode/runs/registerRuns';
import { JobReview } from './vscode/runs/reviewJob';
import {
	annotator,
	endpoints,
	hostSettings,
	hubEndpoint,
	onDidChangeSettings,
	sshConfigFile,
} from './vscode/settings';
import { registerOpenSample } from './vscode/workspace/openSample';
import { tellWhereItRuns, workspaceRoot } from './vscode/workspace/workspaceRoot';

/** The only place that builds services. Everything here is cheap; work begins with its first use. */
export function activate(context: vscode.ExtensionContext): void {
	const channel = vscode.window.createOutputChannel('Windsock', { log: true });
	const logger = new ChannelLogger(channel);
	const openLog = (): void => channel.show();
	const notifications = new EditorNotifications(logger, openLog);
	const { extensionUri } = context;
	const own = <T extends { dispose(): unknown }>(part: T): T => {
		context.subscriptions.push(part);
		return part;
	};
	own(channel);
	own(vscode.commands.registerCommand('windsock.showLog', openLog));
	own(registerOpenSample(extensionUri, notifications));
	tellWhereItRuns(context.extension);

	const workerFile = vscode.Uri.joinPath(
		extensionUri,
		'dist',
		'workers',
		'datasetWorker.js',
	).fsPath;
	const remembered = new RememberedSecrets(context.secrets);
	const directory = own(
		new NodeHostDirectory({
			configLocation: () => defaultConfigLocation(sshConfigFile()),
			settingsFor: hostSettings,
			prompts: new EditorConnectionPrompts(remembered, logger.child('hosts')),
			logger: logger.child('hosts'),
		}),
	);
	own(onDidChangeSettings(() => directory.refresh()));
	const hosts = trustedHosts(directory);

	// Without a folder there is nothing to list; the place is never created.
	const root = workspaceRoot() ?? vscode.Uri.joinPath(context.globalStorageUri, 'no-folder').fsPath;
	const workspace = workspaceFolder(root);
	const services = createRunServices({
		workspace: root,
		hosts,
		remoteFolder: vscode.Uri.joinPath(extensionUri, 'remote').fsPath,
		version: String((context.extension.packageJSON as { version?: unknown }).version),
		logger,
		tokensWorkerFile: vscode.Uri.joinPath(extensionUri, 'dist', 'workers', 'tokensWorker.js')
			.fsPath,
	});
	const {
		library,
		launcher,
		preparation,
		transfers,
		attachment,
		control,
		removal,
		cloning,
		checker,
		merging,
		again,
		comparing,
		pushing,
		rewardMaps,
	} = services;
	const hostDatasets = own(
		new HostDatasets({
			hosts,
			notifications,
			prepare: (name, signal) => preparation.prepare(name, { signal }),
		}),
	);
	const hubDatasets = own(
		new HubDatasets({
			notifications,
			globalState: context.globalState,
			secrets: context.secrets,
			address: hubEndpoint,
		}),
	);
	const preflights = own(new PreflightReports());
	own(
		registerDatasetEditor({
			extensionUri,
			storageUri: context.storageUri ?? context.globalStorageUri,
			globalState: context.globalState,
			workspaceState: context.workspaceState,
			notifications,
			logger: logger.child('datasets'),
			workerFile,
			author: annotator,
			reviewKeys: () => currentReviewKeys(context),
			hostPlace: uri => hostDatasets.placeOf(uri),
			hubPlace: () => hubDatasets.place(),
			preflights,
			trainers: own(services.trainers),
			hosts,
			root: workspaceRoot(),
		}),
	);
	own(registerDatasets({ workerFile, logger: logger.child('datasets') }));

	own(library);
	own(library.lookForOthers());
	const jobs = new JobReview();
	own(jobs.register());
	const preflight = own(
		registerPreflight({
			checker,
			reports: preflights,
			hosts,
			notifications,
			jobs,
			extensionUri,
			workspaceState: context.workspaceState,
		}),
	);
	own(
		registerRuns({
			launcher,
			library,
			notes: library,
			hosts,
			notifications,
			transfers,
			attachment,
			control,
			jobs,
			gate: preflight.gate,
			removal,
			cloning,
			merging,
			again,
			comparing,
			pushing,
			auditing: async (runId, signal) => {
				const { auditRun } = await import('./node/rewardMaps/auditRun');
				return auditRun({ library, preparation }, runId, signal);
			},
			mirrorPath: runId => vscode.Uri.joinPath(vscode.Uri.file(workspace.runs), runId).fsPath,
		}),
	);
	const shippedRecipes = vscode.Uri.joinPath(extensionUri, 'media', 'recipes').fsPath;
	own(registerRecipes(notifications, shippedRecipes, extensionUri));
	const metricFiles = own(new MetricSourcesOfFiles(hosts));
	const sources = new JoinedSources(own(new RunSources(library)), metricFiles, isFileSource);
	const exports = new LazyExports({
		sources,
		lines: id => (library.get(id) === undefined ? undefined : library.metrics(id)),
		mirrored: id => library.mirrored(id),
		notifications,
		version: String((context.extension.packageJSON as { version?: unknown }).version),
	});
	const dismissed = new DismissedFindings(context.workspaceState, 'windsock.doctor.dismissed');
	const doctorFor = doctorOf(sources, library, dismissed);
	const monitors = own(
		new RunMonitorPanels(
			library,
			extensionUri,
			notifications,
			sources,
			exports,
			metricFiles,
			doctorFor,
			new MonitorViews(context.workspaceState),
		),
	);
	monitors.register();
	own(
		registerOpenMetrics({
			files: metricFiles,
			hosts,
			notifications,
			show: ids => monitors.show(ids),
		}),
	);
	own(
		registerDoctor({
			library,
			cloning,
			notifications,
			workspaceState: context.workspaceState,
			isToldByHost: (runId, event) =>
				isToldByHost(library.mirrored(runId)?.folder.spec.onEvent, event),
		}),
	);
	own(
		new RunTablePanels({
			library,
			comparing,
			extensionUri,
			notifications,
			workspaceState: context.workspaceState,
			openFiles: {
				onDidChange: metricFiles.onDidChange,
				list: () => monitors.shownIds.flatMap(id => metricFiles.get(id) ?? []),
			},
			showMetrics: runIds => monitors.show(runIds),
		}).register(),
	);

	const looks = own(
		new HostLooks({
			probe: (name, signal) => probeHost(preparation, name, { signal }),
			follow: (name, onFacts, onEnd) => followLiveFacts(preparation, name, onFacts, onEnd),
		}),
	);
	const ports = own(new ForwardedPorts(hosts, notifications));
	const hostCommands = new HostCommands({
		hosts,
		remembered,
		looks,
		transfers,
		ports,
		notifications,
		logger: logger.child('hosts'),
		openLog,
	});
	own(hostCommands.register());
	own(
		showHostsView(own(new HostsTreeProvider(hosts, looks, ports)), looks, {
			description: hostsViewDescription(sshConfigFile(), hostname()),
			onOpen: name => void hostCommands.open(name),
		}),
	);

	const comparisons = own(new ComparisonStore(workspace, logger.child('responses')));
	const { graphs } = services;
	own(
		registerGraphs({
			library,
			graphs,
			comparisons,
			hosts,
			notifications,
			extensionUri,
			trusted: () => preflight.gate.trusted,
			mayRun: (programs, hosts) => preflight.gate.mayRun(programs, hosts),
		}),
	);
	const comparisonsTree = own(new ComparisonsTreeProvider(comparisons, library));
	own(vscode.window.createTreeView('windsock.comparisons', { treeDataProvider: comparisonsTree }));
	const keyOf = async (name: string): Promise<string | undefined> =>
		endpointKeyFromEnvironment(name, process.env) ?? endpointKey(name, context.secrets);
	const panels = new ResponseDiffPanels(
		comparisons,
		library,
		extensionUri,
		notifications,
		annotator,
		{
			answererFor: ref => liveAnswererFor({ endpoints, endpointKey: keyOf }, ref),
			askOnHost: question =>
				askHostWithProgress(
					{ workspace, launcher, library, store: comparisons, notifications, jobs },
					question,
				),
		},
		sourcePorts({
			dataOf: ref => modelData(ref, library, workspace.root),
			workFile: workFileBeside(workerFile),
			own,
		}),
		logger.child('responses'),
		new ComparisonMaps(library, rewardMaps),
		context.workspaceState,
	);
	own(panels.register());
	const comparisonCommands = new ComparisonCommands(
		comparisons,
		panels,
		comparisonsTree,
		notifications,
		library,
	);
	own(comparisonCommands.register());
	own(
		registerJudgeCommand({
			store: comparisons,
			scores: library,
			notifications,
			endpoints,
			endpointKey: keyOf,
			author: annotator,
			comparisonOf: argument => comparisonCommands.comparisonOf(argument),
			show: id => {
				panels.show(id);
				panels.refresh(id);
			},
		}),
	);
	own(
		new RegressionCommands({
			store: comparisons,
			notifications,
			root: workspace.root,
			endpoints,
			endpointKey: keyOf,
			voter: annotator,
			show: id => panels.show(id),
		}).register(),
	);
	own(
		new PreferenceCommands({ store: comparisons, notifications, workspace, endpoints }).register(),
	);
	own(
		new GenerateResponses({
			workspace,
			launcher,
			library,
			hosts,
			notifications,
			jobs,
			endpoints,
			endpointKey: keyOf,
			shippedPrompts: vscode.Uri.joinPath(context.extensionUri, 'media', 'prompts', 'vibes.jsonl')
				.fsPath,
			showComparison: id => panels.show(id),
		}).register(),
	);
}
