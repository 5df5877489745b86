import * as vscode from 'vscode';
import type { DatasetEditorSession } from './datasetEditorSession';

const showAll = 'Show All Rows';

/** Asks for a row by its number in the dataset and shows it. */
export async function goToRow(session: DatasetEditorSession): Promise<void> {
	const rows = session.document.model.rowCount;
	if (rows === 0) {
		return;
	}
	const answer = await vscode.window.showInputBox({
		title: 'Go to Row',
		prompt: `A number from 1 to ${rows.toLocaleString('en-US')}`,
		validateInput: text => numberFault(text, rows),
	});
	if (answer === undefined) {
		return;
	}
	const number = Number(answer.replaceAll(',', ''));
	if (session.showRow(number)) {
		return;
	}
	const choice = await vscode.window.showInformationMessage(
		`Row ${number.toLocaleString('en-US')} is not among the rows that the query shows.`,
		showAll,
	);
	if (choice === showAll) {
		session.showRowOfAll(number);
	}
}

/** Asks how many rows to draw and shows them. */
export async function sampleRows(session: DatasetEditorSession): Promise<void> {
	const rows = session.document.model.rowCount;
	const answer = await vscode.window.showInputBox({
		title: 'Random Sample',
		prompt: 'How many of the rows that pass the query? The same seed draws the same rows again.',
		value: String(Math.min(100, Math.max(1, rows))),
		validateInput: text => numberFault(text, rows),
	});
	if (answer !== undefined) {
		session.showSample(Number(answer.replaceAll(',', '')));
	}
}

function numberFault(text: string, most: number): string | undefined {
	const number = Number(text.replaceAll(',', ''));
	return text.trim() !== '' && Number.isInteger(number) && number >= 1 && number <= most
		? undefined
		: `A number from 1 to ${most.toLocaleString('en-US')}, please.`;
}
