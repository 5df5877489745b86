import * as vscode from 'vscode';
import { datasetNames } from '../../core/dataset/container';
import { workFileBeside } from '../../node/dataset/work/dataWorkThread';
import type { Notifications } from '../notifications';
import type { DatasetEditorSession } from './datasetEditorSession';
import { datasetFilters } from './datasetFilters';
import { readingCost } from './readingCost';

const showThem = 'Show Them';

/** Asks what to compare and from which similarity on, searches, and marks the rows. */
export async function findNearDuplicates(
	session: DatasetEditorSession,
	notifications: Notifications,
	workerFile: string,
): Promise<void> {
	const { model } = session.document;
	const against = await askAgainst(readingCost(model.file.size, model.file.far));
	const threshold = against && (await askThreshold());
	if (!against || threshold === undefined) {
		return;
	}
	const { markNearDuplicates } = await import('../../node/dataset/near/markNearDuplicates');
	const paths = against.map(({ fsPath }) => fsPath);
	const title = `Looking for near-duplicates in ${model.name}`;
	const found = await notifications.progress(title, (progress, signal) =>
		markNearDuplicates(model, {
			against: paths,
			threshold,
			workFile: workFileBeside(workerFile),
			progress,
			signal,
		}),
	);
	if (!found.ok) {
		notifications.error(found.error);
		return;
	}
	const { nearRows, rows } = found.value;
	const where = paths.length === 0 ? 'an earlier row' : 'an earlier row or one of the other files';
	if (nearRows === 0) {
		await notifications.info(
			`No row of ${model.name} is nearly the same as ${where} (similarity ${threshold} and up).`,
		);
		return;
	}
	const share = `${counted(nearRows)} of ${counted(rows)} rows`;
	const sentence = `${share} say nearly the same as ${where} (similarity ${threshold} and up).`;
	if ((await notifications.info(sentence, showThem)) === showThem) {
		session.showRows('finding:nearDuplicate');
	}
}

/** Other files to compare with; `undefined` when the user gave it up. */
async function askAgainst(cost: string): Promise<vscode.Uri[] | undefined> {
	const within = {
		label: 'Within this dataset',
		detail: `Reads all of it: ${cost}.`,
	};
	const across = {
		label: 'Also against other datasets…',
		detail: 'Such as its test split: rows of both that say nearly the same leak.',
	};
	const picked = await vscode.window.showQuickPick([within, across], {
		title: 'Find Near-Duplicates (1/2)',
		placeHolder: 'Where to look',
		ignoreFocusOut: true,
	});
	if (picked !== across) {
		return picked && [];
	}
	const files = await vscode.window.showOpenDialog({
		title: 'Datasets to Compare With',
		openLabel: 'Compare',
		canSelectMany: true,
		filters: datasetFilters,
	});
	return files?.filter(({ path }) => datasetNames.test(path));
}

async function askThreshold(): Promise<number | undefined> {
	const text = await vscode.window.showInputBox({
		title: 'Find Near-Duplicates (2/2)',
		prompt: 'Smallest similarity: the share of word triples that two rows have in common.',
		value: '0.8',
		ignoreFocusOut: true,
		validateInput: value =>
			isThreshold(value) ? undefined : 'A number from 0.5 to 1, such as 0.8.',
	});
	return text === undefined ? undefined : Number(text);
}

function isThreshold(text: string): boolean {
	const value = Number(text);
	return text.trim() !== '' && value >= 0.5 && value <= 1;
}

function counted(rows: number): string {
	return rows.toLocaleString('en-US');
}
