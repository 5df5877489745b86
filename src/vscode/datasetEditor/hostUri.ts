import * as vscode from 'vscode';

/** Files on hosts: the authority is the host as the ssh config names it. */
export const hostScheme = 'windsock-host';

export function hostUri(host: string, path: string): vscode.Uri {
	return vscode.Uri.from({ scheme: hostScheme, authority: host, path });
}
