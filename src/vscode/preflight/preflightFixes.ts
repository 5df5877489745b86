import * as vscode from 'vscode';
import type { PreflightReport } from '../../core/training/preflight/preflightReport';
import { settingsWords } from '../../core/training/preflight/summaryWords';
import { messageOf } from './preflightProblems';

/** What one click may do in a recipe about the problems that its check found. */
export function fixesOf(
	report: PreflightReport | undefined,
	diagnostics: readonly vscode.Diagnostic[],
): vscode.CodeAction[] {
	return diagnostics.flatMap(diagnostic => {
		const index = report?.kinds.findIndex(kind => messageOf(kind) === diagnostic.message) ?? -1;
		const settings = report?.kinds[index]?.fix;
		if (report === undefined || settings === undefined) {
			return [];
		}
		const title = `Set ${settingsWords(settings)}`;
		const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
		action.diagnostics = [diagnostic];
		const command = 'windsock.preflight.fix';
		action.command = { title, command, arguments: [report.recipePath, index] };
		return [action];
	});
}
