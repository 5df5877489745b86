import * as vscode from 'vscode';
import { latexTable } from '../../core/metrics/export/latexTable';
import { markdownTable } from '../../core/metrics/export/markdownTable';
import type { TextTable } from '../../core/metrics/export/textTable';
import type { Notifications } from '../notifications';

/** Puts a table into the clipboard, in the form that the user picks. */
export async function copyTable(table: TextTable, notifications: Notifications): Promise<void> {
	const forms = [
		{ label: 'Markdown', detail: 'For a README, an issue or a message', write: markdownTable },
		{ label: 'LaTeX', detail: 'For a paper, with booktabs', write: latexTable },
	];
	const { length } = table.rows;
	const picked = await vscode.window.showQuickPick(forms, {
		title: `Copy ${length.toLocaleString('en-US')} ${length === 1 ? 'Run' : 'Runs'} As`,
	});
	if (picked !== undefined) {
		await vscode.env.clipboard.writeText(picked.write(table));
		await notifications.info(`The table is in the clipboard as ${picked.label}.`);
	}
}
