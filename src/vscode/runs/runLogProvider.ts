import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { RunLibrary } from '../../core/training/runLibrary';

const scheme = 'windsock-log';
/** Milliseconds in which new log text is drawn once. */
const pace = 250;

/** The tab is named after the run; the id is what counts. */
export function runLogUri(runId: string, name: string): vscode.Uri {
	const safe = name.replace(/[\\/?#\s]+/g, '-');
	return vscode.Uri.from({ scheme, path: `/${safe}.log`, query: runId });
}

/** The log of a run as a read-only text that grows while its tab is open. */
export class RunLogProvider implements vscode.TextDocumentContentProvider, Disposable {
	readonly #parts = new DisposableStore();
	readonly #changed = this.#parts.add(new vscode.EventEmitter<vscode.Uri>());
	readonly onDidChange = this.#changed.event;
	readonly #watches = new Map<string, Disposable>();
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(private readonly library: RunLibrary) {
		this.#parts.add(vscode.workspace.registerTextDocumentContentProvider(scheme, this));
		this.#parts.add(
			vscode.workspace.onDidCloseTextDocument(document => {
				if (document.uri.scheme === scheme) {
					this.#watches.get(document.uri.query)?.dispose();
					this.#watches.delete(document.uri.query);
				}
			}),
		);
		this.#parts.add(
			library.onDidAppendLog(({ runId }) => {
				if (this.#watches.has(runId)) {
					this.#timer ??= setTimeout(() => this.#draw(), pace);
				}
			}),
		);
	}

	provideTextDocumentContent(uri: vscode.Uri): string {
		const runId = uri.query;
		if (!this.#watches.has(runId)) {
			this.#watches.set(runId, this.library.watch(runId));
		}
		return foldRedrawnLines(this.library.log(runId));
	}

	dispose(): void {
		clearTimeout(this.#timer);
		for (const watch of this.#watches.values()) {
			watch.dispose();
		}
		this.#watches.clear();
		this.#parts.dispose();
	}

	#draw(): void {
		this.#timer = undefined;
		for (const document of vscode.workspace.textDocuments) {
			if (document.uri.scheme === scheme) {
				this.#changed.fire(document.uri);
			}
		}
	}
}

/** Of a line that redraws itself with carriage returns only the last picture is kept. */
function foldRedrawnLines(text: string): string {
	return text.replace(/[^\n]*\r(?!\n)/g, '');
}
