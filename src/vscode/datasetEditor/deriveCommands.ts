import * as vscode from 'vscode';
import { basename, dirname, join } from 'node:path';
import { accountText, type StepAccount } from '../../core/dataset/clean/accounting';
import type { BinarizeRules } from '../../core/dataset/clean/binarize';
import { conversionTargets, type ConversionTarget } from '../../core/dataset/conversion';
import type { ConversionReport } from '../../node/dataset/convertDataset';
import type { DatasetEditorSession } from './datasetEditorSession';
import { isSaved, tellWritten, workWithProgress, type DatasetWorkServices } from './datasetWork';
import { confirmPreview, counted, type WorkPreview } from './workPreview';

const meanings: Readonly<Record<ConversionTarget, string>> = {
	'trl-sft': 'For supervised fine-tuning: messages, prompt and completion, or text',
	'trl-dpo': 'For DPO: preference pairs of a prompt, a chosen and a rejected reply',
};

/** Rows to judge what is done by. */
const samples = 50;

/** Makes preference pairs of rated answers: asks for the rules, counts what they do, then writes. */
export async function binarizeDataset(
	session: DatasetEditorSession,
	services: DatasetWorkServices,
): Promise<void> {
	const { path } = session.document.model.file;
	const rules = (await isSaved(session)) ? await askRules() : undefined;
	const out = rules && (await askTarget(path, 'pairs'));
	if (!rules || out === undefined) {
		return;
	}
	const task = { path, out, rules, contamination: [], version: services.version, samples };
	const title = `Making pairs of ${basename(path)}`;
	const tried = await workWithProgress(services, title, 'binarize', { ...task, dryRun: true });
	if (!tried) {
		return;
	}
	const notes = tried.effects.map(({ effect, rows }) => `${effect}: ${counted(rows, 'row')}`);
	const preview = {
		title: 'Binarize',
		steps: [tried.account],
		out: tried.out,
		samples: tried.samples ?? [],
		notes,
	};
	if (await confirmPreview(preview, services.changes)) {
		const done = await workWithProgress(services, title, 'binarize', task);
		if (done) {
			const sentence = `Wrote ${basename(out)}: ${accountText(done.account)}.`;
			await tellWritten(services, sentence, out, done.accounting);
		}
	}
}

/** Writes the dataset in a form that TRL trains on, with an account of every row. */
export async function convertDataset(
	session: DatasetEditorSession,
	services: DatasetWorkServices,
): Promise<void> {
	const { path } = session.document.model.file;
	const target = (await isSaved(session))
		? await vscode.window.showQuickPick(
				conversionTargets.map(label => ({ label, detail: meanings[label] })),
				{
					title: `Convert ${basename(path)}`,
					placeHolder: 'The form to write. What it changes is shown before anything is written.',
					ignoreFocusOut: true,
				},
			)
		: undefined;
	const to = target?.label;
	const out = to && (await askTarget(path, to));
	if (!to || out === undefined) {
		return;
	}
	const task = { path, target: to, out, accounting: true, samples };
	const title = `Converting ${basename(path)}`;
	const tried = await workWithProgress(services, title, 'convert', { ...task, dryRun: true });
	if (!tried || !(await confirmPreview(conversionPreview(tried), services.changes))) {
		return;
	}
	const done = await workWithProgress(services, title, 'convert', task);
	if (done) {
		const account = accountText(accountOf(done));
		await tellWritten(services, `Wrote ${basename(out)}: ${account}.`, out, done.accounting);
	}
}

function conversionPreview(tried: ConversionReport): WorkPreview {
	const { target, out, samples: shown = [] } = tried;
	const account = accountOf(tried);
	return {
		title: `Convert to ${target}`,
		steps: [account],
		out: [{ path: out, rows: account.kept + account.changed }],
		samples: shown,
		notes: [],
	};
}

/** The only step of a conversion, under the name that its samples have. */
function accountOf({ rowsIn, kept, changed, dropped, changes }: ConversionReport): StepAccount {
	const gone = new Map<string, number>();
	for (const { reason } of dropped) {
		gone.set(reason, (gone.get(reason) ?? 0) + 1);
	}
	const reasons = [
		...changes.map(({ change, rows }) => ({ reason: change, rows })),
		...[...gone].map(([reason, rows]) => ({ reason, rows })),
	].sort((a, b) => b.rows - a.rows);
	return { step: 'convert', rowsIn, kept, changed, dropped: dropped.length, reasons };
}

async function askRules(): Promise<BinarizeRules | undefined> {
	const chosen = await choose('Which score chooses', [
		['overall', 'The overall score, as the script behind Zephyr’s pairs does'],
		['mean', 'The mean of the aspects, as its paper says'],
	]);
	const rejected =
		chosen &&
		(await choose('Which answer is rejected', [
			['random', 'One of the others at random, the same one in every run'],
			['worst', 'The one with the lowest score'],
			['margin', 'One at random that is at least one point worse'],
		]));
	const ties =
		rejected &&
		(await choose('Pairs with equal scores', [
			['keep', 'Stay'],
			['drop', 'Are left out'],
		]));
	return chosen && rejected && ties
		? { chosen, rejected, margin: 1, ties, mendTens: false, seed: 0 }
		: undefined;
}

async function choose<T extends string>(
	placeHolder: string,
	choices: readonly (readonly [T, string])[],
): Promise<T | undefined> {
	const items = choices.map(([label, detail]) => ({ label, detail }));
	const options = {
		title: 'Binarize Rated Answers (raw UltraFeedback)',
		placeHolder,
		ignoreFocusOut: true,
	};
	return (await vscode.window.showQuickPick(items, options))?.label;
}

async function askTarget(path: string, word: string): Promise<string | undefined> {
	const name = `${basename(path).replace(/\..*$/, '')}.${word}.jsonl`;
	const uri = await vscode.window.showSaveDialog({
		title: 'Write To',
		defaultUri: vscode.Uri.file(join(dirname(path), name)),
		filters: { 'JSON lines': ['jsonl'] },
	});
	return uri?.fsPath;
}
