import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { PreflightKind, PreflightReport } from '../../core/training/preflight/preflightReport';
import type { PreflightReports } from '../../core/training/preflight/preflightReports';
import { firstDetail, rowsInWords, wordsFor } from '../../core/training/preflight/preflightWords';
import { datasetUri } from './datasetUri';

/** Puts one problem per kind of finding and file into the Problems panel; its code jumps to the rows. */
export class PreflightProblems implements Disposable {
	readonly #parts = new DisposableStore();
	readonly #shown = this.#parts.add(
		vscode.languages.createDiagnosticCollection('windsock-preflight'),
	);
	/** Of each file, the problems by the recipe whose check found them. */
	readonly #byFile = new Map<string, Map<string, vscode.Diagnostic[]>>();

	constructor(reports: PreflightReports) {
		this.#parts.add(reports.onDidChange(report => this.#show(report)));
	}

	dispose(): void {
		this.#parts.dispose();
	}

	#show(report: PreflightReport): void {
		const { recipePath } = report;
		const found = new Map<string, vscode.Diagnostic[]>();
		for (const [index, kind] of report.kinds.entries()) {
			// What is only to be known stands on the page of the check.
			if (kind.severity === 'info') {
				continue;
			}
			const uri = fileOf(report, kind).toString();
			const own = found.get(uri) ?? [];
			own.push(diagnosticOf(report, kind, index));
			found.set(uri, own);
		}
		const before = [...this.#byFile]
			.filter(([, byRecipe]) => byRecipe.has(recipePath))
			.map(([uri]) => uri);
		for (const uri of new Set([...before, ...found.keys()])) {
			const byRecipe = this.#byFile.get(uri) ?? new Map<string, vscode.Diagnostic[]>();
			this.#byFile.set(uri, byRecipe);
			byRecipe.set(recipePath, found.get(uri) ?? []);
			this.#shown.set(vscode.Uri.parse(uri), [...byRecipe.values()].flat());
		}
	}
}

/** What a problem says. */
export function messageOf(kind: PreflightKind): string {
	const { sentence, advice } = wordsFor(kind);
	const rows = rowsInWords(kind);
	const said = `${rows === '' ? '' : `${rows}: `}${sentence}${firstDetail(kind)}`;
	return `${said.charAt(0).toUpperCase()}${said.slice(1)}. ${advice}.`;
}

function fileOf(report: PreflightReport, { dataset }: PreflightKind): vscode.Uri {
	const source = dataset === undefined ? undefined : report.datasets[dataset]?.source;
	return source === undefined ? vscode.Uri.file(report.recipePath) : datasetUri(source);
}

function diagnosticOf(
	report: PreflightReport,
	kind: PreflightKind,
	index: number,
): vscode.Diagnostic {
	const { name } = wordsFor(kind);
	const { Error, Warning } = vscode.DiagnosticSeverity;
	const severity = kind.severity === 'error' ? Error : Warning;
	const range = rangeOf(report, kind);
	const diagnostic = new vscode.Diagnostic(range, messageOf(kind), severity);
	diagnostic.source = `Windsock on ${report.hostName}`;
	const words = encodeURIComponent(JSON.stringify([report.recipePath, index]));
	diagnostic.code = {
		value: name,
		target: vscode.Uri.parse(`command:windsock.preflight.open?${words}`),
	};
	return diagnostic;
}

/** Of a dataset, the line of the first row where lines are rows; of a recipe that of the key. */
function rangeOf(
	{ recipePath }: PreflightReport,
	{ dataset, rows, key }: PreflightKind,
): vscode.Range {
	if (dataset !== undefined) {
		const line = Math.max(0, (rows[0] ?? 1) - 1);
		return new vscode.Range(line, 0, line, 0);
	}
	const open = vscode.workspace.textDocuments.find(({ uri }) => uri.fsPath === recipePath);
	const lines = open?.getText().split('\n') ?? [];
	const line = key === undefined ? -1 : lines.findIndex(text => text.startsWith(`${key}:`));
	return new vscode.Range(
		Math.max(0, line),
		0,
		Math.max(0, line),
		line < 0 ? 0 : (key ?? '').length,
	);
}
