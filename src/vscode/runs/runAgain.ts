import * as vscode from 'vscode';
import type { HostDirectory } from '../../core/hosts/hostDirectory';
import type { LaunchGate } from '../../core/training/preflight/launchGate';
import type { RunLibrary } from '../../core/training/runLibrary';
import type { RerunRemark } from '../../core/training/rerunRemark';
import type { RunAgain } from '../../node/runs/runAgain';
import { pickHost } from '../hosts/pickHost';
import type { Notifications } from '../notifications';
import type { JobReview } from './reviewJob';

export interface RunAgainServices {
	readonly library: RunLibrary;
	readonly hosts: HostDirectory & { allowRetry(name?: string): void };
	readonly again: Pick<RunAgain, 'launch'>;
	readonly jobs: JobReview;
	readonly gate: Pick<LaunchGate, 'trusted'>;
	readonly notifications: Notifications;
}

/** Runs a training again on a host of choice. What would be otherwise is asked about before it starts. */
export async function runAgain(
	runId: string,
	{ library, hosts, again, jobs, gate, notifications }: RunAgainServices,
): Promise<void> {
	const run = library.get(runId);
	const name = run?.name ?? runId;
	const hostName = await pickHost(hosts, {
		title: `Run “${name}” Again: Host`,
		placeHolder: 'Where to run it with the same inputs',
		first: { names: run === undefined ? [] : [run.hostName], because: 'where it ran' },
	});
	if (hostName === undefined) {
		return;
	}
	hosts.allowRetry(hostName);
	const launched = await notifications.progress(`Running ${name} again`, (progress, signal) =>
		again.launch(
			{
				runId,
				hostName,
				trusted: gate.trusted,
				confirm: remarks => confirm(name, remarks),
				review: jobs.reviewFor(progress),
			},
			progress,
			signal,
		),
	);
	if (!launched.ok) {
		notifications.error(launched.error);
		return;
	}
	await vscode.commands.executeCommand('windsock.run.showMetrics', launched.value.runId);
}

/** Nothing to ask where everything is as it was. */
async function confirm(name: string, remarks: readonly RerunRemark[]): Promise<boolean> {
	if (remarks.length === 0) {
		return true;
	}
	const isChanged = remarks.some(({ level }) => level === 'changed');
	const question = isChanged
		? `“${name}” cannot have all its inputs again. Run it with what is there now?`
		: `The inputs of “${name}” are all there. Run it again, though this is otherwise now?`;
	const detail = remarks.map(({ message }) => message).join('\n\n');
	const action = isChanged ? 'Run with What Is There' : 'Run Again';
	const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, action);
	return answer === action;
}
