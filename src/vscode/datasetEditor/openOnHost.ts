import * as vscode from 'vscode';
import type { Result } from '../../core/base/result';
import type { HostDirectory } from '../../core/hosts/hostDirectory';
import type { PreparedHost } from '../../node/runs/preparedHost';
import type { Notifications } from '../notifications';
import { hostNameOf } from '../hosts/hostsTreeProvider';
import { pickHost } from '../hosts/pickHost';
import { viewTypeOf } from './viewTypes';
import { hostUri } from './hostUri';

export interface OpenOnHostServices {
	readonly hosts: HostDirectory & { allowRetry(name?: string): void };
	readonly notifications: Notifications;
	readonly prepare: (host: string, signal: AbortSignal) => Promise<Result<PreparedHost>>;
}

/** Asks for a host and a file there, and opens it where it is. */
export async function openOnHost(services: OpenOnHostServices, argument: unknown): Promise<void> {
	const { hosts, notifications, prepare } = services;
	const name =
		hostNameOf(argument) ??
		(await pickHost(hosts, {
			title: 'Open Dataset on Host',
			placeHolder: 'Which host has the file?',
		}));
	if (name === 'local') {
		await vscode.commands.executeCommand('windsock.dataset.open', 'pick');
		return;
	}
	if (name === undefined) {
		return;
	}
	hosts.allowRetry(name);
	const prepared = await notifications.progress(`Connecting to “${name}”`, (progress, signal) => {
		progress.report('looking for Python there');
		return prepare(name, signal);
	});
	if (!prepared.ok) {
		notifications.error(prepared.error);
		return;
	}
	const { pickHostFile } = await import('./hostFilePick');
	const path = await pickHostFile(prepared.value.host, prepared.value.layout.home);
	if (path !== undefined) {
		const uri = hostUri(name, path);
		await vscode.commands.executeCommand('vscode.openWith', uri, viewTypeOf(uri));
	}
}
