import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { reasonOf, WindsockError } from '../../core/base/errors';
import type { Comparison } from '../../core/responses/comparison';
import type { ChatMessage, Prompt } from '../../core/responses/promptSet';
import { expectationOf } from '../../core/responses/regression/expectation';
import { withPinned, type ExpectedFields } from '../../core/responses/regression/pinnedPrompt';
import { replaceFile } from '../../node/hosts/atomicFile';
import type { Notifications } from '../notifications';
import { pickKeptSet, pickRegressionSet } from './pickRegressionSet';

export interface PinServices {
	readonly root: string;
	readonly notifications: Notifications;
}

/** Pin Prompt to Regression Set…: the set, what is expected, and then the line is in the file. */
export async function pinPrompt(
	{ root, notifications }: PinServices,
	comparison: Comparison,
	prompt: Prompt,
	voter: string,
): Promise<void> {
	const file = await pickRegressionSet(path.join(root, 'prompts', 'pinned.jsonl'));
	if (file === undefined) {
		return;
	}
	const expect = await askExpectation(comparison, prompt, voter);
	if (expect === undefined) {
		return;
	}
	const pinned = await writeInto(file, prompt, expect, notifications);
	if (pinned) {
		void offerSet(
			notifications,
			file,
			pinned.isNew
				? `Pinned to ${path.basename(file)}.`
				: `Changed what ${path.basename(file)} expects of this prompt.`,
		);
	}
}

/** Keeps a prompt in a set of the workspace, of which nothing is expected. */
export async function keepPrompt(
	{ root, notifications }: PinServices,
	messages: readonly ChatMessage[],
): Promise<void> {
	const file = await pickKeptSet(path.join(root, 'prompts', 'kept.jsonl'));
	if (file === undefined) {
		return;
	}
	const id = createHash('sha256').update(JSON.stringify(messages)).digest('hex').slice(0, 8);
	const prompt = { id: `kept-${id}`, messages, tags: [] };
	const kept = await writeInto(file, prompt, undefined, notifications);
	if (kept) {
		const name = path.basename(file);
		void offerSet(
			notifications,
			file,
			kept.isNew ? `Kept in ${name}.` : `${name} has this prompt already.`,
		);
	}
}

/** Undefined where it could not be written, which the person has been told by then. */
async function writeInto(
	file: string,
	prompt: Parameters<typeof withPinned>[1],
	expect: ExpectedFields | undefined,
	notifications: Notifications,
): Promise<{ readonly isNew: boolean } | undefined> {
	try {
		const text = await readFile(file, 'utf8').catch((error: unknown) => {
			if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
				return '';
			}
			throw error;
		});
		const pinned = withPinned(text, prompt, expect);
		await mkdir(path.dirname(file), { recursive: true });
		await replaceFile(file, 0o644, async handle => {
			await handle.writeFile(pinned.text);
		});
		return pinned;
	} catch (error) {
		const details = { path: file, reason: reasonOf(error) };
		notifications.error(new WindsockError('fileUnwritable', details, { cause: error }));
		return undefined;
	}
}

async function offerSet(
	notifications: Notifications,
	file: string,
	sentence: string,
): Promise<void> {
	const [open, generate] = ['Open Set', 'Generate Responses'];
	const choice = await notifications.info(sentence, open, generate);
	if (choice === generate) {
		const set = vscode.Uri.file(file);
		await vscode.commands.executeCommand('windsock.responses.generate', set);
	}
	if (choice === open) {
		await vscode.window.showTextDocument(vscode.Uri.file(file));
	}
}

interface CheckItem extends vscode.QuickPickItem {
	/** Undefined: declined. */
	ask(): Promise<ExpectedFields | undefined> | ExpectedFields;
}

/** @returns fields of `expect`; undefined: declined */
async function askExpectation(
	comparison: Comparison,
	prompt: Prompt,
	voter: string,
): Promise<ExpectedFields | undefined> {
	const text = (key: string, title: string, placeHolder: string) => async () => {
		const value = await vscode.window.showInputBox({
			ignoreFocusOut: true,
			title: `Pin Prompt: ${title}`,
			placeHolder,
			validateInput: typed => wrongWith({ [key]: valueOf(key, typed) }),
		});
		return value === undefined ? undefined : { [key]: valueOf(key, value) };
	};
	const items: CheckItem[] = [
		{ label: 'Contains', description: 'a text', ask: text('contains', 'Contains', 'None') },
		{ label: 'Lacks', description: 'a text', ask: text('lacks', 'Lacks', 'I am sorry') },
		{
			label: 'Matches',
			description: 'a regular expression',
			ask: text('regex', 'Regular Expression', '\\b(zero|none)\\b'),
		},
		{ label: 'Is JSON', ask: () => ({ json: true }) },
		{
			label: 'Is at most so long',
			description: 'in characters',
			ask: text('maxLength', 'Characters', '400'),
		},
		...winnersOf(comparison, prompt, voter),
		{
			label: 'Fulfils a rubric',
			description: 'a judge is asked when the set is run',
			ask: text('rubric', 'Rubric', 'Says that nobody can eat a helicopter'),
		},
	];
	const picked = await vscode.window.showQuickPick(items, {
		ignoreFocusOut: true,
		title: 'Pin Prompt: Expectation',
		placeHolder: 'What every later answer to this prompt is held to',
	});
	return picked?.ask();
}

/** Names of models only after this voter's vote on the prompt: pinning tells nothing before it. */
function winnersOf({ header, votes }: Comparison, { id }: Prompt, voter: string): CheckItem[] {
	const vote = votes.find(one => one.promptId === id && one.voter === voter);
	return vote === undefined
		? []
		: header.models
				.map(({ label }): CheckItem => ({
					label: `Winner: ${label}`,
					description: vote.best === label ? 'your vote' : '',
					ask: () => ({ winner: label }),
				}))
				.toSorted((a, b) => Number(b.description !== '') - Number(a.description !== ''));
}

function valueOf(key: string, typed: string): unknown {
	return key === 'maxLength' ? Number(typed) : typed;
}

/** What the reader of the set would say of it. */
function wrongWith(expect: ExpectedFields): string | undefined {
	const read = expectationOf({ id: '', messages: [], tags: [], line: 0, extra: { expect } });
	return typeof read === 'string' ? read : undefined;
}
