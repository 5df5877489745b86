import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { RecipeFinding } from '../../core/training/recipeFinding';

/** Time without a change after which a recipe is checked, in ms. */
const rest = 250;

/** Keeps the Problems panel true to the recipes that are open. */
export class RecipeProblems implements Disposable {
	readonly #parts = new DisposableStore();
	readonly #shown = this.#parts.add(vscode.languages.createDiagnosticCollection('windsock'));
	readonly #findings = new Map<string, ReadonlyMap<string, RecipeFinding>>();
	readonly #waiting = new Map<string, NodeJS.Timeout>();

	constructor() {
		const { workspace } = vscode;
		this.#parts.add(workspace.onDidOpenTextDocument(document => void this.#check(document)));
		this.#parts.add(workspace.onDidChangeTextDocument(({ document }) => this.#later(document)));
		this.#parts.add(workspace.onDidCloseTextDocument(document => this.#forget(document)));
		// The files that a recipe names come and go without it.
		const again = (): void => workspace.textDocuments.forEach(document => this.#later(document));
		this.#parts.add(workspace.onDidCreateFiles(again));
		this.#parts.add(workspace.onDidDeleteFiles(again));
		this.#parts.add(workspace.onDidRenameFiles(again));
		this.#parts.add(
			vscode.window.onDidChangeActiveTextEditor(editor => editor && this.#later(editor.document)),
		);
		for (const document of workspace.textDocuments) {
			void this.#check(document);
		}
	}

	dispose(): void {
		for (const timer of this.#waiting.values()) {
			clearTimeout(timer);
		}
		this.#parts.dispose();
	}

	/** What a diagnostic of a recipe was made from, while it is shown. */
	findingOf(diagnostic: vscode.Diagnostic): RecipeFinding | undefined {
		for (const findings of this.#findings.values()) {
			const found = findings.get(identity(diagnostic));
			if (found !== undefined) {
				return found;
			}
		}
		return undefined;
	}

	#later(document: vscode.TextDocument): void {
		if (!isYaml(document)) {
			return;
		}
		const key = document.uri.toString();
		clearTimeout(this.#waiting.get(key));
		this.#waiting.set(
			key,
			setTimeout(() => {
				this.#waiting.delete(key);
				void this.#check(document);
			}, rest),
		);
	}

	#forget(document: vscode.TextDocument): void {
		const key = document.uri.toString();
		clearTimeout(this.#waiting.get(key));
		this.#waiting.delete(key);
		this.#findings.delete(key);
		this.#shown.delete(document.uri);
	}

	async #check(document: vscode.TextDocument): Promise<void> {
		if (!isYaml(document)) {
			return;
		}
		const { findingsOnDisk } = await import('../../node/runs/findingsOnDisk');
		if (document.isClosed) {
			return;
		}
		const file = document.uri.scheme === 'file' ? document.fileName : undefined;
		const findings = findingsOnDisk(document.getText(), file);
		const made = findings.map(finding => [diagnosticOf(document, finding), finding] as const);
		this.#findings.set(
			document.uri.toString(),
			new Map(made.map(([diagnostic, finding]) => [identity(diagnostic), finding])),
		);
		this.#shown.set(
			document.uri,
			made.map(([diagnostic]) => diagnostic),
		);
	}
}

function isYaml({ languageId, uri }: vscode.TextDocument): boolean {
	return languageId === 'yaml' && (uri.scheme === 'file' || uri.scheme === 'untitled');
}

function diagnosticOf(document: vscode.TextDocument, finding: RecipeFinding): vscode.Diagnostic {
	const line = Math.min((finding.line ?? 1) - 1, document.lineCount - 1);
	const { text, range } = document.lineAt(line);
	const end = /^[A-Za-z_0-9]+/.exec(text)?.[0].length;
	const marked =
		finding.line === undefined || end === undefined ? range : new vscode.Range(line, 0, line, end);
	const { Error, Warning } = vscode.DiagnosticSeverity;
	const severity = finding.severity === 'error' ? Error : Warning;
	const message = `${finding.message.charAt(0).toUpperCase()}${finding.message.slice(1)}.`;
	const diagnostic = new vscode.Diagnostic(marked, message, severity);
	diagnostic.source = 'Windsock';
	diagnostic.code = finding.code;
	return diagnostic;
}

/** The editor hands back copies of diagnostics. */
function identity({ range, message, code }: vscode.Diagnostic): string {
	return JSON.stringify([range.start.line, code, message]);
}
