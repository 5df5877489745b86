import type { AuditServices } from './auditMargins';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { RunAttachment } from '../../node/runs/runAttachment';
import type { AdapterMerge } from '../../node/runs/adapterMerge';
import type { RunAgain } from '../../node/runs/runAgain';
import type { RunCloning } from '../../node/runs/runCloning';
import type { RunComparison } from '../../node/runs/runComparison';
import type { RunRemoval } from '../../node/runs/runRemoval';
import type { RunTransfers } from '../../node/transfer/runTransfers';
import type { NoteKeeper } from '../runMonitor/addNote';
import { hostNameOf } from '../hosts/hostsTreeProvider';
import { registerCheckpointCommands } from './checkpointCommands';
import { LaunchTraining, type LaunchServices } from './launchTraining';
import type { PushServices } from './pushCheckpoint';
import { registerRunCommands } from './runCommands';
import { RunLogProvider } from './runLogProvider';
import { RunStatusBar } from './runStatusBar';
import { RunsTreeProvider } from './runsTreeProvider';

export interface RunFeatureServices extends LaunchServices {
	readonly notes: NoteKeeper;
	/** Folder of a run's mirror on this machine. */
	mirrorPath(runId: string): string;
	readonly transfers: RunTransfers;
	readonly attachment: RunAttachment;
	readonly removal: RunRemoval;
	readonly cloning: RunCloning;
	readonly again: Pick<RunAgain, 'launch'>;
	readonly comparing: Pick<RunComparison, 'compare'>;
	readonly pushing: PushServices['pushing'];
	readonly auditing: AuditServices['auditing'];
	readonly merging: Pick<AdapterMerge, 'merge'>;
}

/** The view Runs and everything that is done with runs. */
export function registerRuns(services: RunFeatureServices): Disposable {
	const { library } = services;
	const parts = new DisposableStore();
	const tree = parts.add(new RunsTreeProvider(library));
	const view = parts.add(
		vscode.window.createTreeView('windsock.runs', { treeDataProvider: tree, canSelectMany: true }),
	);
	tree.attach(view);
	const launch = parts.add(new LaunchTraining(services));
	launch.register();
	parts.add(new RunLogProvider(library));
	parts.add(new RunStatusBar(library));
	parts.add(vscode.workspace.onDidGrantWorkspaceTrust(() => void library.refresh()));
	parts.add(registerRunCommands({ ...services, launch, tree }));
	parts.add(registerCheckpointCommands({ ...services, refresh: () => tree.refresh() }));
	parts.add(
		vscode.commands.registerCommand('windsock.run.attach', async (argument: unknown) => {
			const { attachRuns } = await import('./attachRuns');
			await attachRuns(hostNameOf(argument), services);
		}),
	);
	return parts;
}
