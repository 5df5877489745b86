import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Comparison } from '../../core/responses/comparison';
import type { PairRule } from '../../core/responses/preferencePairs';
import type { PairsPlan, PairsTask } from '../../node/responses/exportedPairs';
import type { WorkspaceFolder } from '../../node/workspace/workspaceFolder';
import type { Notifications } from '../notifications';
import type { EndpointSettings } from '../settings';
import { leftOutWords } from './leftOutWords';

export interface ExportServices {
	readonly workspace: WorkspaceFolder;
	readonly notifications: Notifications;
	endpoints(): Readonly<Record<string, EndpointSettings>>;
}

type Form = Exclude<PairsTask['form'], 'rated'>;

const nouns: Readonly<Record<Form, string>> = {
	pairs: 'preference pair',
	kto: 'labelled answer',
	sft: 'SFT example',
};

/** Export Votes…: form, rule, what is left out and why, file; then the rows in the dataset editor. */
export async function exportVotes(services: ExportServices, comparison: Comparison): Promise<void> {
	const { notifications, workspace } = services;
	const form = await pickForm(comparison);
	const rule = form === 'sft' ? 'one' : form && (await pickRule());
	if (form === undefined || rule === undefined) {
		return;
	}
	const { planPairs, writePairs } = await import('../../node/responses/exportedPairs');
	const endpoints = services.endpoints();
	const addressOf = (name: string): string | undefined =>
		Object.hasOwn(endpoints, name) ? endpoints[name]?.url : undefined;
	const task = { comparison, form, rule, addressOf };
	const without = await planPairs({ ...task, withHosted: false });
	const all = await planPairs({ ...task, withHosted: true });
	if (!all.ok) {
		notifications.error(all.error);
		return;
	}
	const own = without.ok ? without.value : undefined;
	const plan = await pickPlan(form, own, all.value);
	if (!plan) {
		return;
	}
	const target = await vscode.window.showSaveDialog({
		title: 'Export Votes: File',
		saveLabel: 'Export',
		defaultUri: vscode.Uri.file(path.join(workspace.root, `${comparison.header.id}-${form}.jsonl`)),
		filters: { 'JSON Lines': ['jsonl'] },
	});
	if (!target) {
		return;
	}
	const out = target.fsPath.endsWith('.jsonl') ? target.fsPath : `${target.fsPath}.jsonl`;
	const written = await writePairs(
		{ comparison, out, preferences: workspace.preferences, now: () => Date.now() },
		plan,
	);
	if (!written.ok) {
		notifications.error(written.error);
		return;
	}
	const file = vscode.Uri.file(out);
	await vscode.commands.executeCommand('vscode.openWith', file, 'windsock.datasetEditor');
	await offerTraining(notifications, file, form, written.value.rows);
}

async function pickForm({ edits = [] }: Comparison): Promise<Form | undefined> {
	const examples = edits.filter(({ use }) => use === 'sft').length;
	const picked = await vscode.window.showQuickPick(
		[
			{
				form: 'pairs' as const,
				label: 'Preference pairs',
				description: 'for DPO',
				detail: 'The best answer against another, and edited answers over their originals',
			},
			{
				form: 'kto' as const,
				label: 'Labelled answers',
				description: 'for KTO',
				detail: 'Single answers, good or bad; where all answers were bad, all of them are bad ones',
			},
			...(examples === 0
				? []
				: [
						{
							form: 'sft' as const,
							label: 'Edited answers',
							description: 'for SFT',
							detail: `The ${examples === 1 ? 'one that is' : `${examples} that are`} to be examples of their own`,
						},
					]),
		],
		{
			ignoreFocusOut: true,
			title: 'Export Votes: Form',
			placeHolder: 'What the next training learns from',
		},
	);
	return picked?.form;
}

async function pickRule(): Promise<PairRule | undefined> {
	const picked = await vscode.window.showQuickPick(
		[
			{
				rule: 'one' as const,
				label: 'One pair a prompt',
				detail: 'The best against the worst that was named, else against another that is drawn',
			},
			{
				rule: 'each' as const,
				label: 'Best against each other',
				detail: 'All answers that were not best are rejected; prompts with many answers weigh more',
			},
			{
				rule: 'worst' as const,
				label: 'Best against a named worst',
				detail: 'Only votes that say both, or that are about two answers',
			},
		],
		{ ignoreFocusOut: true, title: 'Export Votes: Rule', placeHolder: 'Which answer is rejected' },
	);
	return picked?.rule;
}

/** What would be written, and what is left out and why, before anything is. */
async function pickPlan(
	form: Form,
	own: PairsPlan | undefined,
	all: PairsPlan,
): Promise<PairsPlan | undefined> {
	const shown = own ?? all;
	const hosted = all.rows.length - (own?.rows.length ?? 0);
	const plans = [
		...(own
			? [
					{
						plan: own,
						label: `$(export) Export ${counted(own.rows.length, nouns[form])}`,
						detail:
							hosted > 0
								? `Without ${hosted} with an answer of a hosted model`
								: 'Their prompts are spent then: no rate counts votes on them any more',
					},
				]
			: []),
		...(hosted > 0
			? [
					{
						plan: all,
						label: `$(law) Export ${counted(all.rows.length, nouns[form])} with answers of hosted models`,
						detail: all.notes.join(' · '),
					},
				]
			: []),
	];
	const leftOut = shown.skipped.map(({ reason, count }) => ({
		plan: undefined,
		label: `$(circle-slash) ${count} left out`,
		description: Object.hasOwn(leftOutWords, reason)
			? leftOutWords[reason as keyof typeof leftOutWords]
			: reason,
	}));
	const separator = {
		kind: vscode.QuickPickItemKind.Separator,
		label: 'Left out',
		plan: undefined,
	};
	const picked = await vscode.window.showQuickPick(
		[...plans, ...(leftOut.length === 0 ? [] : [separator, ...leftOut])],
		{
			title: 'Export Votes: What Is Written',
			placeHolder: 'What is left out, and why, stands below',
			ignoreFocusOut: true,
		},
	);
	return picked?.plan;
}

async function offerTraining(
	notifications: Notifications,
	file: vscode.Uri,
	form: Form,
	rows: number,
): Promise<void> {
	const method = { pairs: 'dpo', kto: 'kto', sft: 'sft' }[form];
	const train = `Train ${method.toUpperCase()}`;
	const choice = await notifications.info(
		`Exported ${counted(rows, nouns[form])} to ${path.basename(file.fsPath)}.`,
		train,
	);
	if (choice === train) {
		await vscode.commands.executeCommand('windsock.training.launch', { method, dataset: file });
	}
}

function counted(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
