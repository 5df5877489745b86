import * as vscode from 'vscode';
import { datasetNames } from '../../core/dataset/container';
import { usualOverlap } from '../../core/dataset/near/promptOverlap';
import { workFileBeside } from '../../node/dataset/work/dataWorkThread';
import type { Notifications } from '../notifications';
import type { DatasetEditorSession } from './datasetEditorSession';
import { datasetFilters } from './datasetFilters';
import { readingCost } from './readingCost';

const showThem = 'Show Them';

/** Asks for evaluations and the length of a run, looks for their prompts, and marks the rows. */
export async function findContamination(
	session: DatasetEditorSession,
	notifications: Notifications,
	workerFile: string,
): Promise<void> {
	const { model } = session.document;
	const files = await vscode.window.showOpenDialog({
		title: `Evaluations or Prompt Sets to Compare ${model.name} With`,
		openLabel: 'Compare',
		canSelectMany: true,
		filters: datasetFilters,
	});
	const sets = files?.filter(({ path }) => datasetNames.test(path)) ?? [];
	const ngram =
		sets.length === 0 ? undefined : await askRun(readingCost(model.file.size, model.file.far));
	if (ngram === undefined) {
		return;
	}
	const { markContamination } = await import('../../node/dataset/contamination/markContamination');
	const found = await notifications.progress(
		`Comparing the prompts of ${model.name}`,
		(progress, signal) =>
			markContamination(
				model,
				sets.map(({ fsPath }) => fsPath),
				{ ...usualOverlap, ngram },
				{ workFile: workFileBeside(workerFile), progress, signal },
			),
	);
	if (!found.ok) {
		notifications.error(found.error);
		return;
	}
	const { matches, rows, sets: read } = found.value;
	const prompts = read.reduce((sum, set) => sum + set.prompts, 0);
	const compared = `${counted(prompts)} prompts of ${counted(read.length)} ${read.length === 1 ? 'file' : 'files'}`;
	if (matches.length === 0) {
		await notifications.info(`None of ${compared} stands in ${model.name}.`);
		return;
	}
	const sentence = `${counted(matches.length)} of ${counted(rows)} rows ask what stands in ${compared}.`;
	if ((await notifications.info(sentence, showThem)) === showThem) {
		session.showRows('finding:promptInOtherSet');
	}
}

async function askRun(cost: string): Promise<number | undefined> {
	const text = await vscode.window.showInputBox({
		title: 'Find Contaminated Prompts',
		prompt: `Words that must follow each other in both; such runs have to cover half of a prompt. Reads the whole dataset: ${cost}.`,
		value: String(usualOverlap.ngram),
		ignoreFocusOut: true,
		validateInput: value =>
			/^\d{1,3}$/.test(value.trim()) && Number(value) >= 2
				? undefined
				: 'A whole number of words, at least 2.',
	});
	return text === undefined ? undefined : Number(text);
}

function counted(rows: number): string {
	return rows.toLocaleString('en-US');
}
