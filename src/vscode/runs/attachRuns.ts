import * as vscode from 'vscode';
import type { HostDirectory } from '../../core/hosts/hostDirectory';
import type { FoundRun, RunAttachment } from '../../node/runs/runAttachment';
import { pickHost } from '../hosts/pickHost';
import type { Notifications } from '../notifications';

export interface AttachServices {
	readonly hosts: HostDirectory & { allowRetry(name?: string): void };
	readonly attachment: RunAttachment;
	readonly notifications: Notifications;
}

/** Lets a person choose among the runs of a host and takes them into the folder. */
export async function attachRuns(
	chosenHost: string | undefined,
	{ hosts, attachment, notifications }: AttachServices,
): Promise<void> {
	const host =
		chosenHost ??
		(await pickHost(hosts, { title: 'Attach to Runs', placeHolder: 'On which host?' }));
	if (host === undefined) {
		return;
	}
	hosts.allowRetry(host);
	const found = await notifications.progress(`Looking for runs on “${host}”`, (_, signal) =>
		attachment.find(host, { signal }),
	);
	if (!found.ok) {
		notifications.error(found.error);
		return;
	}
	const others = found.value.filter(({ isHere }) => !isHere);
	if (others.length === 0) {
		const all = found.value.length === 0 ? 'There are no runs' : 'All runs are in this folder';
		void notifications.info(`${all}: “${host}” keeps ${found.value.length}.`);
		return;
	}
	const picked = await vscode.window.showQuickPick(others.map(pickOf), {
		title: `Runs on “${host}”`,
		placeHolder: 'Which runs to follow from here?',
		canPickMany: true,
		matchOnDescription: true,
	});
	if (!picked || picked.length === 0) {
		return;
	}
	await notifications.progress(`Attaching to “${host}”`, async (progress, signal) => {
		for (const [i, { label, id }] of picked.entries()) {
			progress.report(label, i / picked.length);
			const attached = await attachment.attach(host, id, { signal });
			if (!attached.ok) {
				notifications.error(attached.error);
				return;
			}
		}
	});
	for (const { label, id, isLost } of picked) {
		if (isLost) {
			await offerResume(label, id, notifications);
		}
	}
}

/** Nobody may start anything on the host after its reboot but a person. */
async function offerResume(
	name: string,
	runId: string,
	notifications: Notifications,
): Promise<void> {
	const resume = 'Resume…';
	const text = `“${name}” was lost when its host rebooted. It can go on from its newest complete checkpoint.`;
	if ((await notifications.info(text, resume)) === resume) {
		await vscode.commands.executeCommand('windsock.run.resume', runId);
	}
}

function pickOf({
	state,
}: FoundRun): vscode.QuickPickItem & { readonly id: string; readonly isLost: boolean } {
	const steps = typeof state.step === 'number' ? `step ${state.step}` : '';
	const began = state.startedAt ? new Date(state.startedAt).toLocaleString() : '';
	return {
		id: state.id,
		isLost: state.state === 'lost',
		label: state.name ?? state.id,
		description: [state.state, steps].filter(Boolean).join(' · '),
		detail: [began, state.id].filter(Boolean).join(' · '),
	};
}
