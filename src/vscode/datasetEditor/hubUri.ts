import * as vscode from 'vscode';

/** Datasets of the Hub: the path is that of `hf://datasets/…`, with the commit. */
export const hubScheme = 'windsock-hub';

export function hubUri(location: string): vscode.Uri {
	return vscode.Uri.from({ scheme: hubScheme, path: location.slice('hf:/'.length) });
}

export function hubLocationOf(uri: vscode.Uri): string {
	return `hf:/${uri.path}`;
}
