import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { LaunchPlan, Progress } from '../../core/training/launchRequest';

const scheme = 'windsock-job';

/**
 * Shows the script that a scheduler is to get, read-only, with Submit and Cancel above its first line
 * and in the editor's title. Closing it is Cancel.
 */
export class JobReview implements Disposable {
	readonly #parts = new DisposableStore();
	readonly #open = new Map<string, { script: string; answer: (submit: boolean) => void }>();

	register(): Disposable {
		const textOf = (uri: vscode.Uri): string =>
			this.#open.get(uri.toString())?.script ?? '# This job was submitted or cancelled.\n';
		const answer = (submit: boolean) => (uri?: vscode.Uri) => {
			const shown = uri ?? vscode.window.activeTextEditor?.document.uri;
			this.#open.get(shown?.toString() ?? '')?.answer(submit);
		};
		for (const part of [
			vscode.workspace.registerTextDocumentContentProvider(scheme, {
				provideTextDocumentContent: textOf,
			}),
			vscode.languages.registerCodeLensProvider(
				{ scheme },
				{ provideCodeLenses: ({ uri }) => (this.#open.has(uri.toString()) ? lenses(uri) : []) },
			),
			vscode.commands.registerCommand('windsock.job.submit', answer(true)),
			vscode.commands.registerCommand('windsock.job.cancel', answer(false)),
			vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
				for (const tab of closed) {
					this.#open.get(uriOf(tab)?.toString() ?? '')?.answer(false);
				}
			}),
		]) {
			this.#parts.add(part);
		}
		return this;
	}

	dispose(): void {
		for (const { answer } of this.#open.values()) {
			answer(false);
		}
		this.#parts.dispose();
	}

	/** Answers for a launch whether to go on; at once where there is no scheduler, so nothing to show. */
	reviewFor(progress: Progress): (plan: LaunchPlan, signal?: AbortSignal) => Promise<boolean> {
		return async ({ script, runId, hostName }, signal) => {
			if (script === undefined) {
				return true;
			}
			progress.report('The script of the job is open: submit or cancel it there');
			return this.#show(script, runId, hostName, signal);
		};
	}

	async #show(
		script: string,
		runId: string,
		hostName: string,
		signal: AbortSignal | undefined,
	): Promise<boolean> {
		const uri = vscode.Uri.from({ scheme, path: `/Job for ${hostName}.sh`, query: runId });
		const answered = new Promise<boolean>(resolve => {
			this.#open.set(uri.toString(), { script, answer: resolve });
			signal?.addEventListener('abort', () => resolve(false), { once: true });
		});
		try {
			const document = await vscode.workspace.openTextDocument(uri);
			await vscode.languages.setTextDocumentLanguage(document, 'shellscript');
			await vscode.window.showTextDocument(document, { preview: false });
			return await answered;
		} finally {
			this.#open.delete(uri.toString());
			await closeTabs(uri);
		}
	}
}

function lenses(uri: vscode.Uri): vscode.CodeLens[] {
	const top = new vscode.Range(0, 0, 0, 0);
	return [
		{ title: 'Submit Job', command: 'windsock.job.submit' },
		{ title: 'Cancel', command: 'windsock.job.cancel' },
	].map(command => new vscode.CodeLens(top, { ...command, arguments: [uri] }));
}

function uriOf(tab: vscode.Tab): vscode.Uri | undefined {
	return tab.input instanceof vscode.TabInputText ? tab.input.uri : undefined;
}

async function closeTabs(uri: vscode.Uri): Promise<void> {
	const tabs = vscode.window.tabGroups.all
		.flatMap(group => group.tabs)
		.filter(tab => uriOf(tab)?.toString() === uri.toString());
	await vscode.window.tabGroups.close(tabs);
}
