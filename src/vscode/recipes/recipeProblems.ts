import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { GraphFinding } from '../../core/graph/graph';
import type { RecipeFinding } from '../../core/training/recipeFinding';

/** Time without a change after which a recipe is checked, in ms. */
const rest = 250;

/** Keeps the Problems panel true to the recipes and graphs that are open. */
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
		const { graphFindings } = await import('../../core/graph/graphLanguage');
		if (document.isClosed) {
			return;
		}
		const text = document.getText();
		const file = document.uri.scheme === 'file' ? document.fileName : undefined;
		const made = findingsOnDisk(text, file).map(
			finding => [diagnosticOf(document, finding), finding] as const,
		);
		const ofGraph = graphFindings(text).map(finding => diagnosticOf(document, finding));
		this.#findings.set(
			document.uri.toString(),
			new Map(made.map(([diagnostic, finding]) => [identity(diagnostic), finding])),
		);
		this.#shown.set(document.uri, [...made.map(([diagnostic]) => diagnostic), ...ofGraph]);
	}
}

function isYaml({ languageId, uri }: vscode.TextDocument): boolean {
	return languageId === 'yaml' && (uri.scheme === 'file' || uri.scheme === 'untitled');
}

function diagnosticOf(
	document: vscode.TextDocument,
	finding: RecipeFinding | GraphFinding,
): vscode.Diagnostic {
	const line = Math.min((finding.line ?? 1) - 1, document.lineCount - 1);
	const { text, range } = document.lineAt(line);
	const key = /^([ \t]*)[\p{L}_0-9.-]+/u.exec(text);
	const marked =
		finding.line === undefined || key === null
			? range
			: new vscode.Range(line, key[1]?.length ?? 0, line, key[0].length);
	const { Error, Warning } = vscode.DiagnosticSeverity;
	const severity = finding.severity === 'error' ? Error : Warning;
	const message = `${finding.message.charAt(0).toUpperCase()}${finding.message.slice(1)}`;
	const sentence = message.endsWith('?') ? message : `${message}.`;
	const diagnostic = new vscode.Diagnostic(marked, sentence, severity);
	diagnostic.source = 'Windsock';
	diagnostic.code = finding.code;
	return diagnostic;
}

/** The editor hands back copies of diagnostics. */
function identity({ range, message, code }: vscode.Diagnostic): string {
	return JSON.stringify([range.start.line, code, message]);
}
