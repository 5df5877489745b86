import * as vscode from 'vscode';
import { byteSize } from '../../core/base/byteSize';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { HostDirectory } from '../../core/hosts/hostDirectory';
import type { RunLibrary } from '../../core/training/runLibrary';
import type { AdapterMerge } from '../../node/runs/adapterMerge';
import type { RunTransfers } from '../../node/transfer/runTransfers';
import { pickHost } from '../hosts/pickHost';
import type { Notifications } from '../notifications';
import type { PushServices } from './pushCheckpoint';
import type { CheckpointItem } from './runTreeItem';

export interface CheckpointCommandServices {
	readonly library: RunLibrary;
	readonly hosts: HostDirectory;
	readonly transfers: RunTransfers;
	readonly merging: Pick<AdapterMerge, 'merge'>;
	readonly pushing: PushServices['pushing'];
	readonly notifications: Notifications;
	/** Draws the list of checkpoints anew. */
	readonly refresh: () => void;
}

/** What can be done with a checkpoint in the view Runs. */
export function registerCheckpointCommands(services: CheckpointCommandServices): Disposable {
	const parts = new DisposableStore();
	const commands: Record<string, (item: CheckpointItem) => Promise<void>> = {
		'windsock.checkpoint.download': item => download(services, item),
		'windsock.checkpoint.copyToHost': item => copyToHost(services, item),
		'windsock.checkpoint.merge': item => merge(services, item),
		'windsock.checkpoint.mergeShards': item => merge(services, item),
		'windsock.checkpoint.push': async item => {
			const { pushCheckpoint } = await import('./pushCheckpoint');
			await pushCheckpoint(services, item);
		},
		'windsock.checkpoint.copyName': async item => vscode.env.clipboard.writeText(item.ref),
		'windsock.checkpoint.remove': item => remove(services, item),
	};
	for (const [id, act] of Object.entries(commands)) {
		parts.add(
			vscode.commands.registerCommand(id, async (item: Partial<CheckpointItem> | undefined) => {
				if (item?.kind === 'checkpoint') {
					await act(item as CheckpointItem);
				}
			}),
		);
	}
	return parts;
}

function nameOf(library: RunLibrary, { runId, step, merged }: CheckpointItem): string {
	return `${merged ? 'merged model' : 'checkpoint'} ${step} of “${library.get(runId)?.name ?? runId}”`;
}

async function download(
	{ library, transfers, notifications }: CheckpointCommandServices,
	item: CheckpointItem,
): Promise<void> {
	const picked = await vscode.window.showOpenDialog({
		canSelectFiles: false,
		canSelectFolders: true,
		openLabel: 'Download Here',
		title: `Download ${nameOf(library, item)}: a folder for it is made in the one chosen`,
	});
	const parent = picked?.[0];
	if (parent === undefined) {
		return;
	}
	const suffix = item.merged ? '-merged' : '';
	const folder = `${library.get(item.runId)?.name ?? item.runId}-${item.step}${suffix}`;
	const out = vscode.Uri.joinPath(parent, folder.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-'));
	const pulled = await notifications.progress(
		`Downloading ${nameOf(library, item)}`,
		(progress, signal) =>
			transfers.pull(item.runId, item.step, out.fsPath, { progress, signal, merged: item.merged }),
	);
	if (!pulled.ok) {
		notifications.error(pulled.error);
		return;
	}
	const { bytes, files } = pulled.value;
	const text = `Downloaded ${nameOf(library, item)}: ${byteSize(bytes)} in ${files} files, each checked by its hash.`;
	if ((await notifications.info(text, 'Reveal Folder')) !== undefined) {
		await vscode.commands.executeCommand('revealFileInOS', out);
	}
}

async function copyToHost(
	{ library, hosts, transfers, notifications }: CheckpointCommandServices,
	item: CheckpointItem,
): Promise<void> {
	const home = library.get(item.runId)?.hostName;
	const others = (await hosts.entries()).filter(entry => entry.name !== home);
	if (others.length === 0) {
		void notifications.info('There is no other host. Add one to ~/.ssh/config.');
		return;
	}
	const picked = await pickHost(hosts, {
		title: `Copy ${nameOf(library, item)}`,
		placeHolder: 'Host to copy it to, through this machine',
		without: home,
	});
	if (picked === undefined) {
		return;
	}
	const copied = await notifications.progress(
		`Copying ${nameOf(library, item)} to ${picked}`,
		(progress, signal) =>
			transfers.copy(item.runId, item.step, picked, { progress, signal, merged: item.merged }),
	);
	if (!copied.ok) {
		notifications.error(copied.error);
		return;
	}
	const reference = `path:${copied.value.path}`;
	const text = `Copied ${nameOf(library, item)} to ${picked}. Recipes name it there as ${reference}`;
	if ((await notifications.info(text, 'Copy Name')) !== undefined) {
		await vscode.env.clipboard.writeText(reference);
	}
}

async function merge(
	{ library, merging, notifications, refresh }: CheckpointCommandServices,
	item: CheckpointItem,
): Promise<void> {
	const merged = await notifications.progress(
		`Merging ${nameOf(library, item)}${item.sharded ? '' : ' into its base'}`,
		(progress, signal) => merging.merge(item.runId, item.step, { progress, signal }),
	);
	refresh();
	if (!merged.ok) {
		notifications.error(merged.error);
		return;
	}
	const { bytes, path } = merged.value;
	const text = `Merged ${nameOf(library, item)}: ${byteSize(bytes)}, listed under the run. Recipes name it as path:${path}`;
	if ((await notifications.info(text, 'Copy Name')) !== undefined) {
		await vscode.env.clipboard.writeText(`path:${path}`);
	}
}

async function remove(
	{ library, transfers, notifications, refresh }: CheckpointCommandServices,
	item: CheckpointItem,
): Promise<void> {
	const host = library.get(item.runId)?.hostName ?? 'its host';
	const size = item.bytes > 0 ? ` ${byteSize(item.bytes)} become free.` : '';
	const detail = `It is deleted on ${host}; the run and its other checkpoints stay.${size}`;
	const question = `Remove ${nameOf(library, item)}?`;
	const action = 'Remove Checkpoint';
	const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, action);
	if (answer !== action) {
		return;
	}
	const removed = await notifications.progress(`Removing ${nameOf(library, item)}`, (_, signal) =>
		transfers.removeCheckpoint(item.runId, item.step, signal, item.merged),
	);
	if (!removed.ok) {
		notifications.error(removed.error);
	}
	refresh();
}
