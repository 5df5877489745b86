import * as vscode from 'vscode';
import { WindsockError } from '../../core/base/errors';
import { err, type Result } from '../../core/base/result';
import type { Host } from '../../core/hosts/host';
import type { NodeHostDirectory } from '../../node/hosts/hostDirectory';
import type { RetryableHosts } from './hostCommands';

/**
 * The hosts of a window, out of reach while its workspace is not trusted: a folder from elsewhere
 * may name hosts in its record of runs, and must not make this machine connect to them.
 */
export function trustedHosts(directory: NodeHostDirectory): RetryableHosts {
	return {
		onDidChange: directory.onDidChange,
		entries: () => directory.entries(),
		get: async (name: string): Promise<Result<Host>> =>
			vscode.workspace.isTrusted
				? directory.get(name)
				: err(new WindsockError('workspaceUntrusted', { host: name })),
		settingsFor: name => directory.settingsFor(name),
		transportOf: name => directory.transportOf(name),
		canonicalName: name => directory.canonicalName(name),
		allowRetry: name => directory.allowRetry(name),
		refresh: () => directory.refresh(),
	};
}
