import * as vscode from 'vscode';
import type { Result } from '../../core/base/result';
import type { HostDirectory } from '../../core/hosts/hostDirectory';
import type { PreparedHost } from '../../node/runs/preparedHost';
import type { Notifications } from '../notifications';
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
	const name = hostNameOf(argument) ?? (await pickHost(hosts));
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

async function pickHost(hosts: HostDirectory): Promise<string | undefined> {
	const entries = await hosts.entries();
	const picked = await vscode.window.showQuickPick(
		entries.map(({ name, address, source }) => ({
			label: name,
			description: source === 'local' ? 'this machine' : address,
		})),
		{ title: 'Open Dataset on Host', placeHolder: 'Which host has the file?' },
	);
	return picked?.label;
}

/** The Hosts view gives its item, others a name or nothing. */
function hostNameOf(argument: unknown): string | undefined {
	if (typeof argument === 'string') {
		return argument;
	}
	const entry: unknown =
		typeof argument === 'object' && argument !== null ? Reflect.get(argument, 'entry') : undefined;
	const name: unknown =
		typeof entry === 'object' && entry !== null ? Reflect.get(entry, 'name') : undefined;
	return typeof name === 'string' ? name : undefined;
}
