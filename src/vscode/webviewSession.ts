import type * as vscode from 'vscode';
import type { MessagePort } from '../protocol/rpc';

/** The extension host's end of a webview's channel, for `new Rpc(webviewPort(webview), …)`. */
export function webviewPort(webview: vscode.Webview): MessagePort {
	return {
		// A page that is gone drops the message; it gets a snapshot when it is there again.
		post: message => void webview.postMessage(message),
		onMessage: listener => webview.onDidReceiveMessage(listener),
	};
}
