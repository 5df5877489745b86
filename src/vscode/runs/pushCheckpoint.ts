import * as vscode from 'vscode';
import { byteSize } from '../../core/base/byteSize';
import type { RunLibrary } from '../../core/training/runLibrary';
import type { CheckpointPush, PushPlan } from '../../node/runs/checkpointPush';
import type { Notifications } from '../notifications';
import type { CheckpointItem } from './runTreeItem';

export interface PushServices {
	readonly library: RunLibrary;
	readonly pushing: Pick<CheckpointPush, 'push'>;
	readonly notifications: Notifications;
}

/** Pushes a checkpoint to the Hub from its host, after a look at what would leave it. */
export async function pushCheckpoint(
	{ library, pushing, notifications }: PushServices,
	{ runId, step, merged }: CheckpointItem,
): Promise<void> {
	const run = library.get(runId);
	const title = `Push Checkpoint ${step} of “${run?.name ?? runId}”`;
	const repo = await vscode.window.showInputBox({
		title,
		prompt: 'Repository of the Hub; it is made where there is none.',
		placeHolder: 'OWNER/NAME',
		ignoreFocusOut: true,
		validateInput: text => (/^[\w.-]+\/[\w.-]+$/.test(text.trim()) ? undefined : 'OWNER/NAME'),
	});
	if (repo === undefined) {
		return;
	}
	const isPrivate = { label: '$(lock) Private', detail: 'A public repository is refused' };
	const isPublic = { label: '$(globe) Public', detail: 'Anybody can read it' };
	const seen = await vscode.window.showQuickPick([isPrivate, isPublic], {
		title,
		placeHolder: `Who may see ${repo.trim()}`,
		ignoreFocusOut: true,
	});
	if (seen === undefined) {
		return;
	}
	const pushed = await notifications.progress(title, (progress, signal) =>
		pushing.push(
			{
				runId,
				step,
				merged,
				repo: repo.trim(),
				private: seen === isPrivate,
				tokenFile: undefined,
			},
			plan => confirm(run?.hostName ?? 'its host', plan),
			{ progress, signal },
		),
	);
	if (!pushed.ok) {
		notifications.error(pushed.error);
		return;
	}
	const done = pushed.value.pushed;
	if (done === undefined) {
		return;
	}
	const open = 'Open in Browser';
	const text = `Pushed ${byteSize(done.bytes)} to ${done.repo}.`;
	if ((await notifications.info(text, open)) === open) {
		await vscode.env.openExternal(vscode.Uri.parse(done.url));
	}
}

async function confirm(host: string, plan: PushPlan): Promise<boolean> {
	const { repo, url, user, exists, private: isPrivate, files, bytes } = plan;
	const detail = [
		`${byteSize(bytes)} leave ${host} for ${url} (${exists ? 'there already' : 'new'}), as ${user}, with the host’s own login.`,
		files.map(({ path, size }) => `${path}, ${byteSize(size)}`).join('\n'),
	].join('\n\n');
	const question = isPrivate
		? `Push to the private repository ${repo}?`
		: `Push to ${repo}, where anybody can read it?`;
	const action = 'Push';
	const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, action);
	return answer === action;
}
