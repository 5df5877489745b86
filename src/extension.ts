import * as vscode from 'vscode';
import { ChannelLogger } from './vscode/logging';
import { EditorNotifications } from './vscode/notifications';

/** The only place that builds services. Everything here is cheap; work begins with its first use. */
export function activate(context: vscode.ExtensionContext): void {
	const channel = vscode.window.createOutputChannel('Windsock', { log: true });
	context.subscriptions.push(channel);
	const logger = new ChannelLogger(channel);
	const notifications = new EditorNotifications(logger, () => channel.show());
	context.subscriptions.push(
		vscode.commands.registerCommand('windsock.showLog', () => channel.show()),
	);
	void notifications;
}
