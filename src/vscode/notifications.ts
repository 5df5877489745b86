import * as vscode from 'vscode';
import { messageFor } from '../core/base/errorMessages';
import { withoutLinks } from '../core/base/foreignText';
import type { WindsockError } from '../core/base/errors';
import type { Logger } from '../core/base/logger';
import type { Progress } from '../core/training/launchRequest';

const showLog = 'Show Log';

/** Everything Windsock says outside its own views. Sentences come from core/base/errorMessages. */
export interface Notifications {
	/** Says what happened and what to do; logs the details. A cancelled action is not an error. */
	error(error: WindsockError): void;
	/** Resolves to the action chosen, if any. */
	info(text: string, ...actions: string[]): Promise<string | undefined>;
	/** Shows a cancellable notification while the task goes on. */
	progress<T>(
		title: string,
		task: (progress: Progress, signal: AbortSignal) => Promise<T>,
	): Promise<T>;
}

export class EditorNotifications implements Notifications {
	constructor(
		private readonly logger: Logger,
		private readonly openLog: () => void,
	) {}

	error(error: WindsockError): void {
		if (error.code === 'cancelled') {
			this.logger.info(messageFor(error));
			return;
		}
		this.logger.error(messageFor(error), error);
		void vscode.window.showErrorMessage(withoutLinks(messageFor(error)), showLog).then(choice => {
			if (choice === showLog) {
				this.openLog();
			}
		});
	}

	async info(text: string, ...actions: string[]): Promise<string | undefined> {
		return vscode.window.showInformationMessage(withoutLinks(text), ...actions);
	}

	async progress<T>(
		title: string,
		task: (progress: Progress, signal: AbortSignal) => Promise<T>,
	): Promise<T> {
		return vscode.window.withProgress(
			{
				location: vscode.ProgressLocation.Notification,
				title: withoutLinks(title),
				cancellable: true,
			},
			(report, token) => {
				const controller = new AbortController();
				token.onCancellationRequested(() => controller.abort());
				let shown = 0;
				return task(
					{
						report: (message, fraction, detail) => {
							const percent = fraction === undefined ? shown : fraction * 100;
							report.report({
								message: withoutLinks(detail === undefined ? message : `${message}: ${detail}`),
								increment: Math.max(0, percent - shown),
							});
							shown = Math.max(shown, percent);
						},
					},
					controller.signal,
				);
			},
		);
	}
}
