import * as vscode from 'vscode';
import {
	judgeProtocols,
	type JudgeProtocol,
} from '../../core/responses/judging/published/judgeProtocol';
import type { LanguageModel } from '../../core/responses/languageModelAnswerer';
import type { EndpointSettings } from '../settings';

/** `windsock`, or as a protocol was published. */
export type JudgeWay = 'windsock' | JudgeProtocol;

const title = 'Judge Comparison';

const protocolWords: Readonly<Record<JudgeProtocol, readonly [string, string]>> = {
	'mt-bench': ['MT-Bench, single', 'each answer alone, a grade from 1 to 10 for each turn'],
	'mt-bench-pair': ['MT-Bench, pairs', 'both orders, a contradiction is a tie'],
	'alpaca-eval': ['AlpacaEval 2', 'one order, weighted by the probabilities of a token'],
	'alpaca-eval-1': ['AlpacaEval 1', 'one order, a ranking'],
	'arena-hard': ['Arena-Hard v2.0', 'two games, strong verdicts count three times'],
	'arena-hard-v0.1': ['Arena-Hard v0.1', 'two games, with replies of at most 4,096 tokens'],
};

export type PickedJudge =
	| { readonly kind: 'endpoint'; readonly name: string }
	| { readonly kind: 'model'; readonly model: LanguageModel };

/** An endpoint of the settings, or a language model of the editor. */
export async function pickJudge(
	endpoints: Readonly<Record<string, EndpointSettings>>,
	models: readonly LanguageModel[],
): Promise<PickedJudge | undefined> {
	const items: (vscode.QuickPickItem & { readonly judge?: PickedJudge })[] = [
		...Object.entries(endpoints).map(([name, { url, model }]) => ({
			label: name,
			description: model,
			detail: url,
			judge: { kind: 'endpoint' as const, name },
		})),
		...(models.length === 0
			? []
			: [{ label: 'Language models of VS Code', kind: vscode.QuickPickItemKind.Separator }]),
		...models.map(model => ({
			label: model.name,
			description: model.vendor,
			detail: 'Windsock’s way only: its own extension decides on sampling',
			judge: { kind: 'model' as const, model },
		})),
	];
	const picked = await vscode.window.showQuickPick(items, {
		ignoreFocusOut: true,
		title: `${title}: Judge`,
		placeHolder: 'Who judges. Nothing is sent before you have seen how much.',
	});
	return picked?.judge;
}

/**
 * @param models of the comparison: one can only be graded alone
 * @param isEndpoint protocols say the sampling, which only an endpoint obeys
 */
export async function pickWay(models: number, isEndpoint: boolean): Promise<JudgeWay | undefined> {
	if (!isEndpoint) {
		return 'windsock';
	}
	const protocols = judgeProtocols.filter(name => models > 1 || name === 'mt-bench');
	const items: (vscode.QuickPickItem & { readonly way?: JudgeWay })[] = [
		...(models > 1
			? [
					{
						label: 'Windsock’s way',
						description: 'both orders, conflicts are ties, your own rubric',
						way: 'windsock' as const,
					},
				]
			: []),
		{ label: 'As published', kind: vscode.QuickPickItemKind.Separator },
		...protocols.map(way => ({
			label: protocolWords[way][0],
			description: protocolWords[way][1],
			way,
		})),
	];
	const picked = await vscode.window.showQuickPick(items, {
		ignoreFocusOut: true,
		title: `${title}: How`,
		placeHolder: 'The two kinds never share a column',
		matchOnDescription: true,
	});
	return picked?.way;
}

/** The model that the others are judged against; the only choice is not asked for. */
export async function pickReference(labels: readonly string[]): Promise<string | undefined> {
	return vscode.window.showQuickPick([...labels], {
		ignoreFocusOut: true,
		title: `${title}: Reference`,
		placeHolder: 'The model that the others are judged against',
	});
}

export async function askForRubric(usual: string): Promise<string | undefined> {
	const given = await vscode.window.showInputBox({
		ignoreFocusOut: true,
		title: `${title}: Rubric`,
		prompt: 'What makes an answer better, in your words',
		value: usual,
	});
	return given === undefined || given.trim() === '' ? undefined : given.trim();
}

export async function pickRepeats(): Promise<number | undefined> {
	const picked = await vscode.window.showQuickPick(
		[
			{ label: 'Once', description: 'each pair in both orders', repeats: 1 },
			{ label: 'Three times', description: 'the median counts; three times the cost', repeats: 3 },
			{ label: 'Five times', description: 'the median counts; five times the cost', repeats: 5 },
		],
		{ ignoreFocusOut: true, title: `${title}: Repeats` },
	);
	return picked?.repeats;
}

/** A file of MT-Bench's reference answers: one of this folder, or another. */
export async function pickReferences(): Promise<string | undefined> {
	const here = await vscode.workspace.findFiles(
		'**/*reference_answer*{,/*}.jsonl',
		'{**/node_modules/**,.windsock/**}',
		20,
	);
	const browse = 'Browse…';
	const picked = await vscode.window.showQuickPick(
		[
			...here.map(uri => ({ label: vscode.workspace.asRelativePath(uri), path: uri.fsPath })),
			{ label: browse, path: '' },
		],
		{
			ignoreFocusOut: true,
			title: `${title}: Reference Answers`,
			placeHolder: 'MT-Bench’s reference_answer/gpt-4.jsonl, for math, reasoning and coding',
		},
	);
	if (picked?.label !== browse) {
		return picked?.path;
	}
	const [chosen] =
		(await vscode.window.showOpenDialog({ filters: { 'JSON lines': ['jsonl'] } })) ?? [];
	return chosen?.fsPath;
}
