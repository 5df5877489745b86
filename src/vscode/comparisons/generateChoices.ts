import * as path from 'node:path';
import * as vscode from 'vscode';
import type { LanguageModel } from '../../core/responses/languageModelAnswerer';
import { isOwnAddress } from '../../core/responses/hostedModel';
import { parseModelRef } from '../../core/training/modelRef';
import { onceGreedily, pickSamples, type AnswerPlan } from './pickSamples';
import type { RunLibrary, RunSummary } from '../../core/training/runLibrary';

const excluded = '{**/node_modules/**,**/.windsock/**}';
const maxListed = 200;

/** A prompt set of the workspace, the shipped one, or one from anywhere. Undefined: declined. */
export async function pickPromptSet(shipped: string): Promise<string | undefined> {
	const found = await vscode.workspace.findFiles(
		'{**/prompts/**/*.jsonl,**/*prompt*.jsonl}',
		excluded,
		maxListed,
	);
	const browse = 'Browse…';
	const own = found
		.map(uri => ({
			label: path.basename(uri.fsPath),
			description: vscode.workspace.asRelativePath(path.dirname(uri.fsPath)),
			file: uri.fsPath,
		}))
		.toSorted((a, b) => (a.file < b.file ? -1 : 1));
	const vibes = {
		label: 'Vibes',
		description: 'comes with Windsock',
		detail: 'False premises, counting, refusal, style and rewriting in two turns',
		file: shipped,
	};
	const picked = await vscode.window.showQuickPick(
		[...own, vibes, { label: browse, description: 'another file', file: undefined }],
		{
			ignoreFocusOut: true,
			title: 'Generate Responses (1/3): Prompt Set',
			placeHolder: 'A JSONL file of prompts',
		},
	);
	if (picked?.label !== browse) {
		return picked?.file;
	}
	const chosen = await vscode.window.showOpenDialog({
		title: 'Prompt set',
		openLabel: 'Use These Prompts',
		filters: { 'Prompt sets': ['jsonl'] },
		defaultUri: vscode.workspace.workspaceFolders?.[0]?.uri,
	});
	return chosen?.[0]?.fsPath;
}

interface ModelPick extends vscode.QuickPickItem {
	readonly ref: string;
	/** Host whose disk holds the checkpoint; undefined where any host will do. */
	readonly hostName?: string;
}

export interface ChosenModels {
	readonly refs: readonly string[];
	/** Hosts that the chosen checkpoints are on. */
	readonly hostNames: readonly string[];
	readonly plan: AnswerPlan;
}

/**
 * Any of: the base model, each finished training run's last checkpoint and its earlier ones, the
 * endpoints of the settings, the editor's language models. Base and the two newest runs are chosen at first, or base and the
 * checkpoint that the user came from.
 */
export async function pickModels(
	library: RunLibrary,
	endpoints: Readonly<Record<string, { readonly url: string }>>,
	languageModels: readonly LanguageModel[],
	wanted?: string,
): Promise<ChosenModels | undefined> {
	const trained = library
		.list()
		.filter(run => run.kind === 'train' && run.archivedAt === undefined);
	const runs = trained.filter(run => run.state === 'finished');
	const steps = await Promise.all(trained.map(run => otherSteps(library, run)));
	const first = wanted === undefined ? undefined : wantedPick(library, wanted);
	const listed: (ModelPick | vscode.QuickPickItem)[] = [
		{
			label: 'base',
			description: 'the model of .windsock/project.yaml',
			ref: 'base',
			picked: true,
		},
		...(runs.length === 0 ? [] : [separator('Training runs, newest first')]),
		...runs.map((run, i): ModelPick => ({
			label: run.name,
			description: [run.method, 'last checkpoint', run.hostName].filter(Boolean).join(' · '),
			detail: new Date(run.createdAt).toLocaleString(),
			ref: `run:${run.id}`,
			hostName: run.hostName,
			picked: first === undefined && i < 2,
		})),
		...(steps.some(list => list.length > 0) ? [separator('Other checkpoints')] : []),
		...trained.flatMap((run, i) =>
			(steps[i] ?? []).map((step): ModelPick => ({
				label: `${run.name} at step ${step}`,
				description: [run.hostName, ...(run.state === 'finished' ? [] : [run.state])].join(' · '),
				ref: `run:${run.id}@${step}`,
				hostName: run.hostName,
			})),
		),
		...(Object.keys(endpoints).length === 0 ? [] : [separator('Endpoints')]),
		...Object.entries(endpoints).map(([name, { url }]): ModelPick => ({
			label: name,
			description: isOwnAddress(url)
				? 'endpoint · prompts stay on this machine or its network'
				: 'endpoint · prompts leave this machine',
			ref: `endpoint:${name}`,
		})),
		...(languageModels.length === 0 ? [] : [separator('Language models of VS Code')]),
		...languageModels.map(({ id, name, vendor }): ModelPick => ({
			label: name,
			description: `${vendor} · prompts leave this machine`,
			detail:
				'Its own extension decides on sampling; a prompt’s system text goes as the first that you say',
			ref: `vscode:${id}`,
		})),
		separator('Elsewhere'),
		{ label: anotherLabel, description: 'a folder on the host, or of the Hub', ref: '' },
		separator('Answers'),
		{ label: 'Several to each prompt…', description: 'else one, without chance', ref: severalRef },
	];
	const others = listed.filter(item => !('ref' in item) || item.ref !== first?.ref);
	const items = first === undefined ? others : [first, ...others];
	const picked = await vscode.window.showQuickPick(items, {
		ignoreFocusOut: true,
		title: 'Generate Responses (2/3): Models',
		placeHolder: 'Two to six are shown side by side',
		canPickMany: true,
		matchOnDescription: true,
	});
	const models = picked?.filter((item): item is ModelPick => 'ref' in item) ?? [];
	const another = models.some(item => item.ref === '') ? await askForModels() : [];
	const isSeveral = models.some(item => item.ref === severalRef);
	const refs = models.map(item => item.ref).filter(ref => ref !== '' && ref !== severalRef);
	if (another === undefined || refs.length + another.length === 0) {
		return undefined;
	}
	const plan = isSeveral ? await pickSamples() : onceGreedily;
	return plan === undefined
		? undefined
		: {
				refs: [...refs, ...another],
				hostNames: [...new Set(models.flatMap(item => item.hostName ?? []))],
				plan,
			};
}

/** Stands in the list for what is no model. */
const severalRef = '#several';

const anotherLabel = 'Another model…';

/** Models that no list can offer. Undefined: declined. */
async function askForModels(): Promise<readonly string[] | undefined> {
	const typed = await vscode.window.showInputBox({
		ignoreFocusOut: true,
		title: 'Generate Responses (2/3): Another Model',
		prompt: 'Several are parted by spaces',
		placeHolder: 'path:/data/models/mine hub:org/model@revision',
		validateInput: text => {
			const wrong = wordsOf(text).find(word => !isElsewhere(word));
			return wrong === undefined
				? undefined
				: `“${wrong}” is neither path:FOLDER nor hub:ORG/MODEL, with @REVISION if you like.`;
		},
	});
	return typed === undefined ? undefined : wordsOf(typed);
}

function wordsOf(text: string): readonly string[] {
	return text.split(/\s+/).filter(word => word !== '');
}

function isElsewhere(ref: string): boolean {
	const parsed = parseModelRef(ref);
	return parsed.ok && (parsed.value.kind === 'path' || parsed.value.kind === 'hub');
}

/** The checkpoint that the user came from, of a run that may still go on. */
function wantedPick(library: RunLibrary, ref: string): ModelPick | undefined {
	const parsed = parseModelRef(ref);
	const model = parsed.ok && parsed.value.kind === 'run' ? parsed.value : undefined;
	const run = model && library.get(model.run);
	return (
		run && {
			label: model.step === undefined ? run.name : `${run.name} at step ${model.step}`,
			description: run.hostName,
			ref,
			hostName: run.hostName,
			picked: true,
		}
	);
}

function separator(label: string): vscode.QuickPickItem {
	return { label, kind: vscode.QuickPickItemKind.Separator };
}

/**
 * Steps of complete checkpoints, newest first, without that which a finished run's own entry stands
 * for. A host that is away has none to offer.
 */
async function otherSteps(library: RunLibrary, run: RunSummary): Promise<readonly number[]> {
	const checkpoints = await library.checkpoints(run.id);
	const steps = checkpoints.ok
		? checkpoints.value.filter(({ complete }) => complete).map(({ step }) => step)
		: [];
	return [...new Set(steps)].toSorted((a, b) => b - a).slice(run.state === 'finished' ? 1 : 0);
}
