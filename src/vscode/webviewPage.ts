import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** The names of `dist/webview/*.js`. */
export type WebviewBundle =
	| 'datasetEditor'
	| 'runMonitor'
	| 'runTable'
	| 'responseDiff'
	| 'recipeForm'
	| 'preflight'
	| 'graphBoard';

function escapeHtml(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/**
 * The whole page of a webview: an empty root, one style sheet, one script. Nothing is inline, so
 * text from datasets and models has no way to become code.
 */
export function webviewPage(
	webview: vscode.Webview,
	extensionUri: vscode.Uri,
	options: { readonly bundle: WebviewBundle; readonly title: string },
): string {
	const folder = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
	const address = (name: string): string =>
		escapeHtml(webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString());
	const nonce = randomBytes(24).toString('base64url');
	const source = webview.cspSource;
	const policy = [
		`default-src 'none'`,
		`script-src 'nonce-${nonce}'`,
		`style-src ${source}`,
		`img-src ${source} data:`,
		`font-src ${source}`,
	].join('; ');
	return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<title>${escapeHtml(options.title)}</title>
<link rel="stylesheet" href="${address(`${options.bundle}.css`)}">
</head>
<body>
<div id="root"></div>
<script nonce="${nonce}" src="${address(`${options.bundle}.js`)}"></script>
</body>
</html>`;
}

/** What a webview may load: its bundles, the media folder, and the folders of images that it shows. */
export function webviewOptions(
	extensionUri: vscode.Uri,
	imageFolders: readonly string[] = [],
): vscode.WebviewOptions {
	return {
		enableScripts: true,
		localResourceRoots: [
			vscode.Uri.joinPath(extensionUri, 'dist', 'webview'),
			vscode.Uri.joinPath(extensionUri, 'media'),
			...imageFolders.map(folder => vscode.Uri.file(folder)),
		],
	};
}
