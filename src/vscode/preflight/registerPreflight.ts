import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { PreflightReport } from '../../core/training/preflight/preflightReport';
import { applySettings, columnOf } from './applySettings';
import { checkRecipe, checkRecipeAgain, type CheckServices } from './checkRecipe';
import { datasetUri } from './datasetUri';
import { PreflightGate } from './preflightGate';
import { PreflightPages } from './preflightPages';
import { fixesOf } from './preflightFixes';
import { PreflightProblems } from './preflightProblems';
import { TrustedCode } from './trustedCode';

export interface PreflightServices extends Omit<CheckServices, 'pages' | 'gate'> {
	readonly extensionUri: vscode.Uri;
	readonly workspaceState: vscode.Memento;
}

/** Checks of recipes on hosts: commands, problems, pages, and the gate that launches go through. */
export function registerPreflight(services: PreflightServices): Disposable & {
	readonly gate: PreflightGate;
} {
	const parts = new DisposableStore();
	const { reports, notifications, workspaceState, extensionUri } = services;
	const pages = parts.add(
		new PreflightPages(reports, extensionUri, {
			open,
			fix: ({ recipePath }, settings) => applySettings(recipePath, settings),
			checkAgain: (report, withProbe) => checkRecipeAgain(check, report, withProbe),
			launch: async ({ recipePath }) => {
				const recipe = vscode.Uri.file(recipePath);
				await vscode.commands.executeCommand('windsock.training.launch', recipe);
			},
		}),
	);
	const gate = new PreflightGate({
		reports,
		workspaceState,
		notifications,
		trusted: new TrustedCode(workspaceState),
		show: recipePath => pages.show(recipePath),
	});
	const check: CheckServices = { ...services, pages, gate };
	parts.add(new PreflightProblems(reports));
	const register = (command: string, act: (...words: unknown[]) => Promise<void>): void => {
		parts.add(vscode.commands.registerCommand(command, act));
	};
	register('windsock.recipe.check', argument =>
		checkRecipe(check, argument instanceof vscode.Uri ? argument : undefined),
	);
	register('windsock.recipe.checkAgain', async argument => {
		const report = argument instanceof vscode.Uri ? reports.ofRecipe(argument.fsPath) : undefined;
		if (report) {
			await checkRecipeAgain(check, report, false);
		}
	});
	register('windsock.preflight.open', async (recipePath, index) => {
		const report = typeof recipePath === 'string' ? reports.ofRecipe(recipePath) : undefined;
		if (report && typeof index === 'number') {
			await open(report, index);
		}
	});
	register('windsock.preflight.fix', async (recipePath, index) => {
		const report = typeof recipePath === 'string' ? reports.ofRecipe(recipePath) : undefined;
		const settings = typeof index === 'number' ? report?.kinds[index]?.fix : undefined;
		await (report && settings && applySettings(report.recipePath, settings));
	});
	parts.add(
		vscode.languages.registerCodeActionsProvider(
			{ language: 'yaml', scheme: 'file' },
			{
				provideCodeActions: ({ uri }, _range, { diagnostics }) =>
					fixesOf(reports.ofRecipe(uri.fsPath), diagnostics),
			},
			{ providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
		),
	);
	return { gate, dispose: () => parts.dispose() };
}

/** Shows the rows of a finding in the dataset editor, or the key of the recipe that it is about. */
async function open(report: PreflightReport, index: number): Promise<void> {
	const kind = report.kinds[index];
	const source = kind?.dataset === undefined ? undefined : report.datasets[kind.dataset]?.source;
	if (kind === undefined) {
		return;
	}
	if (source === undefined) {
		const uri = vscode.Uri.file(report.recipePath);
		const document = await vscode.workspace.openTextDocument(uri);
		const line = document
			.getText()
			.split('\n')
			.findIndex(text => kind.key !== undefined && text.startsWith(`${kind.key}:`));
		const at = document.lineAt(Math.max(0, line)).range;
		await vscode.window.showTextDocument(document, { viewColumn: columnOf(uri), selection: at });
		return;
	}
	const uri = datasetUri(source);
	const query = kind.rows.length === 0 ? '' : `preflight:${kind.code}`;
	await vscode.commands.executeCommand('windsock.dataset.showRows', uri, query, columnOf(uri));
}
